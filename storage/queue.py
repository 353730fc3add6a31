"""The desk's queue: open cases, those first whose next deadline comes first (R20)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.status import WaitingOn
from storage.filters import CaseFilters
from storage.paging import Keyset, Page
from storage.tables import cases, partners

QUEUE = Keyset("queue", (cases.c.queue_at, cases.c.id), descending=False)
SHOWN = (
    "id", "reference", "partner_id", "order_type", "status", "waiting_on", "waiting_since", "deadline", "next_step",
    "end_customer", "losing_carrier", "country", "first_number", "lines_count", "numbers_count", "created_at",
    "updated_at", "work_due_at",
)  # fmt: skip


async def queue(connection: AsyncConnection, filters: CaseFilters, page: Page) -> dict[str, Any]:
    """`{"items", "next_cursor"}`: open cases by deadline, those without one last. Raises BadCursor.

    An item has the fields of SHOWN (`partner_id` as `partner`) and `partner_name`.
    """
    columns = [cases.c[name] for name in SHOWN]
    query = (
        select(*columns, cases.c.queue_at, partners.c.name.label("partner_name"))
        .join(partners, partners.c.id == cases.c.partner_id)
        .where(cases.c.closed_at.is_(None), *filters.conditions())
    )
    rows = (await connection.execute(QUEUE.select(query, page))).mappings().all()
    return QUEUE.slice(rows, page, _item, lambda row: (row["queue_at"], row["id"]))


async def counts_by_waiting_on(connection: AsyncConnection, partner_id: str | None = None) -> dict[str, int]:
    """How many open cases wait for whom; each of R20's has its number, also when it is 0."""
    # All of them, by name: or SQLite takes another index of the open cases, and sorts.
    whoever = cases.c.waiting_on.in_([whom.value for whom in WaitingOn])
    query = select(cases.c.waiting_on, func.count().label("total")).where(whoever, cases.c.closed_at.is_(None))
    if partner_id is not None:
        query = query.where(cases.c.partner_id == partner_id)
    rows = await connection.execute(query.group_by(cases.c.waiting_on))
    return {whom.value: 0 for whom in WaitingOn} | {row.waiting_on: row.total for row in rows}


def _item(row: Any) -> dict[str, Any]:
    shown = {name: row[name] for name in SHOWN if name != "partner_id"}
    return shown | {"partner": row["partner_id"], "partner_name": row["partner_name"]}
