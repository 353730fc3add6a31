"""What Prometheus reads at /metrics: calls, cases by status, and what waits, with the age of its oldest."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.status import Status
from storage.doctor import backlog
from storage.tables import cases

WAITING = ("unstarted_cases", "inbox", "unsent_mails")
OLDEST = {"unstarted_cases": "oldest_unstarted_case", "inbox": "oldest_in_inbox", "unsent_mails": "oldest_unsent_mail"}


class Metrics:
    """One registry an application, so that two in one process do not count for each other."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter("portdesk_http_requests", "Calls", ["method", "path", "status"], registry=self._registry)
        self._seconds = Histogram("portdesk_http_request_seconds", "Time", ["method", "path"], registry=self._registry)
        self._cases = Gauge("portdesk_cases", "Cases by status", ["status"], registry=self._registry)
        self._waiting = Gauge("portdesk_waiting", "What is not settled yet", ["what"], registry=self._registry)
        self._oldest = Gauge("portdesk_oldest_waiting_seconds", "Age of its oldest", ["what"], registry=self._registry)
        self._failed = Gauge("portdesk_failed_mails", "Mails given up", registry=self._registry)

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        self._calls.labels(method, path, str(status)).inc()
        self._seconds.labels(method, path).observe(seconds)

    async def text(self, connection: AsyncConnection, now: datetime) -> bytes:
        """The page, with what the database says now."""
        query = select(cases.c.status, func.count()).group_by(cases.c.status)
        found = {status: count for status, count in await connection.execute(query)}  # noqa: C416
        for status in Status:
            self._cases.labels(status).set(found.get(status, 0))
        waits = await backlog(connection)
        for what in WAITING:
            oldest: datetime | None = getattr(waits, OLDEST[what])
            self._waiting.labels(what).set(getattr(waits, what))
            self._oldest.labels(what).set((now - oldest).total_seconds() if oldest else 0)
        self._failed.set(waits.failed_mails)
        return generate_latest(self._registry)
