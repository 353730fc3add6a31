"""Puts away the timelines and mails of cases that closed long ago, case by case, each whole at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from storage.archive import START, Place, Unreadable, due, put_away
from storage.database import Database

log = structlog.get_logger()
BATCH = 100


class Archiving:
    """With no `after_days` nothing is put away by itself."""

    def __init__(self, database: Database, after_days: int, now: Callable[[], datetime]) -> None:
        self._database = database
        self._after_days = after_days
        self._now = now

    @activity.defn
    async def archive(self) -> int:
        return await self.run(self._after_days) if self._after_days else 0

    async def run(self, days: int) -> int:
        """The same outside of an activity: how many cases, closed more than so many days ago, were put away."""
        closed_before, place, done = self._now() - timedelta(days=days), START, 0
        while batch := await self._batch(closed_before, place):
            for _, case_id in batch:
                done += await self._put_away_if_it_can_be(case_id)
            place = batch[-1]
        return done

    async def _batch(self, closed_before: datetime, place: Place) -> list[Place]:
        async with self._database.read() as connection:
            return list(await due(connection, closed_before, place, BATCH))

    async def _put_away_if_it_can_be(self, case_id: str) -> bool:
        """What cannot be packed stays as it lies, and holds up nothing that was closed after it."""
        try:
            return await self._put_away(case_id)
        except (Unreadable, ValueError) as fault:
            log.error("a case could not be put away", case=case_id, fault=type(fault).__name__)
            return False

    async def _put_away(self, case_id: str) -> bool:
        """In a transaction of its own: whoever writes waits for one case and no longer."""
        return await self._database.write(lambda connection: put_away(connection, case_id, self._now()))
