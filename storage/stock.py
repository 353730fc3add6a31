"""Our own temporary numbers: each on one line at most, then in quarantine, then free again (R31-R34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import NumberRange
from storage.claims import LARGEST_RANGE
from storage.locks import hold
from storage.tables import stock


@dataclass(frozen=True)
class StockNumber:
    """A number, or a range to give to a range, and the country that it is of."""

    number: NumberRange
    country: str


async def import_numbers(connection: AsyncConnection, numbers: Sequence[StockNumber], at: datetime) -> int:
    """Adds numbers to the stock; those that are there stay as they are. Answers how many are new.

    Raises ValueError for one that overlaps another without being it.
    """
    await hold(connection, "stock-import")
    added = 0
    for entry in numbers:
        if not await _is_there(connection, entry.number):
            await connection.execute(insert(stock).values(**_row(entry, at)))
            added += 1
    return added


async def allocate(
    connection: AsyncConnection,
    case_id: str,
    line_number: str,
    count: int,
    country: str,
    at: datetime,
    *,
    same_country_only: bool = False,
) -> str | None:
    """A number for the line (a range of `count` for a range), or the one that it has; None when none is to be had.

    Numbers of the line's country come first, those of other countries after them, unless `same_country_only`. The
    transaction must be one that writes: two workers at once never get the same number (R33).
    """
    await hold(connection, f"stock/{case_id}/{line_number}")
    held: str | None = (await connection.execute(select(stock.c.number).where(_of(case_id, line_number)))).scalar()
    if held is not None:
        return held
    number = (await connection.execute(_best(count, country, at, same_country_only))).scalar()
    if number is None:
        return None
    taken = {"state": "ASSIGNED", "case_id": case_id, "line_number": line_number, "assigned_at": at}
    statement = update(stock).where(stock.c.number == number).values(**taken, released_at=None, free_at=None)
    await connection.execute(statement)
    return str(number)


async def release(
    connection: AsyncConnection, case_id: str, line_number: str, at: datetime, quarantine_days: int
) -> str | None:
    """Gives the line's number back; after the quarantine another line can get it. None when it had none (R33)."""
    free_at = at + timedelta(days=quarantine_days)
    values = {"state": "QUARANTINED", "released_at": at, "free_at": free_at}
    released = update(stock).where(_of(case_id, line_number)).values(**values).returning(stock.c.number)
    number: str | None = (await connection.execute(released)).scalar()
    return number


async def list_stock(connection: AsyncConnection, at: datetime, state: str | None = None) -> list[dict[str, Any]]:
    """The stock by number, with the line that has each, or had it last; a quarantine that is over is FREE."""
    shown = [column for column in stock.c if column.name not in ("first", "last", "state")]
    query = select(_state(at), *shown).order_by(stock.c.first)
    if state is not None:
        query = query.where(_state(at) == state)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def stock_counts(connection: AsyncConnection, at: datetime) -> dict[str, int]:
    """How many entries are FREE, ASSIGNED and QUARANTINED; a quarantine that is over is FREE."""
    state = _state(at)
    rows = await connection.execute(select(state, func.count().label("total")).group_by(state))
    return {"FREE": 0, "ASSIGNED": 0, "QUARANTINED": 0} | {row.state: row.total for row in rows}


def _best(count: int, country: str, at: datetime, same_country_only: bool) -> Select[Any]:
    """The free number that was out of use longest, of the country first; one that another worker takes is left out."""
    query = select(stock.c.number).where(stock.c["count"] == count, _is_free(at))
    if same_country_only:
        query = query.where(stock.c.country == country)
    foreign = case((stock.c.country == country, 0), else_=1)
    resting = func.coalesce(stock.c.released_at, stock.c.imported_at)
    return query.order_by(foreign, resting, stock.c.number).limit(1).with_for_update(skip_locked=True)


def _state(at: datetime) -> Label[str]:
    return case((_is_free(at), "FREE"), else_=stock.c.state).label("state")


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(stock.c.state == "FREE", and_(stock.c.state == "QUARANTINED", stock.c.free_at <= at))


def _of(case_id: str, line_number: str) -> ColumnElement[bool]:
    return and_(stock.c.case_id == case_id, stock.c.line_number == line_number, stock.c.state == "ASSIGNED")


async def _is_there(connection: AsyncConnection, number: NumberRange) -> bool:
    low, high = number.first_value, number.last_value
    near = and_(stock.c.first.between(low - (LARGEST_RANGE - 1), high), stock.c.last >= low)
    found = set((await connection.execute(select(stock.c.number).where(near))).scalars())
    if found - {number.text}:
        raise ValueError(f"{number} overlaps {', '.join(sorted(found))}")
    return bool(found)


def _row(entry: StockNumber, at: datetime) -> dict[str, Any]:
    return {
        "number": entry.number.text,
        "first": entry.number.first_value,
        "last": entry.number.last_value,
        "count": entry.number.count,
        "country": entry.country,
        "state": "FREE",
        "imported_at": at,
    }
