"""Port-outs: whose the numbers are that a notice names, and each notice kept once, with what is still to be done."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import NumberRange, covering
from porting.status import Status
from porting.zones import moment
from storage.claims import LARGEST_RANGE, spans_table
from storage.leases import Lanes, pause
from storage.tables import cases, lines, port_outs
from storage.terms import cutover_terms
from storage.upsert import insert_if_new

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
LEASE = timedelta(seconds=30)
CARE = "care"
LONGEST = 200
# Each notice by itself: one that waits for its day must not hold up another of the same case.
NOTICES = Lanes(port_outs, ("id",))
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Numbers leave us, as `source` (care, or a carrier) says; `spans` are their first and last E.164 values.

    `message_id` is a carrier's own id of it, `told_by` who of care entered it.
    """

    spans: tuple[Span, ...]
    leaves_on: date
    source: str
    winning_carrier: str = ""
    message_id: str = ""
    told_by: str = ""

    def id_for(self, case_id: str | None) -> str:
        """The same for the same notice, however often it comes."""
        said = [self.message_id] if self.message_id else [str(self.leaves_on), self.winning_carrier.casefold()]
        parts = (self.source, *said, repr(self.spans), str(case_id))
        return f"PO-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16].upper()}"


@dataclass(frozen=True)
class Holding:
    """What of a notice's numbers stands on completed lines of one case; `zone` is where the first line is."""

    case_id: str
    numbers: tuple[str, ...]
    lines: tuple[str, ...]
    zone: str


@dataclass(frozen=True)
class Due:
    """A claimed notice, with what there is to know for its next step."""

    id: str
    case_id: str
    numbers: tuple[str, ...]
    winning_carrier: str
    leaves_on: date
    source: str
    told_by: str
    told_at: datetime | None
    switch_at: datetime
    tries: int


async def holdings(connection: AsyncConnection, spans: Sequence[Span]) -> list[Holding]:
    """Who has the numbers: of each the newest COMPLETED line that holds it, by case, the newest case first (R38)."""
    found: dict[str, Holding] = {}
    taken: set[str] = set()
    for row in await connection.execute(_completed(connection, spans)):
        mine = covering(max(row.first, row.asked_first), min(row.last, row.asked_last))
        parts = [part.text for part in mine if not _is_in(part, taken)]
        if parts:
            taken.update(parts)
            before = found.get(row.case_id, Holding(row.case_id, (), (), row.time_zone))
            held = tuple(dict.fromkeys((*before.lines, row.number)))
            found[row.case_id] = Holding(row.case_id, (*before.numbers, *parts), held, before.zone)
    return list(found.values())


async def keep(connection: AsyncConnection, notice: Notice, held: Holding | None, at: datetime) -> tuple[str, bool]:
    """Its id, and whether it is new. Without a holding it stands for care: nobody here has the number."""
    notice_id = notice.id_for(held.case_id if held else None)
    repeats = await _told_before(connection, notice, held) if held else ""
    switch_at = await _switch_at(connection, held, notice.leaves_on) if held and not repeats else None
    numbers = held.numbers if held else _as_told(notice)
    row = {
        "id": notice_id, "number": numbers[0], "numbers": list(numbers), "lines": list(held.lines if held else ()),
        "case_id": held.case_id if held else None, "winning_carrier": notice.winning_carrier[:LONGEST],
        "leaves_on": notice.leaves_on, "source": notice.source, "message_id": notice.message_id[:LONGEST],
        "told_by": notice.told_by[:LONGEST], "repeats": repeats, "switch_at": switch_at, "tries": 0, "claims": 0,
        "state": "NEW" if switch_at else "DONE", "next_try_at": at if switch_at else None, "received_at": at,
    }  # fmt: skip
    return notice_id, await insert_if_new(connection, port_outs, row)


