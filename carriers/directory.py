"""Every carrier that we know, one row each; and which of them ports which numbers (R05)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Protocol

from carriers.by_hand import ByHandCarrier, TaskBook
from carriers.coin import CoinCarrier
from carriers.coin_client import CoinAccess
from carriers.coin_messages import Sender
from carriers.coin_stream import CoinStream
from carriers.coin_words import read_codes
from carriers.contract import PortCarrier
from carriers.journal import Inlet, Journal
from carriers.pace import alone
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import CALLS_PER_SECOND, TelnyxAccess
from carriers.telnyx_groups import read_groups
from porting.capabilities import Capabilities

ANY = "*"


@dataclass(frozen=True)
class Surroundings:
    """What an adapter is built from. `settings` are the carrier's own, without its name before theirs.

    `public_url` is where the carrier reaches us, `zone_of` the IANA zone of an E.164 number, `kind_of` its country and
    type. `journal` is the carrier's own, `inlet` where its stream ends. `tasks` is where a person's work is written
    down. `sharers` says among how many processes what the carrier allows is to be shared out.
    """

    settings: Mapping[str, str]
    public_url: str
    zone_of: Callable[[str], str]
    kind_of: Callable[[str], tuple[str, str]]
    now: Callable[[], datetime]
    cutover_hour: time
    journal: Journal
    inlet: Inlet
    tasks: TaskBook
    sharers: Callable[[], int] = alone


class Stream(Protocol):
    """A carrier's messages as they come."""

    async def run(self, stop: asyncio.Event) -> None:
        """Reads until the event is set."""


@dataclass(frozen=True)
class Row:
    """A carrier: its adapter, which tells what it can do, and how that is built; and its stream where it has one."""

    adapter: type[PortCarrier]
    build: Callable[[Surroundings], PortCarrier]
    stream: Callable[[Surroundings], Stream] | None = None

    @property
    def capabilities(self) -> Capabilities:
        return self.adapter.capabilities


def _telnyx(around: Surroundings) -> PortCarrier:
    return TelnyxCarrier(
        TelnyxAccess(
            api_key=around.settings["api_key"],
            base_url=around.settings["base_url"],
            calls_per_second=float(around.settings["calls_per_second"] or CALLS_PER_SECOND),
            sharers=around.sharers,
        ),
        public_key=around.settings["public_key"],
        webhook_url=f"{around.public_url}/carriers/{TelnyxCarrier.name}/webhook",
        zone_of=around.zone_of,
        now=around.now,
        cutover_hour=around.cutover_hour,
        groups=read_groups(around.settings["requirement_groups"]),
        kind_of=around.kind_of,
        loa_configuration=around.settings["loa_configuration"],
    )


def _coin_access(around: Surroundings) -> CoinAccess:
    own = around.settings
    return CoinAccess(
        base_url=own["base_url"],
        consumer=own["consumer"],
        private_key_file=Path(own["private_key_path"]),
        shared_key_file=Path(own["shared_key_path"]),
        sender=Sender(own["network_operator"], own["service_provider"]),
    )


def _coin(around: Surroundings) -> PortCarrier:
    table = around.settings["blocking_codes"]
    codes = read_codes(Path(table) if table else None)
    return CoinCarrier(_coin_access(around), around.journal, codes, around.now)


def _coin_stream(around: Surroundings) -> Stream:
    return CoinStream(_coin_access(around), around.inlet, around.now)


CARRIERS: Mapping[str, Row] = {
    TelnyxCarrier.name: Row(TelnyxCarrier, _telnyx),
    CoinCarrier.name: Row(CoinCarrier, _coin, _coin_stream),
    ByHandCarrier.name: Row(ByHandCarrier, lambda around: ByHandCarrier(around.tasks)),
}


def carrier_for(table: Mapping[str, str], country: str, number_type: str) -> str | None:
    """The carrier's name, or None where no port can be had.

    Keys are `DE:MOBILE`, `DE` or `*`, the most exact wins; an empty name says that there is none.
    """
    for key in (f"{country}:{number_type}", country, f"{ANY}:{number_type}", ANY):
        if key in table:
            return table[key] or None
    return None
