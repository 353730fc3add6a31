"""Watches every call to a carrier, so that trouble that lasts can be seen: by whom it concerns, and since when."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import TypeVar

from carriers.contract import CarrierRequest, Hint, PortCarrier, Trouble, TroubleKind
from carriers.letters import PreparesLetters
from carriers.listing import ListsOrders
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot
from porting.portability import Portability
from porting.tasks import OpenTask
from storage import carrier_troubles
from storage.database import Database, Unavailable

T = TypeVar("T")


class CarrierHealth:
    """What is noted here is only shown: a database that does not answer changes no call's outcome."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    @asynccontextmanager
    async def watching(self, carrier: str, case_id: str = "") -> AsyncIterator[None]:
        """One call. "No such thing" is an answer; any other trouble is noted and goes on its way."""
        try:
            yield
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.NOT_FOUND:
                with contextlib.suppress(Unavailable):
                    await self._failed(carrier, case_id, trouble.text)
            raise
        with contextlib.suppress(Unavailable):
            await self._succeeded(carrier, case_id)

    async def _failed(self, carrier: str, case_id: str, reason: str) -> None:
        async with self._database.begin() as connection:
            await carrier_troubles.note(connection, carrier, case_id, reason, self._now())

    async def _succeeded(self, carrier: str, case_id: str) -> None:
        """Looks first: calls succeed nearly always, and a look costs less than a turn to write."""
        async with self._database.read() as connection:
            if not await carrier_troubles.is_noted(connection, carrier, case_id):
                return
        async with self._database.begin() as connection:
            await carrier_troubles.clear(connection, carrier, case_id)


class WatchedCarrier:
    """A carrier whose calls are watched; what is asked and what is answered passes through as it is."""

    def __init__(self, carrier: PortCarrier, health: CarrierHealth) -> None:
        self.name = carrier.name
        self.capabilities = carrier.capabilities
        self._carrier = carrier
        self._health = health

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._watched(self._carrier.submit(order), order.case_id)

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._watched(self._carrier.amend(order), order.case_id)

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        return await self._watched(self._carrier.change_date(order, day), order.case_id)

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        return await self._watched(self._carrier.cancel(order, whole, reason), order.case_id)

    async def activate(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._watched(self._carrier.activate(order), order.case_id)

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        return await self._watched(self._carrier.tell(order, text), order.case_id)

    async def check(self, order: CarrierRequest) -> tuple[Portability, ...] | OpenTask:
        return await self._watched(self._carrier.check(order), order.case_id)

    async def read(self, reference: str, carrier_order_id: str) -> tuple[OrderSnapshot, ...]:
        return await self._watched(self._carrier.read(reference, carrier_order_id))

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        return await self._watched(self._carrier.events_since(cursor))

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return self._carrier.verify(headers, body)

    async def open(self) -> None:
        await self._carrier.open()

    async def close(self) -> None:
        await self._carrier.close()

    async def _watched(self, call: Awaitable[T], case_id: str = "") -> T:
        async with self._health.watching(self.name, case_id):
            return await call


class WatchedLister(WatchedCarrier):
    """One that lists its orders, too: whoever asks whether a carrier can, sees it by this method."""

    async def open_orders(self) -> tuple[OrderSnapshot, ...]:
        assert isinstance(self._carrier, ListsOrders)
        return await self._watched(self._carrier.open_orders())


class WatchedWriter(WatchedCarrier):
    """One that prepares letters, too."""

    async def letter(self, reference: str, carrier_order_id: str) -> bytes | None:
        assert isinstance(self._carrier, PreparesLetters)
        return await self._watched(self._carrier.letter(reference, carrier_order_id))


class WatchedListerAndWriter(WatchedLister, WatchedWriter):
    """One that does both."""


_KINDS = {
    (False, False): WatchedCarrier, (True, False): WatchedLister, (False, True): WatchedWriter,
    (True, True): WatchedListerAndWriter,
}  # fmt: skip


def watched(carrier: PortCarrier, health: CarrierHealth) -> PortCarrier:
    return _KINDS[isinstance(carrier, ListsOrders), isinstance(carrier, PreparesLetters)](carrier, health)
