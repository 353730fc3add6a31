"""What the doors read: cases, timelines and mails shaped as the contract has them; SQL answers, no workflow wakes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import RowMapping, Select, Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.events import CommentAdded
from storage import archive, carrier_troubles
from storage.documents import SHOWN
from storage.filters import CaseFilters
from storage.finder import find_ending, find_number
from storage.paging import BadCursor, Keyset, Page
from storage.queue import counts_by_waiting_on, queue
from storage.reports import charges, orders_report, temporary_numbers
from storage.requests import accepted_items, with_answers
from storage.shapes import case_shape, event_shape, grouped, line_shape, mail_shape
from storage.tables import carrier_orders, documents, events, lines, mails
from storage.tables import cases as cases_table

__all__ = [
    "BadCursor", "CaseFilters", "Page", "case", "cases", "charges", "counts_by_waiting_on", "email", "emails",
    "find_ending", "find_number", "orders_report", "queue", "temporary_numbers", "timeline",
]

LINES_IN_LISTS = 20
# Never shown in lists.
HEAVY = ("mime", "html")
NEWEST = Keyset("cases", (cases_table.c.created_at, cases_table.c.id))
TIMELINE = Keyset("timeline", (events.c.sequence,), descending=False)
EMAILS = Keyset("emails", (mails.c.id,))


async def case(connection: AsyncConnection, case_id: str, partner_id: str | None = None) -> dict[str, Any] | None:
    """The case with all its lines; None when there is none, or when it is another partner's.

    Without `partner_id` it is read for care: internal comments count.
    """
    query = select(cases_table).where(cases_table.c.id == case_id)
    row = (await connection.execute(_own(query, partner_id))).mappings().first()
    return (await _shaped(connection, [row], partner_id))[0] if row else None


async def cases(connection: AsyncConnection, filters: CaseFilters, page: Page) -> dict[str, Any]:
    """`{"items", "next_cursor"}`, newest first. A case in a list has its first 20 lines; `lines_count` tells of more.

    Raises BadCursor. `filters.partner` set means: read for that partner.
    """
    query = NEWEST.select(select(cases_table).where(*filters.conditions()), page)
    rows = (await connection.execute(query)).mappings().all()
    shaped = await _shaped(connection, rows[: page.limit], filters.partner, LINES_IN_LISTS)
    by_id = {item["id"]: item for item in shaped}
    return NEWEST.slice(rows, page, lambda row: by_id[row["id"]], lambda row: (row["created_at"], row["id"]))


async def timeline(
    connection: AsyncConnection, case_id: str, page: Page, partner_id: str | None = None
) -> dict[str, Any] | None:
    """The events, oldest first; internal ones for care only. None when the case is not the partner's."""
    found = await _found(connection, case_id, partner_id)
    if found is None:
        return None
    only = {} if partner_id is None else {"internal": False}
    rows = await _rows(connection, events, found, only, (TIMELINE, page))
    return TIMELINE.slice(rows, page, event_shape, lambda row: (row["sequence"],))


async def emails(
    connection: AsyncConnection, case_id: str, page: Page, partner_id: str | None = None
) -> dict[str, Any] | None:
    """The mails of the case, newest first; a partner sees those that were written for partners."""
    found = await _found(connection, case_id, partner_id)
    if found is None:
        return None
    rows = await _rows(connection, mails, found, _heard(partner_id), (EMAILS, page))
    return EMAILS.slice(rows, page, mail_shape, lambda row: (row["id"],))


async def email(
    connection: AsyncConnection, case_id: str, mail_id: int, partner_id: str | None = None
) -> dict[str, Any] | None:
    """One mail of the case, with `html`; None when there is none that the partner may see."""
    found = await _found(connection, case_id, partner_id)
    rows = await _rows(connection, mails, found, {**_heard(partner_id), "id": mail_id}) if found else ()
    return next((mail_shape(row) | {"html": row["html"]} for row in rows), None)


async def entered_by_care(connection: AsyncConnection, case_id: str, sequence: int) -> str | None:
    """The kind of the timeline entry of that number, if care made it or it follows from what care entered."""
    found = await _found(connection, case_id, None)
    rows = await _rows(connection, events, found, {"sequence": sequence}) if found else ()
    return next((row["kind"] for row in rows if row["role"] in ("care", "system")), None)


