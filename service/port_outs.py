"""Numbers that leave us: each notice told to the partner at once, and carried out on its day (R38)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from carriers.crash import crash_point
from porting.commands import CARRIER, PLATFORM, Actor, NotePortOut, Role
from porting.events import Entry
from porting.port_outs import event_of
from service.engine import CaseNotRunning, Engine, EngineUnavailable
from service.told import UPDATE_SECONDS
from storage import afterwards, port_outs
from storage.database import Database
from storage.known import is_closed
from storage.port_outs import Due
from switch.contract import Mode, NumberPlatform, PlatformUnavailable

BATCH = 20
SOON = timedelta(seconds=2)
log = structlog.get_logger()
Write = Callable[[AsyncConnection, str, tuple[Entry, ...]], Awaitable[None]]


class PortOuts:
    """A death between any two steps only repeats one that changes nothing the second time.

    What is told goes to the case's process while there is one, for it alone numbers its timeline; most port-outs come
    years after it ended, and are written where it would have written them.
    """

    def __init__(
        self, database: Database, engine: Engine, platform: NumberPlatform, write: Write, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._engine = engine
        self._platform = platform
        self._write = write
        self._now = now

    async def once(self) -> int:
        """Do what is due now; answers how many notices were taken up."""
        notices = await self._claim()
        await asyncio.gather(*(self._take(due) for due in notices))
        return len(notices)

    async def _claim(self) -> list[Due]:
        # A look first: to claim takes the write lock, and most of the time there is nothing to claim.
        async with self._database.read() as connection:
            due = await port_outs.next_due(connection)
        if due is None or due > self._now():
            return []
        async with self._database.begin() as connection:
            return await port_outs.claim(connection, self._now(), BATCH)

    async def _take(self, due: Due) -> None:
        try:
            await (self._tell(due) if due.told_at is None else self._switch(due))
        except PlatformUnavailable as trouble:
            await self._later(due, port_outs.next_try(due, self._now()), str(trouble))
        except EngineUnavailable:
            await self._later(due, self._now() + SOON, "the workflow engine does not answer")
        except Exception as fault:
            # One notice that is a fault of ours must not hold up all others.
            log.exception("a port-out could not be carried on", notice=due.id)
            await self._later(due, port_outs.next_try(due, self._now()), type(fault).__name__)

    async def _tell(self, due: Due) -> None:
        told_by = Actor(Role.CARE, due.told_by) if due.source == port_outs.CARE else CARRIER
        await self._note(due, self._command(due, told_by))

    async def _switch(self, due: Due) -> None:
        async with self._database.read() as connection:
            numbers = await port_outs.still_held(connection, due)
        if not numbers:
            await self._close(due)
            return
        await self._platform.set_mode(due.case_id, numbers, Mode.OUTBOUND_ONLY)
        crash_point("after_port_out_switch")
        await self._note(due, self._command(replace(due, numbers=numbers), PLATFORM, has_left=True))

    async def _close(self, due: Due) -> None:
        async with self._database.begin() as connection:
            await port_outs.close(connection, due)

    def _command(self, due: Due, actor: Actor, *, has_left: bool = False) -> NotePortOut:
        return NotePortOut(
            actor=actor, notice_id=due.id, numbers=due.numbers, leaves_on=due.leaves_on,
            winning_carrier=due.winning_carrier, has_left=has_left,
        )  # fmt: skip

    async def _note(self, due: Due, command: NotePortOut) -> None:
        """On the case's timeline, with its mail; then the notice knows that it was."""
        ran = await self._tell_process(due.case_id, command)
        crash_point("after_port_out_told")

        async def record(connection: AsyncConnection) -> None:
            if not ran:
                await self._write_afterwards(connection, due.case_id, command)
            await (port_outs.switched if command.has_left else port_outs.told)(connection, due, self._now())

        await self._database.write(record)
        crash_point("after_port_out_record")

    async def _tell_process(self, case_id: str, command: NotePortOut) -> bool:
        """Whether the case has a process that took it. Raises EngineUnavailable."""
        update_id = f"{command.notice_id}-{event_of(command).kind}"
        try:
            await asyncio.wait_for(self._engine.update(case_id, command, update_id), UPDATE_SECONDS)
        except TimeoutError:
            raise EngineUnavailable() from None
        except CaseNotRunning:
            async with self._database.read() as connection:
                if not await is_closed(connection, case_id):
                    raise EngineUnavailable from None
            return False
        return True

    async def _write_afterwards(self, connection: AsyncConnection, case_id: str, command: NotePortOut) -> None:
        entry = await afterwards.add(connection, case_id, event_of(command), command.actor, self._now())
        if entry is not None:
            await self._write(connection, case_id, (entry,))

    async def _later(self, due: Due, until: datetime, note: str) -> None:
        async with self._database.begin() as connection:
            await port_outs.postpone(connection, due, until, note)
