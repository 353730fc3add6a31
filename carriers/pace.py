"""How fast we may call a carrier: calls beyond it wait for their turn, in the order in which they came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


def alone() -> int:
    """The share of a process that calls alone."""
    return 1


class Pace:
    """At most `calls_per_second`, and so many at once; of `sharers` processes each has its share. Counted by a clock
    that nobody sets: after a leap of the wall's clock no call may wait for hours."""

    def __init__(
        self,
        calls_per_second: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        sharers: Callable[[], int] = alone,
    ) -> None:
        self._calls_per_second = calls_per_second
        self._sharers = sharers
        self._monotonic = monotonic
        self._sleep = sleep
        self._booked = float("-inf")

    async def turn(self) -> None:
        """Returns when the call may go."""
        now, share = self._monotonic(), self._calls_per_second / self._sharers()
        gap, at_once = 1 / share, max(1.0, share)
        self._booked = max(self._booked + gap, now - at_once * gap + gap)
        if self._booked > now:
            await self._sleep(self._booked - now)
