"""How many lines of each status the cases of a list have."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import lines


async def status_counts(connection: AsyncConnection, case_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """By case id, then by status: `{"PC-…": {"CONFIRMED": 19, "MISSING_DATA": 1}}`."""
    query = select(lines.c.case_id, lines.c.status, func.count().label("total")).where(lines.c.case_id.in_(case_ids))
    found: dict[str, dict[str, int]] = {}
    for row in await connection.execute(query.group_by(lines.c.case_id, lines.c.status)):
        found.setdefault(row.case_id, {})[row.status] = row.total
    return found
