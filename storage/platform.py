"""The recorded number platform: what each number may do, kept in a table where no real switch is configured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import NumberRange
from storage.tables import platform_numbers
from storage.upsert import put


async def set_mode(connection: AsyncConnection, numbers: Sequence[str], mode: str, case_id: str, at: datetime) -> None:
    """Sets the mode (FULL, OUTBOUND_ONLY) of numbers and ranges; said twice, it is the same."""
    await put(connection, platform_numbers, [_row(NumberRange(number), mode, case_id, at) for number in numbers])


async def modes(connection: AsyncConnection, numbers: Sequence[str]) -> dict[str, str]:
    """The mode of each of the numbers that the platform knows, ranges named as they were set."""
    query = select(platform_numbers.c.number, platform_numbers.c.mode).where(platform_numbers.c.number.in_(numbers))
    return {row.number: row.mode for row in await connection.execute(query)}


async def list_numbers(connection: AsyncConnection, case_id: str | None = None) -> list[dict[str, Any]]:
    """Everything on the platform, of one case or of all, by number."""
    query = select(platform_numbers).order_by(platform_numbers.c.first)
    if case_id is not None:
        query = query.where(platform_numbers.c.case_id == case_id)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _row(numbers: NumberRange, mode: str, case_id: str, at: datetime) -> dict[str, Any]:
    span = {"first": numbers.first_value, "last": numbers.last_value}
    return span | {"number": numbers.text, "mode": mode, "case_id": case_id, "changed_at": at}
