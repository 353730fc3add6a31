"""Among how many processes a carrier's limit of calls is to be shared out: counted in the database they all have."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from datetime import datetime

from storage import presence
from storage.database import Database


class Sharing:
    """Says that this process calls the carriers, and learns how many do; `shares` is what it tells, by carrier."""

    def __init__(
        self, database: Database, process: str, carriers: Collection[str], shares: MutableMapping[str, int],
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._process = process
        self._carriers = carriers
        self._shares = shares
        self._now = now

    async def once(self) -> int:
        """One round. While the database is away the last count holds."""
        at = self._now()
        await self._database.write(lambda c: presence.show(c, self._process, self._carriers, at))
        async with self._database.read() as connection:
            found = await presence.counts(connection, at)
        self._shares.update({name: max(1, found.get(name, 1)) for name in self._carriers})
        return 0

    async def leave(self) -> None:
        """The others may have this process's share."""
        await self._database.write(lambda c: presence.leave(c, self._process))
