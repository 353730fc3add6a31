"""What Prometheus reads at /metrics: this machine's calls, and the figures of the whole installation."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from api import figures
from api.parts import Parts
from storage.database import Unavailable

# Set by the stack for API processes that share a port: each writes its counts there, and whichever is asked tells all.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
FRESH_SECONDS = 3.0


class _Told:
    """Figures as a collector, for the library's own writer."""

    def __init__(self, told: Sequence[Metric]) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        yield from self._told


class Metrics:
    """One registry an application, so that two in one process do not count for each other."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter("portdesk_http_requests", "Calls", ["method", "path", "status"], registry=self._registry)
        self._seconds = Histogram("portdesk_http_request_seconds", "Time", ["method", "path"], registry=self._registry)
        self._asking = asyncio.Lock()
        self._page, self._stale_at = b"", 0.0

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        self._calls.labels(method, path, str(status)).inc()
        self._seconds.labels(method, path).observe(seconds)

    async def text(self, parts: Parts) -> bytes:
        """The page. Calls are counted up to now; what is asked of database and engine may be three seconds old."""
        async with self._asking:
            if time.monotonic() >= self._stale_at:
                self._page = _written(_Told(await _asked(parts)))
                self._stale_at = time.monotonic() + FRESH_SECONDS
        return generate_latest(self._all_calls()) + self._page

    def _all_calls(self) -> CollectorRegistry:
        if not os.environ.get(SHARED):
            return self._registry
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared


async def _asked(parts: Parts) -> list[Metric]:
    """Figures of what is down are left out, and its being down is told."""
    queues, engine = await asyncio.gather(parts.queues(), parts.engine_answers())
    told = [figures.up("engine", answers=engine), *figures.of_queues(queues)]
    try:
        async with parts.database.read() as connection:
            known = await figures.of_tables(connection, parts.carriers, parts.now())
            return [*told, figures.up("database", answers=True), *known]
    except Unavailable:
        return [*told, figures.up("database", answers=False)]


def _written(told: _Told) -> bytes:
    registry = CollectorRegistry()
    registry.register(told)
    return generate_latest(registry)
