"""Turns what carriers sent into news for cases: nothing is believed before it was read again at the carrier."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from activities.news import NewsReader
from carriers.contract import Trouble
from porting.orders import Drift, News, OrderStatus
from service.engine import CaseNotRunning, EngineUnavailable
from storage import inbox
from storage.cases import case_of_order
from storage.database import Database
from storage.known import is_closed

BATCH = 20
SOON = timedelta(seconds=2)
log = structlog.get_logger()


class HearsNews(Protocol):
    """What of `workflows.client.PortingCases` is used here."""

    async def news(self, case_id: str, news: News) -> None: ...


class CarrierInbox:
    """Takes arrivals one order after another; a kill between the signal and its note only repeats harmless news."""

    def __init__(
        self,
        database: Database,
        reader: NewsReader,
        cases: HearsNews,
        now: Callable[[], datetime],
        at_once: int = BATCH,
    ) -> None:
        self._database = database
        self._reader = reader
        self._cases = cases
        self._now = now
        self._at_once = at_once

    async def once(self) -> int:
        """Settle what can be settled now; answers how many were taken up."""
        arrivals = await self._claim()
        await asyncio.gather(*(self._take(arrival) for arrival in arrivals))
        return len(arrivals)

    async def _claim(self) -> list[inbox.Arrival]:
        # A look first: to claim takes the write lock, and most of the time there is nothing to claim.
        async with self._database.read() as connection:
            due = await inbox.next_due(connection)
        if due is None or due > self._now():
            return []
        async with self._database.begin() as connection:
            return await inbox.claim(connection, self._now(), self._at_once)

    async def _take(self, arrival: inbox.Arrival) -> None:
        try:
            note = await self._hand_over(arrival)
        except Trouble as trouble:
            await self._later(arrival, inbox.next_try(arrival, self._now()), str(trouble))
        except EngineUnavailable:
            await self._later(arrival, self._now() + SOON, "the workflow engine does not answer")
        else:
            async with self._database.begin() as connection:
                await inbox.done(connection, arrival.id, self._now(), note)

    async def _hand_over(self, arrival: inbox.Arrival) -> str:
        async with self._database.read() as connection:
            case_id = await case_of_order(connection, arrival.carrier, arrival.reference, arrival.carrier_order_id)
        if case_id is None and arrival.payload.get("port_outs"):
            return f"a notice of a port-out: {', '.join(arrival.payload['port_outs'])}"
        if case_id is None:
            log.warning("a carrier wrote of an order that no case knows", carrier=arrival.carrier, id=arrival.dedupe)
            return "no case knows this order"
        news = await self._reader.read(case_id, arrival.carrier, arrival.reference, arrival.carrier_order_id)
        comment, comment_id = (str(arrival.payload.get(name) or "") for name in ("comment", "comment_id"))
        news = replace(news, comment=comment, comment_id=comment_id, drift=_drift(arrival))
        if _is_echo(news):
            return "the carrier says only that it received what we sent"
        try:
            await self._cases.news(case_id, news)
        except CaseNotRunning:
            async with self._database.read() as connection:
                if not await is_closed(connection, case_id):
                    raise EngineUnavailable from None
            return "the case is closed"
        return f"told to {case_id}"

    async def _later(self, arrival: inbox.Arrival, until: datetime, note: str) -> None:
        async with self._database.begin() as connection:
            await inbox.postpone(connection, arrival.id, until, note)


def _drift(arrival: inbox.Arrival) -> Drift | None:
    """What a comparison wrote into the inbox."""
    found = arrival.payload.get("drift")
    if not isinstance(found, dict):
        return None
    return Drift(key=arrival.dedupe, carrier_order_id=arrival.carrier_order_id, **found)


def _is_echo(news: News) -> bool:
    """Carriers announce each receipt; the answer to the sending said so before, and a case need not wake for it."""
    return not news.comment and news.drift is None and [one.status for one in news.snapshots] == [OrderStatus.RECEIVED]
