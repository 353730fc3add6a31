"""How often a login may be tried: by its name and by the address that tries, forgotten after a quarter of an hour."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

BY_LOGIN = RateLimitItemPerMinute(10, 15)
BY_ADDRESS = RateLimitItemPerMinute(50, 15)


class Throttle:
    """Counts tries in memory: a restart forgives them, which a guesser cannot cause."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def wait_seconds(self, login: str, address: str) -> int:
        """How long the next try has to wait; 0 when it may be made now."""
        waits = [
            int(self._limiter.get_window_stats(limit, *who).reset_time - time.time()) + 1
            for limit, who in _who(login, address)
            if not self._limiter.test(limit, *who)
        ]
        return max(waits, default=0)

    def tried(self, login: str, address: str) -> None:
        for limit, who in _who(login, address):
            self._limiter.hit(limit, *who)

    def forgive(self, login: str) -> None:
        """The right password came: the wrong ones before it do not count against its owner."""
        self._limiter.clear(BY_LOGIN, "login", login.strip().lower())


def _who(login: str, address: str) -> list[tuple[RateLimitItemPerMinute, tuple[str, str]]]:
    return [(BY_LOGIN, ("login", login.strip().lower())), (BY_ADDRESS, ("address", address))]
