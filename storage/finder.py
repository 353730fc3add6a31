"""The number finder: from any number, also one inside a range, to its cases (R41)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.filters import ends_with, holds
from storage.tables import cases, lines

MOST = 200


async def find_number(connection: AsyncConnection, value: int, partner_id: str | None = None) -> dict[str, Any]:
    """`{"number", "items": [{"case", "line", "status", "partner"}]}`, newest case first.

    `value` is an E.164 number without its plus (`porting.numbers.parse_search`).
    """
    return {"number": f"+{value}", "items": await _found(connection, holds(value), partner_id)}


async def find_ending(connection: AsyncConnection, digits: str, partner_id: str | None = None) -> list[dict[str, Any]]:
    """The items for a national spelling: lines with a number that ends so (`porting.numbers.search_ending`)."""
    return await _found(connection, ends_with(digits), partner_id)


async def _found(
    connection: AsyncConnection, condition: ColumnElement[bool], partner_id: str | None
) -> list[dict[str, Any]]:
    query = (
        select(lines.c.case_id.label("case"), lines.c.number.label("line"), lines.c.status)
        .add_columns(cases.c.partner_id.label("partner"))
        .join(cases, cases.c.id == lines.c.case_id)
        .where(condition)
        .order_by(cases.c.created_at.desc(), cases.c.id.desc(), lines.c.position)
        .limit(MOST)
    )
    if partner_id is not None:
        query = query.where(cases.c.partner_id == partner_id)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
