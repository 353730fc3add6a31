"""The stand-in for COIN: the sandbox's network behind real HTTP, its stream read by the real reader, on a wire."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from activities.carrier_journal import StoredInlet, StoredJournal
from carriers.coin import CoinCarrier
from carriers.coin_messages import dossier_id
from carriers.coin_stream import CoinStream
from carriers.coin_words import read_codes
from carriers.contract import CarrierRequest, Hint
from carriers.journal import Arrived, Inlet
from porting.commands import EnterNews
from sandbox.coin.keys import OPERATOR, REHEARSED_CODES
from sandbox.coin.network import STRANGE
from storage.database import Database
from tests.carriers.counterpart import Act, Delivery, Kind, Look, Misuse, Story
from tests.carriers.wire import Break, Wire, a_wire
from tests.effects.carrier_stand import WISH
from tests.effects.coin_stand import Stand, a_request, a_stand

# Longer than a call takes on a busy machine, short enough to be waited for.
PATIENCE = timedelta(seconds=1.5)
LATE = timedelta(days=3)
_STEPS: Mapping[Story, list[dict[str, Any]]] = {
    Story.CONFIRMED: [],
    Story.REFUSED: [{"after": "1h", "do": "block", "codes": ["2"], "text": "Klantnummer onbekend"}],
    Story.REJECTED: [{"after": "1h", "do": "block", "codes": ["7"]}],
    Story.UNKNOWN_STATUS: [{"after": "1h", "do": "unknown_message"}],
    Story.PAST_DATE: [{"after": "1h", "do": "answer", "date": "-7d"}],
    Story.NEWS_TWICE: [{"do": "duplicate_message"}],
    Story.NEWS_REORDERED: [{"do": "reorder_messages"}, {"after": "1h", "do": "delay"}, {"do": "answer"}],
    Story.NEWS_DAYS_LATE: [],
    Story.NEWS_FROM_START: [{"do": "repeat_stream"}],
}


@dataclass
class Heard:
    """The real inlet, and what came in at it."""

    inlet: Inlet
    hints: list[Hint] = field(default_factory=list)

    async def keep(self, arrived: Arrived) -> bool:
        hint = Hint(
            dedupe=arrived.key, reference="", carrier_order_id=arrived.carrier_order_id, kind=arrived.kind,
            occurred_at=arrived.said_at,
        )  # fmt: skip
        self.hints.append(hint)
        return await self.inlet.keep(arrived)

    async def offset(self) -> str:
        return await self.inlet.offset()

    async def keep_offset(self, offset: str) -> None:
        await self.inlet.keep_offset(offset)


class CoinCounterpart:
    """Its writes are those of the wire; stream and steering go past it. A dossier is an order, its id our reference."""

    lines = tuple(f"+318823456{n:02}" for n in range(12))
    strange = STRANGE
    cannot: Mapping[Kind, str] = {
        Act.TELL: "the clearing house takes no comments",
        Look.ORDER: "no call is made: it shows no orders, so our own journal is read",
        Look.LIST: "no call is made: its list is that of our own journal",
    }

    def __init__(self, stand: Stand, wire: Wire, carrier: CoinCarrier, network: Path) -> None:
        self.stand = stand
        self._wire = wire
        self.carrier = carrier
        self._network = network
        self._heard = Heard(StoredInlet(stand.database, "coin", stand.clock.now))
        self._listens_from = stand.clock.at
        self._repeats = False
        self._used: set[str] = set()
        self._stop: asyncio.Event | None = None
        self._running: asyncio.Task[None] | None = None

    def request(self, *numbers: str, reference: str = "PC-1-1", carrier_order_id: str = "") -> CarrierRequest:
        self._used.add(reference)
        wanted = a_request(*(numbers or self.lines[:1]), reference=reference)
        return replace(wanted, carrier_order_id=carrier_order_id, requested_date=WISH)

    def day(self) -> date:
        return date(2027, 2, 3)

    def now(self) -> datetime:
        return self.stand.clock.now()

    async def tells(self, story: Story, line: str = "") -> None:
        if story is Story.NEWS_DAYS_LATE:
            self._listens_from = self.now() + LATE
        self._repeats = story in {Story.NEWS_TWICE, Story.NEWS_FROM_START}
        await self.stand.script(line or self.lines[0], *_STEPS[story])

    async def tampers(self, misuse: Misuse) -> None:
        """A donor's answer that says the date of another dossier, or in ours of numbers that nobody asked it for."""
        dossier = dossier_id(OPERATOR, "PC-9-1" if misuse is Misuse.OTHERS_ORDER else "PC-1-1")
        number = "0882345600" if misuse is Misuse.OTHERS_ORDER else "0889999999"
        seq = {"numberseries": {"start": number, "end": number}, "firstpossibledate": "20270118000000"}
        await self.stand.tell(
            "portingrequestanswer", {"dossierid": dossier, "blocking": "N", "repeats": [{"seq": seq}]}
        )
        await self._listen()

    async def days_pass(self, days: float) -> None:
        end = self.now() + timedelta(days=days)
        if self.now() < self._listens_from <= end:
            await self.stand.days((self._listens_from - self.now()) / timedelta(days=1))
        if end >= self._listens_from:
            await self._listen()
        await self.stand.days((end - self.now()) / timedelta(days=1))
        if self._running:
            await self.stand.until(self._all_is_confirmed)
        if self._repeats:
            await self.stand.until(self._came_again)

    def strike(self, kind: Break, *, at: int = 0, reads: bool = False) -> None:
        self._wire.strike(kind, at=at, reads=reads)

    def struck(self) -> int:
        return self._wire.struck

    def heal(self) -> None:
        self._wire.heal()

    def cut(self) -> None:
        self._wire.is_cut = True

    async def orders(self, reference: str = "PC-1-1") -> int:
        return sum(one["status"]["value"] != "cancelled" for one in await self._dossiers(reference))

    async def sent(self, reference: str = "PC-1-1") -> int:
        return len(await self._dossiers(reference))

    async def done(self, act: Act, reference: str) -> int:
        if act is Act.SUBMIT:
            return await self.sent(reference)
        if act is Act.CANCEL:
            return await self.sent(reference) - await self.orders(reference)
        return len(await self.ported(reference))

    def another(self) -> CoinCarrier:
        """With a connection of its own to the journal, as another process has it."""
        database = Database(self.stand.database.url.render_as_string(hide_password=False))
        journal = StoredJournal(database, "coin", self.now)
        return CoinCarrier(self.stand.access, journal, read_codes(REHEARSED_CODES), self.now)

    async def ported(self, reference: str = "PC-1-1") -> Sequence[str]:
        """What the network holds to be ported; it refuses to port a number twice."""
        with sqlite3.connect(self._network) as network:
            rows = network.execute(
                "SELECT one.value FROM dossiers, json_each(body, '$.ported') AS one WHERE dossiers.id = ?",
                (dossier_id(OPERATOR, reference),),
            ).fetchall()
        return [f"+31{start[1:]}" for (start,) in rows]

    async def said(self, reference: str = "PC-1-1") -> list[str]:
        return []

    async def hints(self) -> list[Hint]:
        return list(self._heard.hints)

    def entered(self) -> list[EnterNews]:
        return []

    def deliveries(self) -> list[Delivery]:
        return []

    async def end(self) -> None:
        if self._stop and self._running:
            self._stop.set()
            await self._running

    async def _dossiers(self, reference: str) -> list[dict[str, Any]]:
        """Those of the reference, and those whose id none of our references has."""
        others = {dossier_id(OPERATOR, one) for one in self._used - {reference}}
        return [one for one in (await self.stand.orders())["items"] if one["id"] not in others]

    async def _listen(self) -> None:
        if self._running is None:
            self._stop = asyncio.Event()
            stream = CoinStream(self.stand.access, self._heard, self.now)
            self._running = asyncio.create_task(stream.run(self._stop))
        await self.stand.until(self._all_is_confirmed)

    async def _all_is_confirmed(self) -> bool:
        """And kept as read: a message that is held back waits for the next."""
        with sqlite3.connect(self._network) as network:
            (left,) = network.execute(
                "SELECT count(*) FROM events WHERE confirmed = 0 AND shape != 'held'"
            ).fetchone()
        return not left

    async def _came_again(self) -> bool:
        ids = [hint.dedupe for hint in self._heard.hints]
        return len(ids) > len(set(ids))


@asynccontextmanager
async def coin(folder: Path, database: Database) -> AsyncIterator[CoinCounterpart]:
    """The adapter calls through the wire; its journal is a real database."""
    async with a_stand(folder, database) as stand, a_wire(stand.url) as wire:
        access = replace(stand.access, base_url=wire.url, time_limit=PATIENCE)
        journal = StoredJournal(database, "coin", stand.clock.now)
        carrier = CoinCarrier(access, journal, read_codes(REHEARSED_CODES), stand.clock.now)
        await carrier.open()
        there = CoinCounterpart(stand, wire, carrier, folder / "network.db")
        try:
            yield there
        finally:
            await there.end()
