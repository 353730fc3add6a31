"""Port-outs as the doors show them, newest first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.port_outs import PortOutStatus
from storage.paging import Keyset, Page
from storage.tables import cases, port_outs

NEWEST = Keyset("port-outs", (port_outs.c.received_at, port_outs.c.id))
SHOWN = (
    "id", "number", "numbers", "lines", "leaves_on", "source", "switch_at", "told_at", "switched_at", "cancelled_at",
)  # fmt: skip
OR_NONE = ("winning_carrier", "message_id", "told_by", "repeats", "cancelled_by", "note")
# So long care is reminded of a number that nobody here has, once it has left.
REMINDED = timedelta(days=7)


async def listed(connection: AsyncConnection, page: Page) -> dict[str, Any]:
    """`{"items", "next_cursor"}`. Raises BadCursor."""
    rows = (await connection.execute(NEWEST.select(_notices(), page))).mappings().all()
    return NEWEST.slice(rows, page, _shape, lambda row: (row["received_at"], row["id"]))


async def one(connection: AsyncConnection, notice_id: str, partner_id: str | None = None) -> dict[str, Any] | None:
    """None when there is no such notice, or when its numbers are another partner's."""
    query = _notices().where(port_outs.c.id == notice_id)
    if partner_id is not None:
        query = query.where(cases.c.partner_id == partner_id)
    row = (await connection.execute(query)).mappings().first()
    return _shape(row) if row else None


async def unknown_count(connection: AsyncConnection, today: date) -> int:
    """Notices of numbers that nobody here has, and that care has not settled."""
    mine = port_outs.c.case_id.is_(None) & port_outs.c.cancelled_at.is_(None)
    query = select(func.count()).select_from(port_outs).where(mine, port_outs.c.leaves_on >= today - REMINDED)
    return int((await connection.execute(query)).scalar_one())


def _notices() -> Select[Any]:
    return select(port_outs, cases.c.partner_id).outerjoin(cases, cases.c.id == port_outs.c.case_id)


def _shape(row: RowMapping) -> dict[str, Any]:
    shown = {name: row[name] for name in SHOWN} | {name: row[name] or None for name in OR_NONE}
    more = {"case": row["case_id"], "partner": row["partner_id"], "at": row["received_at"]}
    return shown | more | {"status": _status(row)}


def _status(row: RowMapping) -> PortOutStatus:
    if row["cancelled_at"] is not None:
        return PortOutStatus.CANCELLED
    if row["case_id"] is None:
        return PortOutStatus.UNKNOWN_NUMBER
    if row["repeats"]:
        return PortOutStatus.REPEATED
    if row["switched_at"] is not None:
        return PortOutStatus.OUTBOUND_ONLY
    if row["state"] == "DONE":
        return PortOutStatus.NOT_HELD
    return PortOutStatus.RECEIVED if row["told_at"] is None else PortOutStatus.TOLD