async def claim(connection: AsyncConnection, now: datetime, limit: int) -> list[Due]:
    """Notices with something to do now, for this worker alone until the lease is over."""
    rows = await NOTICES.claim(connection, now, limit, LEASE)
    found = (Due(**{name: row[name] for name in Due.__dataclass_fields__}) for row in rows)
    return [replace(due, numbers=tuple(due.numbers)) for due in found]


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next notice may be claimed."""
    return await NOTICES.next_due(connection)


async def told(connection: AsyncConnection, due: Due, at: datetime) -> None:
    """The partner knows; the numbers stay as they are until their day."""
    values = {"told_at": at, "state": "NEW", "next_try_at": max(due.switch_at, at), "tries": 0, "note": ""}
    await NOTICES.settle(connection, due.id, values)
    await _settle_cancelled(connection, due.id)


async def switched(connection: AsyncConnection, due: Due, at: datetime) -> None:
    """The numbers are outbound-only."""
    await NOTICES.settle(connection, due.id, {"switched_at": at, "state": "DONE", "next_try_at": None, "note": ""})


async def postpone(connection: AsyncConnection, due: Due, until: datetime, note: str) -> None:
    values = {"state": "NEW", "next_try_at": until, "note": note, "tries": port_outs.c.tries + 1}
    await NOTICES.settle(connection, due.id, values)


def next_try(due: Due, at: datetime) -> datetime:
    """When to try again after trouble at `at`: 5 s, doubled each time up to a quarter of an hour."""
    return at + pause(FIRST_PAUSE, due.tries, LONGEST_PAUSE)


async def cancel(connection: AsyncConnection, notice_id: str, by: str, at: datetime) -> bool:
    """The partner cancels the numbers itself: nothing is switched. False once their hour is there, or was.

    What was not told yet is told all the same; who settles an unknown number says with it that nothing is to be done.
    """
    mine = port_outs.c.id == notice_id
    in_time = port_outs.c.cancelled_at.is_(None) & (port_outs.c.case_id.is_(None) | (port_outs.c.switch_at > at))
    statement = update(port_outs).where(mine, in_time, port_outs.c.switched_at.is_(None))
    cancelled = statement.values(cancelled_at=at, cancelled_by=by).returning(port_outs.c.id)
    if (await connection.execute(cancelled)).first() is None:
        return False
    await _settle_cancelled(connection, notice_id)
    return True


async def _settle_cancelled(connection: AsyncConnection, notice_id: str) -> None:
    """Once the partner knows of it, nothing is left to do for a notice whose numbers it cancelled."""
    over = (port_outs.c.id == notice_id) & port_outs.c.told_at.is_not(None) & port_outs.c.cancelled_at.is_not(None)
    await connection.execute(update(port_outs).where(over).values(state="DONE", next_try_at=None))


async def _told_before(connection: AsyncConnection, notice: Notice, held: Holding) -> str:
    """The notice that says the same of all these numbers already; the winner's name may be spelled otherwise."""
    query = select(port_outs.c.id, port_outs.c.numbers).where(
        port_outs.c.case_id == held.case_id, port_outs.c.leaves_on == notice.leaves_on, port_outs.c.repeats == ""
    )
    for row in await connection.execute(query.order_by(port_outs.c.received_at)):
        said = set(row.numbers)
        if row.id != notice.id_for(held.case_id) and all(_is_in(NumberRange(one), said) for one in held.numbers):
            return str(row.id)
    return ""


async def _switch_at(connection: AsyncConnection, held: Holding, day: date) -> datetime:
    """The hour of cut-over on the day: before it a call from our own platform must still arrive (R22)."""
    terms = await cutover_terms(connection, held.case_id)
    return moment(day, terms.policy.cutover_hour, terms.time_zone or held.zone)


def _completed(connection: AsyncConnection, spans: Sequence[Span]) -> Any:
    asked = spans_table(connection, spans)
    # The lower bound lets the index on `first` do the work: no range is longer than that.
    alike = and_(
        lines.c.first.between(asked.c.first - (LARGEST_RANGE - 1), asked.c.last),
        lines.c.last >= asked.c.first,
        lines.c.status == Status.COMPLETED,
    )
    columns = (lines.c.case_id, lines.c.number, lines.c.first, lines.c.last, lines.c.time_zone)
    return (
        select(*columns, asked.c.first.label("asked_first"), asked.c.last.label("asked_last"))
        .join(asked, alike)
        .join(cases, cases.c.id == lines.c.case_id)
        .order_by(cases.c.created_at.desc(), cases.c.id.desc(), lines.c.position)
    )


def _is_in(part: NumberRange, taken: set[str]) -> bool:
    """Whether it, or a range that holds it, is among them."""
    digits = part.text.rstrip("X")
    wildcards = len(part.text) - len(digits)
    return any(digits[: len(digits) - more] + "X" * (wildcards + more) in taken for more in range(4 - wildcards))


def _as_told(notice: Notice) -> tuple[str, ...]:
    return tuple(part.text for first, last in notice.spans for part in covering(first, last))
