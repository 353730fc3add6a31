"""The timeline of a case whose process is over: what happens to its numbers later stands there too (R38)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.commands import Actor
from porting.events import Entry, NumbersLeft, PortOutNoticed
from storage import archive
from storage.rows import event_row
from storage.tables import cases, events
from storage.upsert import insert_new


async def add(
    connection: AsyncConnection, case_id: str, event: PortOutNoticed | NumbersLeft, actor: Actor, at: datetime
) -> Entry | None:
    """The new entry; None when the same notice brought it before, perhaps while the process still ran.

    Needs a transaction that writes. Whoever calls knows that no process of the case announces anything any more: two
    that count its entries at once would give one number twice.
    """
    locked = select(cases.c.archived_at).where(cases.c.id == case_id).with_for_update()
    if (await connection.execute(locked)).scalar() is not None:
        await archive.bring_back(connection, case_id)
    if await _is_there(connection, case_id, event):
        return None
    last = select(func.max(events.c.sequence)).where(events.c.case_id == case_id)
    entry = Entry(((await connection.execute(last)).scalar() or 0) + 1, at, actor, event)
    await insert_new(connection, events, [event_row(case_id, entry)])
    shown = {"version": cases.c.version + 1, "updated_at": at}
    await connection.execute(update(cases).where(cases.c.id == case_id).values(**shown))
    return entry


async def _is_there(connection: AsyncConnection, case_id: str, event: PortOutNoticed | NumbersLeft) -> bool:
    query = select(events.c.detail).where(events.c.case_id == case_id, events.c.kind == event.kind)
    return any(detail["notice_id"] == event.notice_id for detail in (await connection.execute(query)).scalars())
