"""Compares what SQL shows of every case with what the case's own process holds (I6)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from porting.case import Case
from porting.diary import next_alarm
from storage import tables
from storage.database import Database
from storage.rows import header_row, line_row, order_row
from tests.journeys.fault_stack import FaultStack
from workflows.client import PortingCases
from workflows.connection import Access, Connection


async def differences(stack: FaultStack) -> dict[str, Any]:
    """By case: each column that differs, with what is shown and what is."""
    database = Database(f"sqlite:///{stack.var / 'portdesk.db'}")
    access = Access(address=stack.port("TEMPORAL").removeprefix("http://"), namespace="default")
    running = PortingCases(Connection(access).client)
    try:
        compared = {one: await _compared(database, await running.state(one), one) for one in stack.opened.values()}
        return {case_id: found for case_id, found in compared.items() if found}
    finally:
        await database.close()


async def _compared(database: Database, case: Case, case_id: str) -> list[Any]:
    async with database.read() as connection:
        def of(table: Any) -> Any:
            return select(table).where((table.c.id if table is tables.cases else table.c.case_id) == case_id)

        header = (await connection.execute(of(tables.cases))).mappings().one()
        shown = (await connection.execute(of(tables.lines).order_by(tables.lines.c.position))).mappings().all()
        orders = (await connection.execute(of(tables.carrier_orders).order_by("number"))).mappings().all()
        told = (await connection.execute(of(tables.events).order_by("sequence"))).mappings().all()
    is_ = [
        (header, header_row(case.header(next_alarm(case)), case.version)),
        *((row, _without_version(line_row(line, 0))) for row, line in zip(shown, case.lines, strict=True)),
        *((row, order_row(case_id, order)) for row, order in zip(orders, case.orders, strict=True)),
    ]
    found: list[Any] = [
        (name, row[name], value) for row, truth in is_ for name, value in truth.items() if row[name] != value
    ]
    if [row["sequence"] for row in told] != list(range(1, case.sequence + 1)):
        found.append(("events", [row["sequence"] for row in told], case.sequence))
    return found


def _without_version(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "version"}
