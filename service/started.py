"""Notes which cases were started, those of one moment in one transaction: nobody waits for such a note."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from storage import cases
from storage.database import Database, Unavailable

log = structlog.get_logger()


class StartedCases:
    """A note that is lost costs one start that changes nothing: service.starter asks for it again."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._waiting: list[str] = []
        self._writing: asyncio.Task[None] | None = None

    def note(self, case_id: str) -> None:
        """To be written down soon, with those that come meanwhile."""
        self._waiting.append(case_id)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            started, self._waiting = self._waiting, []
            try:
                async with self._database.begin() as connection:
                    await cases.mark_started(connection, started, self._now())
            except Unavailable as trouble:
                log.warning("starts_not_noted", cases=len(started), trouble=str(trouble))
