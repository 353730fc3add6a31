"""Every carrier that we know, one row each; and which of them ports which numbers (R05)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from carriers.contract import PortCarrier
from carriers.telnyx import CAPABILITIES as TELNYX
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import CALLS_PER_SECOND, TelnyxAccess
from porting.capabilities import Capabilities

ANY = "*"


@dataclass(frozen=True)
class Surroundings:
    """What an adapter is built from. `settings` are the carrier's own, without its name before theirs.

    `public_url` is where the carrier reaches us, `zone_of` the IANA zone of an E.164 number.
    """

    settings: Mapping[str, str]
    public_url: str
    zone_of: Callable[[str], str]
    now: Callable[[], datetime]
    cutover_hour: time


@dataclass(frozen=True)
class Row:
    """A carrier: what it can do, and how its adapter is built."""

    capabilities: Capabilities
    build: Callable[[Surroundings], PortCarrier]


def _telnyx(around: Surroundings) -> PortCarrier:
    return TelnyxCarrier(
        TelnyxAccess(
            api_key=around.settings["api_key"],
            base_url=around.settings["base_url"],
            calls_per_second=float(around.settings["calls_per_second"] or CALLS_PER_SECOND),
        ),
        public_key=around.settings["public_key"],
        webhook_url=f"{around.public_url}/carriers/{TelnyxCarrier.name}/webhook",
        zone_of=around.zone_of,
        now=around.now,
        cutover_hour=around.cutover_hour,
    )


CARRIERS: Mapping[str, Row] = {TelnyxCarrier.name: Row(TELNYX, _telnyx)}


def carrier_for(table: Mapping[str, str], country: str, number_type: str) -> str | None:
    """The carrier's name, or None where no port can be had.

    Keys are `DE:MOBILE`, `DE` or `*`, the most exact wins; an empty name says that there is none.
    """
    for key in (f"{country}:{number_type}", country, f"{ANY}:{number_type}", ANY):
        if key in table:
            return table[key] or None
    return None
