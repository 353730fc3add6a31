"""How fast we may call a carrier: calls beyond it wait for their turn, in the order in which they came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class Pace:
    """At most `calls_per_second`, and so many at once. Counted by a clock that nobody sets: after a leap of the wall's
    clock no call may wait for hours."""

    def __init__(
        self,
        calls_per_second: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._gap = 1 / calls_per_second
        self._ahead = max(1.0, calls_per_second) * self._gap
        self._monotonic = monotonic
        self._sleep = sleep
        self._booked = float("-inf")

    async def turn(self) -> None:
        """Returns when the call may go."""
        now = self._monotonic()
        self._booked = max(self._booked + self._gap, now - self._ahead + self._gap)
        if self._booked > now:
            await self._sleep(self._booked - now)
