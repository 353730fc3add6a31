"""Forgets what nobody asks for any more: answers kept for repeated calls, and carriers' messages settled long ago."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from storage import idempotency, inbox
from storage.database import Database

# Whoever writes waits for so many rows and no longer; and between two batches others have their turn.
BATCH, PAUSE_SECONDS = 500, 0.05


class Forgetting:
    """Both tables grow with each call and each message, and would grow for ever."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def once(self) -> int:
        """A batch of each, in a transaction of its own; how many rows went."""
        answers = await self._database.write(lambda c: idempotency.purge(c, self._now(), BATCH))
        await asyncio.sleep(PAUSE_SECONDS)
        messages = await self._database.write(lambda c: inbox.purge(c, self._now(), BATCH))
        await asyncio.sleep(PAUSE_SECONDS)
        return answers + messages
