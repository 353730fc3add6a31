"""How often a key may call: a sliding minute for each key, so that one that storms slows down nobody else."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.problems import Problem
from service.callers import Caller


class Pace:
    """Counts in this process's memory: with several processes each allows as much."""

    def __init__(self, calls_per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(calls_per_minute)

    def check(self, caller: Caller) -> None:
        """Raises Problem rate_limited with the seconds to wait."""
        if self._limiter.hit(self._limit, caller.id):
            return
        # The limiter reads the machine's clock, and not the one that a sandbox steers.
        wait = self._limiter.get_window_stats(self._limit, caller.id).reset_time - time.time()
        raise Problem("rate_limited", headers={"Retry-After": str(max(1, math.ceil(wait)))})
