"""What we hold of the carrier orders of open cases, to be compared with what their carriers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import carrier_orders, cases, inbox, lines

Place = tuple[str, int]
START: Place = ("", 0)


@dataclass(frozen=True)
class HeldOrder:
    """One sent order of an open case. `numbers` are its open lines as ordered, `dates` their confirmed dates.

    `all_numbers` are all lines of the case, closed ones and those of its other orders too.
    """

    case_id: str
    number: int
    carrier: str
    reference: str
    carrier_order_id: str
    carrier_status: str
    as_of: datetime | None
    numbers: tuple[str, ...]
    dates: frozenset[date]
    changes_date: bool
    all_numbers: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.case_id, self.number


async def held_orders(connection: AsyncConnection, after: Place, limit: int) -> list[HeldOrder]:
    """The next orders behind that place. What has a message under way is left out: its news is about to come."""
    order = carrier_orders.c
    on_its_way = exists(select(inbox.c.id)).where(
        inbox.c.carrier == order.carrier, inbox.c.reference == order.reference, inbox.c.next_try_at.is_not(None)
    )
    query = (
        select(carrier_orders, cases.c.date_change)
        .join(cases, and_(cases.c.id == order.case_id, cases.c.closed_at.is_(None)))
        .where(order.sent, tuple_(order.case_id, order.number) > after, ~on_its_way)
        .order_by(order.case_id, order.number)
        .limit(limit)
    )
    found = []
    for row in await connection.execute(query):
        every = select(lines.c.number, lines.c.confirmed_date, lines.c.is_open, lines.c.order_number).where(
            lines.c.case_id == row.case_id
        )
        of_case = (await connection.execute(every)).all()
        held = [line for line in of_case if line.is_open and line.order_number == row.number]
        found.append(
            HeldOrder(
                row.case_id, row.number, row.carrier, row.reference, row.carrier_order_id, row.carrier_status,
                row.as_of, tuple(line.number for line in held),
                frozenset(line.confirmed_date for line in held if line.confirmed_date),
                bool(row.date_change and row.date_change.get("status") == "PENDING"),
                tuple(line.number for line in of_case),
            )
        )  # fmt: skip
    return found


async def known_references(connection: AsyncConnection, carrier: str) -> set[str]:
    """Every reference and every id under which a case of ours, open or closed, has an order at the carrier."""
    order = carrier_orders.c
    rows = await connection.execute(select(order.reference, order.carrier_order_id).where(order.carrier == carrier))
    return {word for row in rows for word in row if word}
