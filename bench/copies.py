"""Very many open cases: rows copied from one case, with numbers of their own, and a process behind each if wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, String, Table, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.stand import Stand, side_by_side
from porting.case import Case
from storage.database import Database
from storage.serial import unpack
from storage.tables import cases, lines
from workflows.client import PortingCases
from workflows.connection import Access, Connection

# Far from every number that is really ordered.
FIRST_COPY = 4_989_900_000_000
# The copies' processes are open, and begin when every bench is over: fifty thousand that work would take hours.
NOT_YET = timedelta(days=60)
STARTERS = 32


class SleepingCases(PortingCases):
    """Cases whose processes are open and do nothing."""

    async def start(self, case: Case) -> None:
        await self._start(case, NOT_YET)


async def copy_cases(database: Database, case_id: str, count: int) -> None:
    """So many copies of the case and its line; no process stands behind them."""
    async with database.begin() as connection:
        # Behind those of earlier copies: PostgreSQL refuses a number that is open twice.
        last = (await connection.execute(select(func.max(lines.c.last)))).scalar_one()
        before = max(FIRST_COPY, last)
        await _copy(connection, cases, cases.c.id == case_id, count, before)
        await _copy(connection, lines, lines.c.case_id == case_id, count, before)


async def open_copies(stand: Stand, case_id: str, count: int) -> None:
    """The same, with an open process of its own behind each."""
    await copy_cases(stand.database, case_id, count)
    async with stand.database.read() as connection:
        packed = (await connection.execute(select(cases.c.opening).where(cases.c.id == case_id))).scalar_one()
    case: Case = unpack(packed, Case)
    engine = SleepingCases(Connection(Access(address=stand.temporal, namespace="default")).client)
    copies = (replace(case, id=f"{case_id}-{n}", reference=f"{case.reference}-{n}") for n in range(1, count + 1))
    await side_by_side([partial(engine.start, copy) for copy in copies], STARTERS)


async def _copy(connection: AsyncConnection, table: Table, which: Any, count: int, before: int) -> None:
    counted = select(literal(1, BigInteger).label("n")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < count))
    tail = "-" + cast(counted.c.n, String)
    first = before + counted.c.n
    changed: dict[str, Any] = {"first": first, "last": first, "number": literal("+") + cast(first, String)}
    changed |= {name: table.c[name] + tail for name in ("id", "case_id", "reference") if name in table.c}
    names = [column.name for column in table.columns]
    copied = select(*(changed.get(name, table.c[name]) for name in names)).join_from(table, counted, which)
    await connection.execute(insert(table).from_select(names, copied))
