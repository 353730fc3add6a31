"""Reports: the orders a line each, the charges, and the temporary numbers that are out (R34, R41, R42)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.line import TemporaryStatus
from storage.filters import CaseFilters
from storage.paging import Keyset, Page
from storage.shapes import charge_shape
from storage.tables import carrier_orders, cases, lines
from storage.tables import charges as ledger

# Cases newest first, as their indexes have them, and within a case its lines in the order of the order.
ORDERS = Keyset("orders", (cases.c.created_at, cases.c.id, -lines.c.position))
CHARGES = Keyset("charges", (ledger.c.at, ledger.c.id))
TEMPORARY = Keyset("temporary-numbers", (lines.c.case_id, -lines.c.position))


async def orders_report(connection: AsyncConnection, filters: CaseFilters, page: Page) -> dict[str, Any]:
    """`{"items", "next_cursor"}`, one item a line. Raises BadCursor.

    `porting_date` is the confirmed date, before that the wish: `porting_date_is` says which (R21).
    """
    of_line = (lines.c.case_id == carrier_orders.c.case_id) & (lines.c.order_number == carrier_orders.c.number)
    query = (
        select(lines, cases.c.reference, cases.c.partner_id, cases.c.order_type, cases.c.ivp, cases.c.created_at)
        .add_columns(carrier_orders.c.carrier)
        # Each case has lines. Joined so the cases are read first, in their index's order, and no more than asked for.
        .select_from(cases.outerjoin(lines, lines.c.case_id == cases.c.id).outerjoin(carrier_orders, of_line))
        .where(*filters.conditions())
    )
    rows = (await connection.execute(ORDERS.select(query, page))).mappings().all()
    return ORDERS.slice(rows, page, _order, lambda row: (row["created_at"], row["case_id"], -row["position"]))


async def charges(
    connection: AsyncConnection, page: Page, partner_id: str | None = None, case_id: str | None = None
) -> dict[str, Any]:
    """`{"items", "next_cursor"}`, newest first, of a partner or of all. Raises BadCursor."""
    query = select(ledger)
    if partner_id is not None:
        query = query.where(ledger.c.partner_id == partner_id)
    if case_id is not None:
        query = query.where(ledger.c.case_id == case_id)
    rows = (await connection.execute(CHARGES.select(query, page))).mappings().all()
    return CHARGES.slice(rows, page, charge_shape, lambda row: (row["at"], row["id"]))


async def temporary_numbers(connection: AsyncConnection, page: Page, partner_id: str | None = None) -> dict[str, Any]:
    """`{"items", "next_cursor"}`: the temporary numbers that are assigned, with their lines. Raises BadCursor."""
    query = (
        select(lines, cases.c.partner_id)
        .join(cases, cases.c.id == lines.c.case_id)
        .where(lines.c.temporary_status == TemporaryStatus.ACTIVE)
    )
    if partner_id is not None:
        query = query.where(cases.c.partner_id == partner_id)
    rows = (await connection.execute(TEMPORARY.select(query, page))).mappings().all()
    return TEMPORARY.slice(rows, page, _temporary, lambda row: (row["case_id"], -row["position"]))


def _order(row: Any) -> dict[str, Any]:
    copied = ("reference", "order_type", "ivp", "number", "count", "country", "status", "porting_date")
    return {name: row[name] for name in copied} | {
        "case": row["case_id"],
        "partner": row["partner_id"],
        "order_date": row["created_at"].date(),
        "ordered_at": row["created_at"],
        "porting_date_is": "CONFIRMED" if row["confirmed_date"] else "WISHED",
        "completed_at": row["completed_at"],
        "carrier": row["carrier"],
        "temporary_number": row["temporary_number"] or None,
    }


def _temporary(row: Any) -> dict[str, Any]:
    return {
        "number": row["temporary_number"],
        "status": row["temporary_status"],
        "active_at": row["temporary_active_at"],
        "country": row["country"],
        "case": row["case_id"],
        "line": row["number"],
        "line_status": row["status"],
        "partner": row["partner_id"],
    }
