"""Temporary numbers of Instant Virtual Porting: asked for, active, retried, given back (R31-R33)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from porting.events import TemporaryNumbersActive, TemporaryNumbersReleased, TemporaryNumbersUnavailable
from porting.grouping import by
from porting.instructions import (
    INVENTORY_LANE,
    AssignTemporaryNumbers,
    ReleaseTemporaryNumbers,
    TemporaryNumbersFound,
)
from porting.line import NumberLine, TemporaryNumber, TemporaryStatus

if TYPE_CHECKING:
    from porting.case import Case


def ask(case: Case, positions: Iterable[int]) -> None:
    """Ask the inventory for a temporary number a line, country by country."""
    wanted = list(positions)
    for position in wanted:
        line = case.lines[position]
        tries = line.temporary.tries if line.temporary else 0
        line.temporary = TemporaryNumber(TemporaryStatus.REQUESTED, tries=tries)
        case.touched.add(position)
    for country, group in sorted(by(wanted, lambda p: case.lines[p].country)):
        case.instructions.append(
            AssignTemporaryNumbers(
                id=case.next_instruction(), case_id=case.id, lane=INVENTORY_LANE, partner=case.partner,
                country=country, numbers=case.numbers(group),
            )
        )


def found(case: Case, instruction: AssignTemporaryNumbers, answer: TemporaryNumbersFound, at: datetime) -> None:
    """The inventory answered: tell the partner what is usable, care what is not to be had.

    A line that became final meanwhile keeps its number only to give it back; nobody is told or charged for it.
    """
    positions = {case.lines[p].number: p for p in case.named(instruction.numbers)}
    case.touched.update(positions.values())
    for one in answer.assigned:
        case.lines[positions[one.number]].temporary = TemporaryNumber(
            TemporaryStatus.ACTIVE, number=one.temporary, active_at=one.active_at
        )
    usable = tuple(one for one in answer.assigned if case.lines[positions[one.number]].is_open)
    if usable:
        numbers = tuple(one.number for one in usable)
        case.record(TemporaryNumbersActive(numbers=numbers, assigned=usable, price=answer.price), at)
    without = positions.keys() - {one.number for one in answer.assigned}
    _try_later(case, sorted(positions[number] for number in without), at)


def _try_later(case: Case, positions: list[int], at: datetime) -> None:
    for position in positions:
        temporary = _kept(case, position)
        temporary.status = TemporaryStatus.UNAVAILABLE
        temporary.tries += 1
        temporary.next_try = at + _pause(case, temporary.tries)
    # Told once; the tries that follow change nothing that care could act on.
    first = [p for p in positions if case.lines[p].is_open and _kept(case, p).tries == 1]
    if first:
        event = TemporaryNumbersUnavailable(numbers=case.numbers(first), next_try=at + _pause(case, 1), tries=1)
        case.record(event, at)


def _pause(case: Case, tries: int) -> timedelta:
    longest = case.policy.temporary_number_retry_longest_minutes
    return timedelta(minutes=min(case.policy.temporary_number_retry_minutes * 2 ** min(tries - 1, 20), longest))


def next_alarm(case: Case, line: NumberLine) -> datetime | None:
    """When to try again, or when to give the number back."""
    temporary = line.temporary
    if temporary is None:
        return None
    if line.is_open:
        return temporary.next_try if temporary.status is TemporaryStatus.UNAVAILABLE else None
    if temporary.is_kept and line.final_at is not None and not temporary.being_released:
        return line.final_at + timedelta(hours=case.policy.temporary_number_release_hours)
    return None


def strike(case: Case, positions: list[int]) -> None:
    """The alarms of these lines' temporary numbers are due."""
    again = [p for p in positions if case.lines[p].is_open]
    if again:
        ask(case, again)
    over = [p for p in positions if not case.lines[p].is_open]
    if over:
        for position in over:
            _kept(case, position).being_released = True
        case.instructions.append(
            ReleaseTemporaryNumbers(
                id=case.next_instruction(), case_id=case.id, lane=INVENTORY_LANE, numbers=case.numbers(over),
                quarantine_days=case.policy.temporary_number_quarantine_days,
            )
        )


def _kept(case: Case, position: int) -> TemporaryNumber:
    temporary = case.lines[position].temporary
    assert temporary is not None
    return temporary


def released(case: Case, instruction: ReleaseTemporaryNumbers, at: datetime) -> None:
    """They went back into quarantine (R33)."""
    given_back = []
    for position in case.named(instruction.numbers):
        temporary = _kept(case, position)
        if temporary.is_kept:
            temporary.status = TemporaryStatus.RELEASED
            given_back.append(temporary.number)
        case.touched.add(position)
    case.record(TemporaryNumbersReleased(numbers=instruction.numbers, released=tuple(given_back)), at)
