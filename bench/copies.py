"""Very many open cases for what reads SQL only: rows copied from one case, with numbers and references of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, Table, cast, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import cases, lines

# Far from every number that is really ordered.
FIRST_COPY = 4_989_900_000_000


async def copy_cases(database: Database, case_id: str, count: int) -> None:
    """So many copies of the case and its line; no workflow stands behind them."""
    async with database.begin() as connection:
        await _copy(connection, cases, cases.c.id == case_id, count)
        await _copy(connection, lines, lines.c.case_id == case_id, count)


async def _copy(connection: AsyncConnection, table: Table, which: Any, count: int) -> None:
    counted = select(literal(1, BigInteger).label("n")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < count))
    tail = "-" + cast(counted.c.n, String)
    first = FIRST_COPY + counted.c.n
    changed: dict[str, Any] = {"first": first, "last": first, "number": literal("+") + cast(first, String)}
    changed |= {name: table.c[name] + tail for name in ("id", "case_id", "reference") if name in table.c}
    names = [column.name for column in table.columns]
    copied = select(*(changed.get(name, table.c[name]) for name in names)).join_from(table, counted, which)
    await connection.execute(insert(table).from_select(names, copied))
