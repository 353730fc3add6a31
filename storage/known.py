"""Small questions about one case."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import cases


async def is_closed(connection: AsyncConnection, case_id: str) -> bool:
    """Whether the read model shows the case as closed; False for one that is not there."""
    query = select(cases.c.closed_at).where(cases.c.id == case_id)
    return (await connection.execute(query)).scalar() is not None
