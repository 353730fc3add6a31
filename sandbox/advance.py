"""Lets the sandbox's time pass: from due date to due date, each done and settled before the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from sandbox.cases import SteeredCases
from sandbox.clock import SandboxClock
from sandbox.work_left import WorkLeft

PAUSE_SECONDS = 0.01
# A round that changes nothing for so long has hung: better to say so than to wait for ever.
PATIENCE_SECONDS = 60.0
FEED_EVERY = timedelta(minutes=15)


class SteeredCarrier(Protocol):
    """The simulated carrier's clock work."""

    async def next_due(self) -> datetime | None:
        """When it acts next."""

    async def undelivered(self) -> int:
        """How many messages it could not deliver."""

    async def run(self, until: datetime) -> None:
        """Do all that is due, and deliver its messages."""


class DoesNotSettle(Exception):
    """Something goes on without end; its name says what."""


class Advance:
    """The one who moves the clock. Within a round due cases come first, in the order of their dates, then the carrier.

    `fetch` asks the carrier's feed for what no webhook brought.
    """

    def __init__(
        self,
        clock: SandboxClock,
        cases: SteeredCases,
        left: WorkLeft,
        carrier: SteeredCarrier,
        fetch: Callable[[], Awaitable[int]],
    ) -> None:
        self._clock = clock
        self._cases = cases
        self._left = left
        self._carrier = carrier
        self._fetch = fetch
        self._one_at_a_time = asyncio.Lock()
        self._retrying: set[str] = set()
        self._fetched_at: datetime | None = None

    async def by(self, step: timedelta) -> datetime:
        """As `to`, counted from when all that is under way has arrived: an order just sent is a day old after a day."""
        async with self._one_at_a_time:
            await self._settle(await self._left.open_cases())
            return await self._go_to(self._clock.now() + step)

    async def to(self, moment: datetime) -> datetime:
        """Everything due until `moment` has happened when this returns the sandbox's now. Raises DoesNotSettle."""
        async with self._one_at_a_time:
            await self._settle(await self._left.open_cases())
            return await self._go_to(moment)

    async def _go_to(self, moment: datetime) -> datetime:
        while (due := await self._next_due()) is not None and due <= moment:
            self._clock.set_to(due)
            await self._live_through()
        self._clock.set_to(moment)
        await self._live_through()
        return self._clock.now()

    async def _next_due(self) -> datetime | None:
        dates = [
            await self._left.next_due(),
            await self._carrier.next_due(),
            await self._cases.next_try(sorted(self._retrying)),
            await self._next_fetch(),
        ]
        return min((found for found in dates if found is not None), default=None)

    async def _next_fetch(self) -> datetime | None:
        if not await self._carrier.undelivered():
            return None
        now = self._clock.now()
        self._fetched_at = self._fetched_at or now
        return max(now, self._fetched_at + FEED_EVERY)

    async def _live_through(self) -> None:
        """What is due now happens."""
        now = self._clock.now()
        due = await self._left.due_cases(now)
        for case_id in [*due, *sorted(self._retrying - set(due))]:
            await self._cases.bring_to_now(case_id)
        await self._settle({*due, *self._retrying})
        await self._carrier.run(self._clock.now())
        fetch_at = await self._next_fetch()
        if fetch_at is not None and fetch_at <= self._clock.now():
            self._fetched_at = self._clock.now()
            await self._fetch()
        await self._settle(set())

    async def _settle(self, cases: set[str]) -> None:
        """Wait until nothing is on its way: no message, no mail, no case at work."""
        watched, waited = set(cases), 0.0
        while True:
            watched |= await self._left.stirred_cases()
            busy = [case_id for case_id in sorted(watched) if not await self._cases.is_at_rest(case_id)]
            on_its_way = await self._left.on_its_way(self._clock.now())
            if not busy and not on_its_way:
                break
            if waited > PATIENCE_SECONDS:
                raise DoesNotSettle(", ".join([*busy, *on_its_way]))
            await asyncio.sleep(PAUSE_SECONDS)
            waited += PAUSE_SECONDS
        self._retrying = {case_id for case_id in watched | self._retrying if await self._cases.next_try([case_id])}
