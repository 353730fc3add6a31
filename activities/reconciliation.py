"""Compares every open case with its carrier orders; what differs goes to the case by the inbox, as other news does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.comparison import Drift, drift_of
from carriers.contract import PortCarrier, Trouble, TroubleKind
from carriers.listing import ListsOrders
from porting.orders import OrderSnapshot
from storage import bookmarks, inbox
from storage.comparison import START, HeldOrder, held_orders, known_references
from storage.database import Database

BATCH = 100
AT_ONCE = 4
BOOKMARK = "reconciliation"


@dataclass
class Report:
    """What a run found. `unread` orders could not be compared; `down` says of each carrier why; `unknown` are
    orders at a carrier that no case knows; `unlisted` names the carriers that have no list of orders."""

    at: str
    compared: int = 0
    drifted: int = 0
    repaired: int = 0
    for_care: int = 0
    unread: int = 0
    unknown: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    down: dict[str, str] = field(default_factory=dict)


class Reconciliation:
    """Without drift nothing is written but the report. A carrier that is down holds up no other.

    A drift is told once for what we hold: told again every night it would bury what is new.
    """

    def __init__(self, database: Database, carriers: Mapping[str, PortCarrier], now: Callable[[], datetime]) -> None:
        self._database = database
        self._carriers = carriers
        self._now = now

    @activity.defn
    async def reconcile(self) -> None:
        await self.run()

    async def run(self) -> Report:
        """The same outside of an activity, with its report."""
        report, place = Report(self._now().isoformat()), START
        while batch := await self._batch(place):
            gate = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._compare(held, report, gate) for held in batch))
            place = batch[-1].place
        for name in self._carriers:
            await self._look_for_unknown(name, report)
        async with self._database.begin() as connection:
            await bookmarks.keep_bookmark(connection, BOOKMARK, json.dumps(asdict(report)), self._now())
        return report

    async def _batch(self, after: tuple[str, int]) -> Sequence[HeldOrder]:
        async with self._database.read() as connection:
            return await held_orders(connection, after, BATCH)

    async def _compare(self, held: HeldOrder, report: Report, gate: asyncio.Semaphore) -> None:
        carrier = self._carriers.get(held.carrier)
        if carrier is None or carrier.capabilities.is_by_hand:
            return
        async with gate:
            shown = await self._read(carrier, held, report)
        if shown is None:
            report.unread += 1
            return
        report.compared += 1
        drift = drift_of(held, shown)
        if drift is not None and await self._hand_over(held, drift):
            report.drifted += 1
            report.repaired += drift.mends_itself
            report.for_care += not drift.mends_itself

    async def _read(
        self, carrier: PortCarrier, held: HeldOrder, report: Report
    ) -> tuple[OrderSnapshot, ...] | None:
        if held.carrier in report.down:
            return None
        try:
            return await carrier.read(held.reference, held.carrier_order_id)
        except Trouble as trouble:
            # What is wrong with one order says nothing of the others; what is wrong with the carrier does.
            if trouble.kind is not TroubleKind.GARBAGE:
                report.down[held.carrier] = trouble.text
            return None

    async def _hand_over(self, held: HeldOrder, drift: Drift) -> bool:
        """By the inbox, where the order is read anew before the case hears of it; False when it was told before."""
        digest = sha256(f"{held.carrier_order_id} {held.as_of} {drift.gist}".encode()).hexdigest()[:24]
        payload = {
            "kind": "comparison", "occurred_at": self._now().isoformat(),
            "drift": {"says": drift.says, "mends_itself": drift.mends_itself},
        }  # fmt: skip
        async with self._database.begin() as connection:
            return await inbox.receive(
                connection, held.carrier, f"comparison/{digest}", held.reference, held.carrier_order_id, payload,
                self._now(),
            )  # fmt: skip

    async def _look_for_unknown(self, name: str, report: Report) -> None:
        carrier = self._carriers[name]
        if not isinstance(carrier, ListsOrders):
            report.unlisted.append(name)
            return
        if name in report.down:
            return
        try:
            listed = await carrier.open_orders()
        except Trouble as trouble:
            report.down[name] = trouble.text
            return
        async with self._database.read() as connection:
            known = await known_references(connection, name)
        report.unknown += [
            f"{name} {one.carrier_order_id} ({one.reference or 'without a reference'}): {one.raw_status}"
            for one in listed
            if not {one.reference, one.carrier_order_id} & known
        ]


async def last_report(connection: AsyncConnection) -> Report | None:
    """What the last run found; None before the first."""
    kept = await bookmarks.bookmark(connection, BOOKMARK)
    return Report(**json.loads(kept)) if kept else None
