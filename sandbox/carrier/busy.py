"""The account's rate limit: so many requests in so many seconds, switched on and off by a control call."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from sandbox.carrier.shelf import Shelf

KIND = "rate_limit"


class BusyDoor:
    """Counted by the carrier's own clock. The limit outlives a restart, what was counted does not."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._seen: deque[datetime] = deque()

    def limit(self, requests: int, seconds: float, at: datetime) -> None:
        """No limit with 0 requests."""
        for row in self._shelf.rows(KIND):
            self._shelf.take_away(row["id"])
        if requests:
            self._shelf.put(KIND, {"requests": requests, "seconds": seconds}, at)
        self._seen.clear()

    def pause(self, now: datetime) -> int | None:
        """The whole seconds to wait where the limit is reached; None counts the request as let in."""
        limits = self._shelf.rows(KIND)
        if not limits:
            return None
        window = timedelta(seconds=limits[0]["seconds"])
        while self._seen and self._seen[0] <= now - window:
            self._seen.popleft()
        if len(self._seen) < limits[0]["requests"]:
            self._seen.append(now)
            return None
        return max(1, math.ceil((self._seen[0] + window - now).total_seconds()))
