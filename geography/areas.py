"""Which region an area code lies in, from areas.json (built by scripts/build_areas.py; towns: GeoNames, CC BY 4.0)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


def region_of(country: str, national_number: str) -> str | None:
    """The subdivision, in the words of the holidays library, by the longest area code that fits.

    None where the area is unknown or lies in several regions: only the country's own holidays count there.
    """
    areas = _areas(country)
    for length in range(len(national_number), 0, -1):
        if region := areas.get(national_number[:length]):
            return region
    return None


@cache
def _areas(country: str) -> dict[str, str]:
    table = json.loads((resources.files("geography") / "areas.json").read_text("utf-8"))
    return {area: region for region, areas in table.get(country, {}).items() for area in areas.split()}
