"""Locks by name for what no row stands for yet; on SQLite the transaction that writes is the lock already."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2004))")


async def hold(connection: AsyncConnection, name: str) -> None:
    """Waits until nobody else holds the name, and holds it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(HOLD, {"name": f"portdesk/{name}"})
