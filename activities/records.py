"""Writes down what a case announced, and the mails that tell of it, in one transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.letters import Letters
from porting.announcement import Announcement
from storage import mails, projection
from storage.database import Database


class RecordActivities:
    """The one road on which news leaves a case: record first; mail goes out from what was recorded (R39)."""

    def __init__(self, database: Database, letters: Letters) -> None:
        self._database = database
        self._letters = letters

    @activity.defn
    async def announce(self, announcement: Announcement) -> None:
        """Record a step; told twice it changes nothing."""
        await self._database.write(lambda connection: self._record(connection, announcement))

    async def _record(self, connection: AsyncConnection, announcement: Announcement) -> None:
        if await projection.record(connection, announcement):
            await self.write_letters(connection, announcement)

    async def write_letters(self, connection: AsyncConnection, announcement: Announcement) -> None:
        """Put the mails of a recorded step into the outbox, rendered once."""
        await mails.store(connection, await self._letters.of(connection, announcement))
