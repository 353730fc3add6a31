"""Lets the sandbox's time pass: from due date to due date, each done and settled before the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol

from sandbox.carrier_remote import CarrierDue
from sandbox.cases import SteeredCases
from sandbox.clock import SandboxClock
from sandbox.work_left import WorkLeft

# Asked often at first, for most things take a moment only; then more seldom, to leave the processor to those at work.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.05
# A round that changes nothing for so long has hung: better to say so than to wait for ever.
PATIENCE_SECONDS = 60.0
# Longer than any advance takes, and short enough for a carrier whose steersman died.
HELD_SECONDS = 600.0
FEED_EVERY = timedelta(minutes=15)
# The hour of the nightly comparison, UTC.
NIGHT = time_of_day(2, 15)


class SteeredCarrier(Protocol):
    """The simulated carrier's clock work."""

    async def due(self) -> CarrierDue:
        """When it acts next, and what it could not deliver."""

    async def run(self, until: datetime) -> CarrierDue:
        """Do all that is due, and deliver its messages."""

    async def hold(self, seconds: float) -> None:
        """Do nothing but by `run` for so long."""


class DoesNotSettle(Exception):
    """Something goes on without end; its name says what."""


class Advance:
    """The one who moves the clock. Within a round due cases come first, in the order of their dates, then the carrier.

    `fetch` asks the carrier's feed for what no webhook brought; `compare` is the nightly comparison with the carriers,
    done once for all the nights of one leap.
    """

    def __init__(
        self,
        clock: SandboxClock,
        cases: SteeredCases,
        left: WorkLeft,
        carrier: SteeredCarrier,
        fetch: Callable[[], Awaitable[int]],
        compare: Callable[[], Awaitable[object]],
    ) -> None:
        self._clock = clock
        self._cases = cases
        self._left = left
        self._carrier = carrier
        self._fetch = fetch
        self._compare = compare
        self._one_at_a_time = asyncio.Lock()
        self._retrying: dict[str, datetime] = {}
        self._fetched_at: datetime | None = None

    async def by(self, step: timedelta) -> datetime:
        """As `to`, counted from when all that is under way has arrived: an order just sent is a day old after a day."""
        return await self._steered(lambda: self._clock.now() + step)

    async def to(self, moment: datetime) -> datetime:
        """Everything due until `moment` has happened when this returns the sandbox's now. Raises DoesNotSettle."""
        return await self._steered(lambda: moment)

    async def _steered(self, moment: Callable[[], datetime]) -> datetime:
        """The carrier waits for its turn meanwhile: else it would act as soon as the clock moves, before the cases."""
        async with self._one_at_a_time:
            await self._settle(await self._left.open_cases())
            await self._carrier.hold(HELD_SECONDS)
            try:
                return await self._go_to(moment())
            finally:
                await self._carrier.hold(0)

    async def _go_to(self, moment: datetime) -> datetime:
        began, before = self._clock.now(), None
        while (due := await self._next_due()) is not None and due <= moment:
            if due == before:
                # Its case has still a moment to go by its own clock.
                await asyncio.sleep(LONGEST_PAUSE)
            before = due
            self._clock.set_to(due)
            await self._live_through()
        self._clock.set_to(moment)
        await self._live_through()
        if is_night_between(began, self._clock.now()):
            await self._compare()
            await self._settle(set())
        return self._clock.now()

    async def _next_due(self) -> datetime | None:
        carrier = await self._carrier.due()
        dates = [await self._left.next_due(), carrier.next, self._next_fetch(carrier), *self._retrying.values()]
        return min((found for found in dates if found is not None), default=None)

    def _next_fetch(self, carrier: CarrierDue) -> datetime | None:
        if not carrier.undelivered:
            return None
        now = self._clock.now()
        self._fetched_at = self._fetched_at or now
        return max(now, self._fetched_at + FEED_EVERY)

    async def _live_through(self) -> None:
        """What is due now happens."""
        now = self._clock.now()
        due = await self._left.due_cases(now)
        tried_again = sorted(case_id for case_id, at in self._retrying.items() if at <= now)
        stirred = [*due, *(case_id for case_id in tried_again if case_id not in due)]
        for case_id in stirred:
            await self._cases.bring_to_now(case_id)
        await self._settle(set(stirred))
        carrier = await self._carrier.run(self._clock.now())
        fetch_at = self._next_fetch(carrier)
        if fetch_at is not None and fetch_at <= self._clock.now():
            self._fetched_at = self._clock.now()
            await self._fetch()
        await self._settle(set())

    async def _settle(self, cases: set[str]) -> None:
        """Wait until nothing is on its way: no message, no mail, no case at work."""
        watched, pause = set(cases), SHORTEST_PAUSE
        seen, changed_at = list[str](), time.monotonic()
        while at_work := await self._at_work(watched):
            if at_work != seen:
                seen, changed_at = at_work, time.monotonic()
            if time.monotonic() > changed_at + PATIENCE_SECONDS:
                raise DoesNotSettle(", ".join(at_work))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    async def _at_work(self, watched: set[str]) -> list[str]:
        """Who or what is not at rest. `watched` grows by the cases that messages concern.

        What is on its way is asked twice: before the cases, since it stirs them, and after, since they make more.
        """
        if on_its_way := await self._left.on_its_way(self._clock.now()):
            return on_its_way
        watched |= await self._left.stirred_cases()
        standings = dict(zip(watched, await asyncio.gather(*map(self._cases.standing, watched)), strict=True))
        if busy := sorted(case_id for case_id, standing in standings.items() if not standing.is_at_rest):
            return busy
        for case_id, standing in standings.items():
            self._retrying.pop(case_id, None)
            if standing.next_try is not None:
                self._retrying[case_id] = standing.next_try
        return await self._left.on_its_way(self._clock.now()) if watched else []


def is_night_between(began: datetime, ended: datetime) -> bool:
    """Whether the hour of the nightly comparison passed."""
    first = datetime.combine(began.astimezone(UTC), NIGHT, UTC)
    return (first if first > began else first + timedelta(days=1)) <= ended
