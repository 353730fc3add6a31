"""Numbers stand on one open line at most (R04): who has them, and the lock that lets one of two openers through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import BigInteger, Subquery, and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import NumberRange
from storage.locks import hold
from storage.tables import cases, lines

LARGEST_RANGE = 1000
LOCKS = 64  # PostgreSQL keeps advisory locks in a small shared table: thousands of numbers share these few.

# The ranges as a table, handed over as one parameter: ten thousand placeholders would take a second to compile.
WANTED = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS last FROM json_each(:spans)",
    "postgresql": "SELECT CAST(value->>0 AS bigint) AS first, CAST(value->>1 AS bigint) AS last"
    " FROM json_array_elements(CAST(:spans AS json))",
}


@dataclass(frozen=True)
class Conflict:
    """`number` was asked for; `line` of that case holds it, or a number of it."""

    number: str
    line: str
    case_id: str
    partner_id: str


class NumbersTaken(Exception):
    """Numbers stand on open lines of other cases (R04)."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} numbers stand on other open lines")
        self.conflicts = tuple(conflicts)


async def claim_conflicts(connection: AsyncConnection, ranges: Sequence[NumberRange]) -> list[Conflict]:
    """Each open line that has a number of the ranges, in the order of the ranges; 10,000 take less than a second."""
    if not ranges:
        return []
    wanted = spans_table(connection, [(r.first_value, r.last_value) for r in ranges])
    query = (
        select(wanted.c.first, lines.c.number, lines.c.case_id, cases.c.partner_id)
        .join(
            lines,
            # The lower bound lets the index on `first` do the work: no range is longer than that.
            and_(
                lines.c.first.between(wanted.c.first - (LARGEST_RANGE - 1), wanted.c.last),
                lines.c.last >= wanted.c.first,
                lines.c.is_open,
            ),
        )
        .join(cases, cases.c.id == lines.c.case_id)
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.first, []).append((row.number, row.case_id, row.partner_id))
    return [Conflict(r.text, *holder) for r in ranges for holder in found.get(r.first_value, ())]


async def claim(connection: AsyncConnection, ranges: Sequence[NumberRange]) -> None:
    """Makes sure that nobody has the numbers, and that nobody else gets them before this transaction ends.

    Raises NumbersTaken, or ValueError for ranges that overlap one another.
    """
    _refuse_overlaps(ranges)
    await _lock(connection, ranges)
    conflicts = await claim_conflicts(connection, ranges)
    if conflicts:
        raise NumbersTaken(conflicts)


async def _lock(connection: AsyncConnection, ranges: Sequence[NumberRange]) -> None:
    """One lock a thousand-block, always in the same order.

    Without them two overlapping inserts wait for each other in the exclusion constraint, and PostgreSQL ends that
    after a second by killing one: correct, but slow and an error to the one who was first.
    """
    for block in sorted({r.first_value // LARGEST_RANGE % LOCKS for r in ranges}):
        await hold(connection, f"numbers/{block}")


def spans_table(connection: AsyncConnection, spans: Sequence[tuple[int, int]]) -> Subquery:
    """First and last E.164 values as a table to join with."""
    table = text(WANTED[connection.dialect.name]).bindparams(spans=json.dumps(spans))
    return table.columns(first=BigInteger, last=BigInteger).subquery("wanted")


def _refuse_overlaps(ranges: Sequence[NumberRange]) -> None:
    for one, next_one in pairwise(sorted(ranges, key=lambda r: r.first_value)):
        if one.overlaps(next_one):
            raise ValueError(f"{one} and {next_one} overlap")
