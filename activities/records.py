"""Writes down what a case announced, and the mails that tell of it, in one transaction."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.letters import Letters
from carriers.crash import crash_point
from notifications.writer import write
from porting.announcement import Announcement
from porting.events import Entry
from storage import mails, projection
from storage.database import Database

log = structlog.get_logger()


class RecordActivities:
    """The one road on which news leaves a case: record first; mail goes out from what was recorded (R39)."""

    def __init__(self, database: Database, letters: Letters) -> None:
        self._database = database
        self._letters = letters

    @activity.defn
    async def announce(self, announcement: Announcement) -> None:
        """Record a step; told twice it changes nothing."""
        crash_point("before_record")
        await self._database.write(lambda connection: self._record(connection, announcement))
        crash_point("after_record")

    async def _record(self, connection: AsyncConnection, announcement: Announcement) -> None:
        if await projection.record(connection, announcement):
            await self.write_letters(connection, announcement)

    async def write_letters(self, connection: AsyncConnection, announcement: Announcement) -> None:
        """Put the mails of a recorded step into the outbox, rendered once.

        A mail that cannot be written is a fault of ours: it is noted, and never holds up what it should have told.
        """
        await self.write_to(connection, announcement.case_id, announcement.entries)

    async def write_to(self, connection: AsyncConnection, case_id: str, entries: tuple[Entry, ...]) -> None:
        """The same for entries that no process announced."""
        facts = await self._letters.facts(connection, case_id, entries)
        if facts is None:
            return
        try:
            messages = write(facts)
        except Exception as fault:
            log.exception("a mail could not be written", case=case_id)
            first = entries[0]
            await mails.note_unwritten(connection, case_id, first.sequence, type(fault).__name__, first.at)
        else:
            await mails.store(connection, messages)
