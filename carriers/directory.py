"""Which carrier ports which numbers: one table in the settings, a row for each country and number type (R05)."""

from __future__ import annotations

from collections.abc import Mapping

ANY = "*"


def carrier_for(table: Mapping[str, str], country: str, number_type: str) -> str | None:
    """The carrier's name, or None where no port can be had.

    Keys are `DE:MOBILE`, `DE` or `*`, the most exact wins; an empty name says that there is none.
    """
    for key in (f"{country}:{number_type}", country, f"{ANY}:{number_type}", ANY):
        if key in table:
            return table[key] or None
    return None