async def _rows(
    connection: AsyncConnection,
    table: Table,
    case: Any,
    only: Mapping[str, Any],
    part: tuple[Keyset, Page] | None = None,
) -> list[dict[str, Any]]:
    """What belongs to the case and has these values, wherever it lies: a part of a list, or all with all columns."""
    if case.archived_at is not None:
        kept = await archive.archived(connection, table, case.id)
        chosen = [row for row in kept if all(row[name] == value for name, value in only.items())]
        return part[0].cut(chosen, part[1]) if part else chosen
    query: Select[Any] = select(*(column for column in table.c if part is None or column.name not in HEAVY))
    query = query.where(table.c.case_id == case.id, *(table.c[name] == value for name, value in only.items()))
    found = await connection.execute(part[0].select(query, part[1]) if part else query)
    return [dict(row) for row in found.mappings()]


async def _shaped(
    connection: AsyncConnection, rows: Collection[RowMapping], partner_id: str | None, most_lines: int | None = None
) -> list[dict[str, Any]]:
    """The cases with everything that hangs on them, in one query a kind, however many cases."""
    ids = [row["id"] for row in rows]
    found_lines = grouped((await connection.execute(_lines_of(ids, most_lines))).mappings(), line_shape)
    papers = grouped((await connection.execute(_documents_of(ids))).mappings(), _without_case)
    answered = await accepted_items(connection, ids)
    comments = await _comment_counts(connection, ids, partner_id)
    held_up = await carrier_troubles.of_cases(connection, ids)
    return [
        case_shape(
            row,
            with_answers(row["body"], answered.get(row["id"], ())),
            found_lines.get(row["id"], []),
            papers.get(row["id"], []),
            comments.get(row["id"], 0),
            held_up.get(row["id"]),
        )
        for row in rows
    ]


def _lines_of(ids: list[str], most: int | None) -> Select[Any]:
    order = and_(carrier_orders.c.case_id == lines.c.case_id, carrier_orders.c.number == lines.c.order_number)
    at_carrier = (carrier_orders.c[name] for name in ("carrier", "carrier_order_id", "carrier_status", "by_hand"))
    query = select(lines, *at_carrier).outerjoin(carrier_orders, order).where(lines.c.case_id.in_(ids))
    if most is not None:
        query = query.where(lines.c.position < most)
    return query.order_by(lines.c.case_id, lines.c.position)


def _documents_of(ids: list[str]) -> Select[Any]:
    columns = [documents.c[name] for name in SHOWN if name != "media_type"]
    query = select(documents.c.case_id, *columns, documents.c.created_at.label("at"))
    return query.where(documents.c.case_id.in_(ids)).order_by(documents.c.created_at, documents.c.id)


def _without_case(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "case_id"}


async def _comment_counts(
    connection: AsyncConnection, ids: list[str], partner_id: str | None
) -> dict[str, int]:
    query = select(events.c.case_id, func.count()).where(events.c.case_id.in_(ids), events.c.kind == CommentAdded.kind)
    if partner_id is not None:
        query = query.where(events.c.internal.is_(False))
    rows = await connection.execute(query.group_by(events.c.case_id))
    lying = {case_id: count for case_id, count in rows}  # noqa: C416  (the rows are no pairs to mypy)
    return lying | await archive.comments(connection, ids, internal=partner_id is None)


async def _found(connection: AsyncConnection, case_id: str, partner_id: str | None) -> Any:
    """Its id, and since when it is put away; None when there is no such case, or when it is another partner's."""
    query = select(cases_table.c.id, cases_table.c.archived_at).where(cases_table.c.id == case_id)
    return (await connection.execute(_own(query, partner_id))).first()


def _own(query: Select[Any], partner_id: str | None) -> Select[Any]:
    return query if partner_id is None else query.where(cases_table.c.partner_id == partner_id)


def _heard(partner_id: str | None) -> Mapping[str, Any]:
    return {} if partner_id is None else {"audience": "partner"}
