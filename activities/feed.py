"""Asks a carrier what happened since the last time, and puts it into the inbox as a webhook would have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.trouble import told_as_trouble
from carriers.contract import Hint, PortCarrier
from storage import bookmarks, inbox
from storage.database import Database


class FeedActivities:
    """What a webhook brought before falls out by the inbox's unique key."""

    def __init__(self, database: Database, carriers: Mapping[str, PortCarrier], now: Callable[[], datetime]) -> None:
        self._database = database
        self._carriers = carriers
        self._now = now

    @activity.defn
    async def pull(self, carrier: str) -> int:
        """Answers how many messages were new."""
        with told_as_trouble():
            return await self.fetch(carrier)

    async def fetch(self, carrier: str) -> int:
        """The same outside of an activity. Raises carriers.contract.Trouble."""
        name = f"feed/{carrier}"
        async with self._database.read() as connection:
            cursor = await bookmarks.bookmark(connection, name) or ""
        hints, cursor = await self._carriers[carrier].events_since(cursor)
        async with self._database.begin() as connection:
            new = [hint for hint in hints if await self._receive(connection, carrier, hint)]
            await bookmarks.keep_bookmark(connection, name, cursor, self._now())
        return len(new)

    async def _receive(self, connection: AsyncConnection, carrier: str, hint: Hint) -> bool:
        return await inbox.receive(
            connection, carrier, hint.dedupe, hint.reference, hint.carrier_order_id, to_keep(hint), self._now()
        )


def to_keep(hint: Hint) -> dict[str, str]:
    """What the inbox keeps of a message beside whose it is; PostgreSQL's JSON takes no NUL."""
    said = {"kind": hint.kind, "comment": hint.comment, "comment_id": hint.comment_id}
    return {**{name: text.replace("\x00", "") for name, text in said.items()},
            "occurred_at": hint.occurred_at.isoformat()}  # fmt: skip
