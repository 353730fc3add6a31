"""The read model: writes what a case announced, once, however often and in whatever order it is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.announcement import Announcement
from porting.line import NumberLine
from porting.policy import Policy
from storage import archive, tasks
from storage.charges import Payer, charge_rows
from storage.rows import event_rows, header_row, line_row, order_row
from storage.tables import carrier_orders as orders
from storage.tables import cases, charges, events, lines, partners
from storage.upsert import insert_new, put


class UnknownCase(Exception):
    """No case with that id was ever stored."""


async def record(connection: AsyncConnection, announcement: Announcement) -> bool:
    """Writes events, charges, header, carrier orders and changed lines; False when all of it was there already.

    An announcement that comes late adds its events, and overwrites nothing that is newer. Needs a transaction that
    writes. Raises UnknownCase.
    """
    known = await _known(connection, announcement.case_id)
    if known.archived_at is not None:
        await archive.bring_back(connection, announcement.case_id)
    told = await _told(connection, announcement)
    await write_events(connection, announcement, _payer(known))
    newer = announcement.version > known.version
    await _write_lines(connection, announcement)
    if newer:
        await _write_header(connection, announcement)
    return newer or any(entry.sequence not in told for entry in announcement.entries)


async def write_events(connection: AsyncConnection, announcement: Announcement, payer: Payer) -> None:
    """Adds to the timeline and to the ledger what is not there yet (R42)."""
    await insert_new(connection, events, event_rows(announcement))
    await tasks.settle(connection, announcement.entries)
    await insert_new(connection, charges, charge_rows(payer, announcement.entries))


async def write_orders(connection: AsyncConnection, announcement: Announcement) -> None:
    """The carrier orders as the announcement has them (R07)."""
    await put(connection, orders, [order_row(announcement.case_id, order) for order in announcement.header.orders])


async def _known(connection: AsyncConnection, case_id: str) -> Any:
    """The case, locked until the transaction ends: two announcements of one case take turns."""
    query = (
        select(
            cases.c.id, cases.c.version, cases.c.partner_id, cases.c.policy, cases.c.archived_at, partners.c.currency
        )
        .join(partners, partners.c.id == cases.c.partner_id)
        .where(cases.c.id == case_id)
        .with_for_update(of=cases)
    )
    known = (await connection.execute(query)).first()
    if known is None:
        raise UnknownCase(case_id)
    return known


def _payer(known: Any) -> Payer:
    fee = known.policy.get("porting_fee", Policy.porting_fee)
    return Payer(known.id, known.partner_id, known.currency, fee)


async def _told(connection: AsyncConnection, announcement: Announcement) -> set[int]:
    """Which of the announced events are on the timeline already."""
    announced = [entry.sequence for entry in announcement.entries]
    query = select(events.c.sequence).where(events.c.case_id == announcement.case_id, events.c.sequence.in_(announced))
    return set((await connection.execute(query)).scalars())


async def _write_header(connection: AsyncConnection, announcement: Announcement) -> None:
    row = header_row(announcement.header, announcement.version)
    await connection.execute(update(cases).where(cases.c.id == announcement.case_id).values(**row))
    await write_orders(connection, announcement)


async def _write_lines(connection: AsyncConnection, announcement: Announcement) -> None:
    """Each line has the version that wrote it last: of two announcements the newer one wins, line by line."""
    if not announcement.lines:
        return
    statement = update(lines).where(
        lines.c.case_id == announcement.case_id,
        lines.c.position == bindparam("at_position"),
        lines.c.version < announcement.version,
    )
    # The hour of a date that was lost stays, for the mail that calls the appointment off; reads show it no more.
    planned = bindparam("planned", type_=lines.c.cutover_at.type)
    statement = statement.values(cutover_at=func.coalesce(planned, lines.c.cutover_at))
    await connection.execute(statement, [_line_change(announcement, *changed) for changed in announcement.lines])


def _line_change(announcement: Announcement, position: int, line: NumberLine) -> dict[str, Any]:
    """The values to set, by column, and those that the statement asks for by other names."""
    row = line_row(line, announcement.version) | {"at_position": position}
    row["planned"] = row.pop("cutover_at")
    return row
