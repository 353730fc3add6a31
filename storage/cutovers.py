"""What decides over a case's dates: the wishes at each place, and which lines are to be ported on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.line import Cancellation
from porting.status import Status
from storage.tables import cases, lines


async def wishes(connection: AsyncConnection, case_id: str) -> dict[str, set[date]]:
    """The dates asked for of the case's open lines, by place."""
    query = select(lines.c.place, lines.c.requested_date).where(lines.c.case_id == case_id, lines.c.is_open).distinct()
    found: dict[str, set[date]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.place, set()).add(row.requested_date)
    return found


async def is_shown(connection: AsyncConnection, case_id: str, version: int) -> bool:
    """Whether the case is shown as it stood at that step, or later."""
    shown = (await connection.execute(select(cases.c.version).where(cases.c.id == case_id))).scalar()
    return shown is not None and shown >= version


async def still_due(
    connection: AsyncConnection, case_id: str, numbers: Sequence[str], day: date, version: int
) -> tuple[str, ...] | None:
    """Those of the lines that are to be ported that day; None where the case is not shown at that step yet."""
    if not await is_shown(connection, case_id, version):
        return None
    query = select(lines.c.number).where(
        lines.c.case_id == case_id,
        lines.c.status == Status.CONFIRMED,
        lines.c.confirmed_date == day,
        lines.c.cancellation != Cancellation.REQUESTED,
    )
    due = set((await connection.execute(query)).scalars())
    return tuple(number for number in numbers if number in due)
