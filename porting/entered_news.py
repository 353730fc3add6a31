"""What a carrier said by phone or letter, entered by care: the same outcomes as news by wire (R43)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting import by_hand, cancellation, date_changes, errors, outcomes
from porting.commands import EnterNews, NewsKind
from porting.events import Entry, NewsEntered
from porting.grouping import by
from porting.ordering import begin_anew
from porting.partner_acts import ask_partner
from porting.reasons import reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

_TARGET = {
    NewsKind.ACKNOWLEDGED: Status.PENDING_APPROVAL,
    NewsKind.MISSING_DATA: Status.MISSING_DATA,
    NewsKind.CONFIRMED: Status.CONFIRMED,
    NewsKind.DATE_MOVED: Status.CONFIRMED,
    NewsKind.REJECTED: Status.REJECTED,
    NewsKind.ACTIVATED: Status.COMPLETED,
    NewsKind.FAILED: Status.PORTING_INCOMPLETE,
    NewsKind.CANCELLED: Status.TERMINATED,
}


def _wanted(case: Case, command: EnterNews) -> list[int]:
    return case.named(command.numbers) if command.numbers else case.open_positions()


def check_news(case: Case, command: EnterNews, at: datetime) -> None:
    """Raises MoveNotAllowed (the move is not open), NotConfirmed, SameDate, DateNotPossible or DateInThePast."""
    positions = _wanted(case, command)
    if not positions:
        raise errors.MoveNotAllowed("No line of this case is open any more.")
    target = _TARGET.get(command.news)
    if command.news is NewsKind.CANCELLATION_REFUSED:
        if not any(case.lines[p].is_being_cancelled for p in positions):
            raise errors.MoveNotAllowed("No cancellation of these lines waits for an answer.")
    elif target is None and not _asked_for_change(case, positions):
        raise errors.NotConfirmed("No date change of these lines waits for an answer.")
    if target is not None:
        _check_move(case, command, positions, target, at)


def _check_move(case: Case, command: EnterNews, positions: list[int], target: Status, at: datetime) -> None:
    for position in positions:
        line = case.lines[position]
        if not case.movable([position], target):
            raise errors.MoveNotAllowed(
                f"{line.number} is {line.status}; it cannot become {target}.", number=line.number, status=line.status
            )
    if target is Status.CONFIRMED:
        _check_date(case, command, positions, at)


def _check_date(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    for place in sorted({case.lines[p].place for p in positions}):
        plan = outcomes.plan_for(command.plans, place, command.date) if command.date else None
        if plan is None:
            raise errors.DateNotPossible("This news needs the date that the carrier named.")
        if plan.incomplete_at <= at:
            raise errors.DateInThePast(f"{plan.date} is over; no cut-over can be waited for any more.")
    if not _with_another_date(case, command, positions):
        raise errors.SameDate(f"{command.date} is the date that stands already.")


def _with_another_date(case: Case, command: EnterNews, positions: list[int]) -> list[int]:
    """Those for which it is news: a confirmed line that has the date already has nothing to gain from it (R17)."""
    lines = ((p, case.lines[p]) for p in positions)
    return [
        p for p, line in lines if line.status is not Status.CONFIRMED or not line.plan or line.plan.date != command.date
    ]


def _asked_for_change(case: Case, positions: list[int]) -> list[int]:
    """The orders of these lines from which the answer to a date change is awaited."""
    orders = sorted({case.lines[p].order for p in positions})
    return [order for order in orders if date_changes.pending_for(case, order)]


def enter(case: Case, command: EnterNews, at: datetime) -> None:
    """Apply what care entered."""
    check_news(case, command, at)
    positions = _wanted(case, command)
    for order in {case.lines[p].order for p in positions} - {0}:
        case.order(order).for_care = ""
    told = len(case.fresh)
    _note_how_it_is_known(case, command, positions, at)
    _ENTER[command.news](case, command, positions, at)
    by_hand.answered(case, positions, command.news, command.answer_due, at, command.actor)
    if command.corrects:
        case.fresh[told:] = [_correcting(entry, command.corrects) for entry in case.fresh[told:]]


def _note_how_it_is_known(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    if command.said_by or command.said_at or command.documents:
        entered = NewsEntered(
            numbers=case.numbers(positions), news=command.news, said_by=command.said_by, said_at=command.said_at,
            documents=command.documents,
        )
        case.record(entered, at, command.actor)


def _correcting(entry: Entry, corrected: int) -> Entry:
    """Both entries stay on the timeline; the later one names the one that was wrong."""
    return replace(entry, event=replace(entry.event, corrects=corrected))


def _acknowledged(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    order = case.lines[positions[0]].order
    carrier = case.order(order).carrier if order else ""
    outcomes.acknowledge(case, positions, carrier, at, command.actor)


def _missing(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    reasons = command.reasons or (reason("DATA_MISSING"),)
    ask_partner(case, positions, outcomes.demands(reasons) or outcomes.demands_in_words(reasons), reasons, at)
    for number, group in by(positions, lambda p: case.lines[p].order):
        if number and case.order(number).sent and case.order(number).capabilities.new_order_after_refusal:
            begin_anew(case, case.order(number), group)


def _confirmed(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    """The date that a change asked for is its acceptance; any other is the carrier's no to it (R25)."""
    assert command.date is not None
    for order in _asked_for_change(case, positions):
        change = date_changes.pending_for(case, order)
        if change is not None and change.date == command.date:
            outcomes.put_plan(case, date_changes.moved_by(case, order), command.date, command.plans)
            date_changes.accepted(case, order, at)
    new = _with_another_date(case, command, positions)
    if new:
        outcomes.confirm(case, new, command.date, command.plans, at, command.actor)
    for order in _asked_for_change(case, positions):
        date_changes.declined(case, order, command.reasons, at)


def _declined(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    for order in _asked_for_change(case, positions):
        if command.date is not None:
            date_changes.countered(case, order, command.date, at)
        else:
            date_changes.declined(case, order, command.reasons, at)


def _rejected(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.reject(case, positions, command.reasons or (reason("OTHER"),), at, command.actor)


def _activated(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.complete(case, positions, at, outbound_only=False, actor=command.actor)


def _failed(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.fail(case, positions, command.reasons or (reason("ACTIVATION_FAILED"),), at, command.actor)


def _cancelled(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    cancellation.end_cancelled(case, positions, command.reasons, at, command.actor)


def _cancellation_refused(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    asked = [p for p in positions if case.lines[p].is_being_cancelled]
    cancellation.go_on(case, asked, command.reasons or (reason("TOO_LATE"),), at, command.actor)


_ENTER: dict[NewsKind, Callable[[Case, EnterNews, list[int], datetime], None]] = {
    NewsKind.ACKNOWLEDGED: _acknowledged,
    NewsKind.MISSING_DATA: _missing,
    NewsKind.CONFIRMED: _confirmed,
    NewsKind.DATE_MOVED: _confirmed,
    NewsKind.DATE_DECLINED: _declined,
    NewsKind.REJECTED: _rejected,
    NewsKind.ACTIVATED: _activated,
    NewsKind.FAILED: _failed,
    NewsKind.CANCELLED: _cancelled,
    NewsKind.CANCELLATION_REFUSED: _cancellation_refused,
}
