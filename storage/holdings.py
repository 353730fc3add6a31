"""Whose numbers are with us: of each the newest completed line that holds it (R38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import NumberRange, covering
from porting.request import OrderType
from porting.status import Status
from storage.claims import LARGEST_RANGE, spans_table
from storage.tables import cases, lines

Span = tuple[int, int]


@dataclass(frozen=True)
class Holding:
    """What of the numbers asked for stands on completed lines of one case; `zone` is where the first line is."""

    case_id: str
    numbers: tuple[str, ...]
    lines: tuple[str, ...]
    zone: str


async def holdings(connection: AsyncConnection, spans: Sequence[Span]) -> list[Holding]:
    """Who has the numbers: of each the newest COMPLETED line that holds it, by case, the newest case first (R38)."""
    found: dict[str, Holding] = {}
    taken: set[int] = set()
    for row in await connection.execute(_completed(connection, spans)):
        asked = range(max(row.first, row.asked_first), min(row.last, row.asked_last) + 1)
        mine = set(asked) - taken
        if mine:
            taken |= mine
            before = found.get(row.case_id, Holding(row.case_id, (), (), row.time_zone))
            held = tuple(dict.fromkeys((*before.lines, row.number)))
            found[row.case_id] = Holding(row.case_id, (*before.numbers, *_written(mine)), held, before.zone)
    return list(found.values())


def spans_of(numbers: Iterable[str]) -> tuple[Span, ...]:
    return tuple((one.first_value, one.last_value) for one in map(NumberRange, numbers))


def values_of(numbers: Iterable[str]) -> set[int]:
    """Each number by itself, however they are written."""
    return {value for first, last in spans_of(numbers) for value in range(first, last + 1)}


def _written(values: set[int]) -> list[str]:
    """Each as short as it can be written."""
    spans: list[Span] = []
    for value in sorted(values):
        if spans and spans[-1][1] == value - 1:
            spans[-1] = (spans[-1][0], value)
        else:
            spans.append((value, value))
    return [part.text for first, last in spans for part in covering(first, last)]


def _completed(connection: AsyncConnection, spans: Sequence[Span]) -> Any:
    asked = spans_table(connection, spans)
    # The lower bound lets the index on `first` do the work: no range is longer than that.
    alike = and_(
        lines.c.first.between(asked.c.first - (LARGEST_RANGE - 1), asked.c.last),
        lines.c.last >= asked.c.first,
        lines.c.status == Status.COMPLETED,
    )
    # What is only called out with was never ported: it is with the carrier that has it (R06).
    is_ported = (cases.c.id == lines.c.case_id) & (cases.c.order_type != OrderType.OUTBOUND_ONLY)
    columns = (lines.c.case_id, lines.c.number, lines.c.first, lines.c.last, lines.c.time_zone)
    return (
        select(*columns, asked.c.first.label("asked_first"), asked.c.last.label("asked_last"))
        .join(asked, alike)
        .join(cases, is_ported)
        .order_by(cases.c.created_at.desc(), cases.c.id.desc(), lines.c.position)
    )
