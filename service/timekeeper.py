"""Notes what came to its end in this process, and now and then adds up how long it took (storage.durations)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from storage import durations
from storage.database import Database, Unavailable


class Timekeeper:
    """Only ends are kept in memory: when a thing began is stored, however often processes were started since."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._sent: dict[int, datetime] = {}
        self._taken: dict[str, datetime] = {}

    def mail_sent(self, mail_id: int) -> None:
        """A relay took the mail."""
        self._sent[mail_id] = self._now()

    def order_taken(self, case_id: str) -> None:
        """A carrier took an order of the case."""
        self._taken.setdefault(case_id, self._now())

    async def once(self) -> int:
        """Adds up what ended since the last time. Never says that there was something to do: it can wait."""
        sent, taken = self._sent, self._taken
        self._sent, self._taken = {}, {}
        if not sent and not taken:
            return 0
        try:
            async with self._database.read() as connection:
                found = [
                    *await durations.of_mails(connection, sent),
                    *await durations.of_requests(connection, taken),
                ]
            await self._database.write(lambda connection: durations.add(connection, found))
        except Unavailable:
            self._sent, self._taken = sent | self._sent, taken | self._taken
            raise
        return 0
