"""Tells a case something and waits until what it did can be read: the one way from a door to a running process."""

from __future__ import annotations

import asyncio

from porting.commands import AnyCommand
from service.engine import CaseNotRunning, Engine, EngineUnavailable
from service.known_case import KnownCase
from storage import cases
from storage.database import Database

UPDATE_SECONDS = 10.0
SHOWN_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.02
NOT_STARTED_YET = 2  # seconds


class Telling:
    """What the calls share: the engine, and the database in which its answer shows."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def tell(
        self, case: KnownCase, command: AnyCommand, update_id: str, *, even_closed: bool = False
    ) -> None:
        """Raises the case's own refusals, CaseClosed, EngineUnavailable.

        The same `update_id` again is the same update: a call that was cut can be sent once more. `even_closed`: a
        closed case lives on while work by hand is left (R43).
        """
        if not even_closed:
            case.require_open()
        try:
            version = await asyncio.wait_for(self._engine.update(case.id, command, update_id), UPDATE_SECONDS)
        except TimeoutError:
            raise EngineUnavailable() from None
        except CaseNotRunning:
            # Acknowledged a moment ago and not started yet, as nothing else leaves an open case without a process.
            raise EngineUnavailable(NOT_STARTED_YET) from None
        await self._shown(case.id, version)

    async def _shown(self, case_id: str, version: int) -> None:
        """Waits until the read model holds the version: who reads after a change reads the change.

        It gives up after a while, for the change stands either way and will be shown.
        """
        pause, left = FIRST_PAUSE, SHOWN_SECONDS
        while left > 0:
            async with self._database.read() as connection:
                if (await cases.version(connection, case_id) or 0) >= version:
                    return
            await asyncio.sleep(pause)
            left, pause = left - pause, min(pause * 2, LONGEST_PAUSE)
