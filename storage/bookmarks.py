"""How far something was read: one named value each, like a carrier's cursor of events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import cursors
from storage.upsert import put


async def bookmark(connection: AsyncConnection, name: str) -> str | None:
    """The value kept under the name."""
    return (await connection.execute(select(cursors.c.value).where(cursors.c.name == name))).scalar()


async def keep_bookmark(connection: AsyncConnection, name: str, value: str, at: datetime) -> None:
    await put(connection, cursors, [{"name": name, "value": value, "updated_at": at}])
