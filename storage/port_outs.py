"""Port-outs: each notice kept once, with what is still to be done (R38)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.numbers import covering
from porting.zones import moment
from storage.holdings import Holding, Span, holdings, spans_of, values_of
from storage.leases import Lanes, pause
from storage.tables import cases, port_outs
from storage.terms import cutover_terms
from storage.upsert import insert_if_new

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
LEASE = timedelta(seconds=30)
CARE = "care"
LONGEST = 200
# Each notice by itself: one that waits for its day must not hold up another of the same case.
NOTICES = Lanes(port_outs, ("id",))
NOT_HELD = "none of the numbers was with the case any more when they were to leave"


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

    def id_for(self, case_id: str | None, anew: int = 0) -> str:
        """The same for the same notice, however often it comes; `anew` counts how often care began it again."""
        said = [self.message_id] if self.message_id else [str(self.leaves_on), self.winning_carrier.casefold()]
        parts = (self.source, *said, repr(self.spans), str(case_id), *([str(anew)] if anew else []))
        return f"PO-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16].upper()}"


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


async def keep(connection: AsyncConnection, notice: Notice, held: Holding | None, at: datetime) -> tuple[str, bool]:
    """Its id, and whether it is new. Without a holding it stands for care: nobody here has the number."""
    if held:
        # Two that come at once must see each other.
        await connection.execute(select(cases.c.id).where(cases.c.id == held.case_id).with_for_update())
    notice_id = await _id_of(connection, notice, held) if held else notice.id_for(None)
    repeats = await _told_before(connection, notice_id, notice, held) if held else ""
    switch_at = await _switch_at(connection, held, notice.leaves_on) if held and not repeats else None
    numbers = held.numbers if held else _as_told(notice)
    row = {
        "id": notice_id, "number": numbers[0], "numbers": list(numbers), "lines": list(held.lines if held else ()),
        "case_id": held.case_id if held else None, "winning_carrier": notice.winning_carrier[:LONGEST],
        "leaves_on": notice.leaves_on, "source": notice.source, "message_id": notice.message_id[:LONGEST],
        "told_by": notice.told_by[:LONGEST], "repeats": repeats, "switch_at": switch_at, "tries": 0, "claims": 0,
        "state": "NEW" if switch_at else "DONE", "next_try_at": at if switch_at else None, "received_at": at,
    }  # fmt: skip
    is_new = await insert_if_new(connection, port_outs, row)
    if is_new and held and not repeats:
        await _take_the_place_of_another_day(connection, notice_id, notice, held)
    return notice_id, is_new


async def of_message(connection: AsyncConnection, source: str, message_id: str) -> list[str]:
    """The notices that a carrier's message led to; none for a message without an id of its own."""
    mine = (port_outs.c.source == source, port_outs.c.message_id == message_id[:LONGEST])
    query = select(port_outs.c.id).where(*mine).order_by(port_outs.c.id)
    return list((await connection.execute(query)).scalars()) if message_id else []


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


async def still_held(connection: AsyncConnection, due: Due) -> tuple[str, ...]:
    """What of its numbers its case has now; nothing when the notice itself is over by now.

    Whose they are was decided when it came, and that can be a year ago.
    """
    is_open = port_outs.c.next_try_at.is_not(None) & port_outs.c.cancelled_at.is_(None)
    if (await connection.execute(select(port_outs.c.id).where(port_outs.c.id == due.id, is_open))).first() is None:
        return ()
    found = await holdings(connection, spans_of(due.numbers))
    return next((one.numbers for one in found if one.case_id == due.case_id), ())


async def close(connection: AsyncConnection, due: Due) -> None:
    """Nothing of it is with its case any more: there is nothing to switch, and nothing to tell."""
    await NOTICES.settle(connection, due.id, {"state": "DONE", "next_try_at": None, "note": NOT_HELD})


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
    counts = port_outs.c.switched_at.is_(None) & (port_outs.c.repeats == "")
    statement = update(port_outs).where(mine, in_time, counts)
    cancelled = statement.values(cancelled_at=at, cancelled_by=by).returning(port_outs.c.id)
    if (await connection.execute(cancelled)).first() is None:
        return False
    await _settle_cancelled(connection, notice_id)
    return True


async def _settle_cancelled(connection: AsyncConnection, notice_id: str) -> None:
    """Once the partner knows of it, nothing is left to do for a notice whose numbers it cancelled."""
    over = (port_outs.c.id == notice_id) & port_outs.c.told_at.is_not(None) & port_outs.c.cancelled_at.is_not(None)
    await connection.execute(update(port_outs).where(over).values(state="DONE", next_try_at=None))


async def _id_of(connection: AsyncConnection, notice: Notice, held: Holding) -> str:
    """Care can enter anew what was cancelled, or was put on another day and is moved back.

    What a carrier says again is nothing new: its stream repeats what is long over.
    """
    moved = (port_outs.c.repeats != "") & port_outs.c.switch_at.is_not(None)
    is_over = port_outs.c.cancelled_at.is_not(None) | moved
    anew = 0
    while notice.source == CARE:
        mine = select(port_outs.c.id).where(port_outs.c.id == notice.id_for(held.case_id, anew), is_over)
        if (await connection.execute(mine)).first() is None:
            break
        anew += 1
    return notice.id_for(held.case_id, anew)


async def _told_before(connection: AsyncConnection, notice_id: str, notice: Notice, held: Holding) -> str:
    """The notice that says the same of all these numbers, or with which they have left: a case loses a number once.

    The winner's name may be spelled otherwise. What was cancelled counts against a carrier's word, not against care's.
    """
    same = (port_outs.c.leaves_on == notice.leaves_on) | port_outs.c.switched_at.is_not(None)
    others = (port_outs.c.case_id == held.case_id) & (port_outs.c.id != notice_id) & (port_outs.c.repeats == "")
    query = select(port_outs.c.id, port_outs.c.numbers).where(others, same)
    if notice.source == CARE:
        query = query.where(port_outs.c.cancelled_at.is_(None))
    leaving = values_of(held.numbers)
    rows = await connection.execute(query.order_by(port_outs.c.received_at))
    return next((str(row.id) for row in rows if leaving <= values_of(row.numbers)), "")


async def _take_the_place_of_another_day(
    connection: AsyncConnection, notice_id: str, notice: Notice, held: Holding
) -> None:
    """The same two say another day of the same numbers: only the new one counts."""
    waits = port_outs.c.next_try_at.is_not(None) & port_outs.c.cancelled_at.is_(None)
    others = (port_outs.c.case_id == held.case_id) & (port_outs.c.id != notice_id) & (port_outs.c.repeats == "")
    columns = (port_outs.c.id, port_outs.c.numbers, port_outs.c.winning_carrier)
    query = select(*columns).where(others, waits, port_outs.c.source == notice.source)
    leaving, winner = values_of(held.numbers), notice.winning_carrier[:LONGEST].casefold()
    for row in (await connection.execute(query)).all():
        if row.winning_carrier.casefold() == winner and values_of(row.numbers) <= leaving:
            values = {"state": "DONE", "next_try_at": None, "repeats": notice_id, "note": ""}
            await NOTICES.settle(connection, row.id, values)


async def _switch_at(connection: AsyncConnection, held: Holding, day: date) -> datetime:
    """The hour of cut-over on the day: before it a call from our own platform must still arrive (R22)."""
    terms = await cutover_terms(connection, held.case_id)
    return moment(day, terms.policy.cutover_hour, terms.time_zone or held.zone)


def _as_told(notice: Notice) -> tuple[str, ...]:
    return tuple(part.text for first, last in notice.spans for part in covering(first, last))
