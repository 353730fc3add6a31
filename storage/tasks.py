"""Tasks that care does by hand: written down once, settled by what the case announces (R43)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.events import Entry, TaskDone
from porting.tasks import Due, OpenTask, TaskKind
from storage.tables import tasks
from storage.upsert import insert_if_new

SHOWN = (
    "id", "reference", "kind", "numbers", "form", "created_at", "renewed_at", "due_at", "due_on", "done_at", "done_by",
    "note", "documents",
)  # fmt: skip
# Each passes the whole order on, so that two of one kind would say the same thing twice.
WHOLE = (TaskKind.SUBMIT, TaskKind.AMEND)


async def open_task(
    connection: AsyncConnection, task: OpenTask, case_id: str, reference: str, form: Mapping[str, Any], at: datetime
) -> OpenTask:
    """Writes the task down unless it is there, or renews the open one that passes the same order on; as it stands."""
    written = {"numbers": list(task.numbers), "form": dict(form), "due_at": task.due.at, "due_on": task.due.on}
    earlier = await _open_before(connection, task, case_id, reference) if task.kind in WHOLE else None
    if earlier is not None:
        await connection.execute(update(tasks).where(tasks.c.id == earlier).values(**written, renewed_at=at))
        return replace(task, id=earlier, renewed=True)
    row = {"id": task.id, "case_id": case_id, "reference": reference, "kind": task.kind, "created_at": at}
    await insert_if_new(connection, tasks, row | written | {"documents": []})
    found = (await connection.execute(select(tasks.c.due_on, tasks.c.due_at).where(tasks.c.id == task.id))).one()
    return replace(task, due=Due(found.due_on, found.due_at))


async def _open_before(connection: AsyncConnection, task: OpenTask, case_id: str, reference: str) -> str | None:
    """The id of the open task of the same kind that an earlier instruction about the order made; locked."""
    of_order = tasks.c.case_id == case_id, tasks.c.reference == reference, tasks.c.kind == task.kind
    found = await connection.execute(select(tasks.c.id, tasks.c.done_at).where(*of_order).with_for_update())
    done = {row.id: row.done_at for row in found}
    return None if task.id in done else next((name for name, at in done.items() if at is None), None)


async def settle(connection: AsyncConnection, entries: Iterable[Entry]) -> None:
    """What the timeline says of tasks; told twice it changes nothing."""
    for entry in entries:
        if isinstance(entry.event, TaskDone):
            values = {
                "done_at": entry.at, "done_by": entry.actor.name, "note": entry.event.note,
                "documents": list(entry.event.documents),
            }  # fmt: skip
            mine = tasks.c.id == entry.event.task_id, tasks.c.done_at.is_(None)
            await connection.execute(update(tasks).where(*mine).values(**values))


async def of_case(connection: AsyncConnection, case_id: str) -> list[dict[str, Any]]:
    """The tasks of a case, those that are open first, then the newest."""
    query = select(tasks).where(tasks.c.case_id == case_id).order_by(tasks.c.created_at.desc(), tasks.c.id)
    found = [_shape(row) for row in (await connection.execute(query)).mappings()]
    return sorted(found, key=lambda task: task["done_at"] is not None)


async def task(connection: AsyncConnection, case_id: str, task_id: str) -> dict[str, Any] | None:
    """One task of the case."""
    query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.id == task_id)
    row = (await connection.execute(query)).mappings().first()
    return _shape(row) if row else None


def _shape(row: RowMapping) -> dict[str, Any]:
    shown = {name: row[name] for name in SHOWN} | {"done_by": row["done_by"] or None, "note": row["note"] or None}
    return shown | {"status": "DONE" if row["done_at"] else "OPEN"}
