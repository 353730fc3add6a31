"""The stand-in for Telnyx: the simulated carrier behind real HTTP, on a wire that can break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from carriers.contract import CarrierRequest, Hint
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import TelnyxAccess
from porting.commands import EnterNews
from porting.orders import OrderStatus
from storage.database import Database
from tests.carriers.counterpart import Act, Delivery, Kind, Misuse, Story
from tests.carriers.wire import Break, Wire, a_wire
from tests.effects.carrier_stand import KEY, Stand, a_document, a_request, a_stand, zone_of

# Longer than a call takes on a busy machine, short enough to be waited for.
PATIENCE = timedelta(seconds=1.5)
# How fast we call is for other tests.
QUICK = 1000.0
# A POST that writes nothing: whether numbers can be ported.
QUESTION = b"/portability_checks"
_SHAPED = {
    Story.NEWS_TWICE: "duplicate_webhook", Story.NEWS_REORDERED: "reorder_webhooks", Story.NEWS_LOST: "drop_webhook",
}  # fmt: skip
_STEPS: Mapping[Story, list[dict[str, Any]]] = {
    Story.CONFIRMED: [],
    Story.REFUSED: [{"after": "1h", "do": "exception", "codes": ["PASSCODE_PIN_INVALID"]}],
    Story.REJECTED: [{"after": "1h", "do": "reject"}],
    Story.UNKNOWN_STATUS: [{"after": "1h", "do": "unknown_status", "status": "under-review"}],
    Story.PAST_DATE: [{"after": "1h", "do": "confirm", "date": "-7d"}],
    Story.NEWS_DAYS_LATE: [],
    Story.NEWS_FROM_START: [],
    **{story: [{"do": shaper}] for story, shaper in _SHAPED.items()},
}

_REWRITTEN = {
    Misuse.OTHERS_ORDER: (b"PC-1-1", b"PC-9-1"), Misuse.OTHERS_NUMBERS: (b"+498912345600", b"+498999999999"),
}  # fmt: skip


class TelnyxCounterpart:
    """Its writes are those of the wire; its news are the webhooks that the stand's door got."""

    lines = tuple(f"+4989123456{n:02}" for n in range(12))
    cannot: Mapping[Kind, str] = {}
    strange = "under-review"

    def __init__(self, stand: Stand, wire: Wire, carrier: TelnyxCarrier) -> None:
        self._stand = stand
        self._wire = wire
        self.carrier = carrier
        self._asks_from_start = False
        self._listed: list[Hint] = []
        # Reaches the simulated carrier also when the wire is cut.
        self.past_the_wire = stand.carrier

    def request(self, *numbers: str, reference: str = "PC-1-1", carrier_order_id: str = "") -> CarrierRequest:
        wanted = a_request(*(numbers or self.lines[:1]), reference=reference)
        return replace(wanted, carrier_order_id=carrier_order_id, documents=(a_document(id_=f"DOC-{reference}"),))

    def day(self) -> date:
        return date(2027, 2, 3)

    def now(self) -> datetime:
        return self._stand.clock.now()

    async def tells(self, story: Story, line: str = "") -> None:
        self._stand.deaf = story is Story.NEWS_DAYS_LATE
        self._asks_from_start = story is Story.NEWS_FROM_START
        # Strictness is for what keeps to the vendor's document.
        self._stand.recorder.nonsense |= story is Story.UNKNOWN_STATUS
        await self._stand.script(line or self.lines[0], *_STEPS[story])

    async def tampers(self, misuse: Misuse) -> None:
        # Strictness is for what keeps to the vendor's document.
        self._stand.recorder.nonsense = True
        self._wire.rewrites = _REWRITTEN[misuse]

    async def days_pass(self, days: float) -> None:
        await self._stand.advance(days=days)
        if self._asks_from_start:
            self._listed += (await self.carrier.events_since(""))[0]

    def strike(self, kind: Break, *, at: int = 0, reads: bool = False) -> None:
        self._wire.strike(kind, at=at, reads=reads)

    def struck(self) -> int:
        return self._wire.struck

    def heal(self) -> None:
        self._wire.heal()
        self._stand.deaf = False

    def cut(self) -> None:
        self._wire.is_cut = True

    async def orders(self, reference: str = "PC-1-1") -> int:
        return (await self._stand.counts(reference)).get("orders", 0)

    async def sent(self, reference: str = "PC-1-1") -> int:
        return (await self._stand.counts(reference)).get("confirm", 0)

    async def done(self, act: Act, reference: str) -> int:
        if act is Act.SUBMIT:
            there = await self._stand.control.get("/v2/documents", params={"page[size]": 250})
            papers = [one["customer_reference"] for one in there.json()["data"]].count(f"DOC-{reference}")
            return max(papers, await self.orders(reference), await self.sent(reference))
        if act is Act.AMEND:
            return await self.sent(reference) - 1
        if act is Act.TELL:
            return len(await self.said(reference))
        (shown,) = await self._stand.carrier.read(reference)
        given_up = shown.status in (OrderStatus.CANCELLED, OrderStatus.CANCEL_PENDING)
        return int(given_up if act is Act.CANCEL else shown.requested_date == self.day())

    def another(self) -> TelnyxCarrier:
        return self._stand.new_carrier(calls_per_second=QUICK)

    async def ported(self, reference: str = "PC-1-1") -> list[str]:
        raise NotImplementedError("it is not our word that ports")

    async def said(self, reference: str = "PC-1-1") -> list[str]:
        received = (await self._stand.received())["received"]
        return [one["detail"]["body"] for one in received if (one["verb"], one["reference"]) == ("comment", reference)]

    async def hints(self) -> list[Hint]:
        return [*self._stand.hints, *self._listed]

    def entered(self) -> list[EnterNews]:
        return []

    def deliveries(self) -> list[Delivery]:
        return list(self._stand.deliveries)


@asynccontextmanager
async def telnyx(folder: Path, database: Database | None = None) -> AsyncIterator[TelnyxCounterpart]:
    """The adapter calls through the wire; the stand's control goes past it."""
    async with a_stand(folder) as stand, a_wire(stand.url, QUESTION) as wire:
        access = TelnyxAccess(
            api_key=KEY, base_url=f"{wire.url}/v2", time_limit=PATIENCE, calls_per_second=QUICK
        )  # fmt: skip
        carrier = TelnyxCarrier(
            access, public_key=stand.public_key, webhook_url=stand.webhook_url, zone_of=zone_of, now=stand.clock.now
        )
        await carrier.open()
        try:
            yield TelnyxCounterpart(stand, wire, carrier)
        finally:
            await carrier.close()
