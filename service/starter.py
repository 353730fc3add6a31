"""Starts the process of every case that was acknowledged and has none: what a dead process or engine left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from porting.case import Case
from service.engine import Engine
from storage import cases
from storage.database import Database
from storage.serial import unpack

BATCH = 50


class Starter:
    """The net under the opening call: nothing that was acknowledged stays unstarted."""

    def __init__(self, database: Database, engine: Engine, now: Callable[[], datetime]) -> None:
        self._database = database
        self._engine = engine
        self._now = now

    async def once(self) -> int:
        """Start what is to be started; answers how many. Raises EngineUnavailable."""
        async with self._database.read() as connection:
            waiting = await cases.unstarted(connection, BATCH)
        for one in waiting:
            await self._engine.start(unpack(one.opening, Case))
            async with self._database.begin() as connection:
                await cases.mark_started(connection, [one.case_id], self._now())
        return len(waiting)
