"""Which processes are at work on one thing, wherever they run: each says so now and then, and is forgotten if not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive_tables import presences
from storage.upsert import put

# A process that was killed is counted for so long; each says that it is there three times as often.
FORGOTTEN_AFTER = timedelta(seconds=45)


async def show(connection: AsyncConnection, process: str, works_on: Collection[str], at: datetime) -> None:
    """The process is at work on these; needs a transaction that writes."""
    await connection.execute(delete(presences).where(presences.c.seen_at < at - FORGOTTEN_AFTER))
    rows = [{"works_on": one, "process": process, "seen_at": at} for one in sorted(works_on)]
    await put(connection, presences, rows)


async def leave(connection: AsyncConnection, process: str) -> None:
    """The process ends."""
    await connection.execute(delete(presences).where(presences.c.process == process))


async def counts(connection: AsyncConnection, at: datetime) -> dict[str, int]:
    """How many processes are at work on each thing."""
    query = select(presences.c.works_on, func.count().label("processes")).group_by(presences.c.works_on)
    rows = await connection.execute(query.where(presences.c.seen_at >= at - FORGOTTEN_AFTER))
    return {row.works_on: row.processes for row in rows}
