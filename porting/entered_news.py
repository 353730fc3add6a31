"""What a carrier said by phone or letter, entered by care: the same outcomes as news by wire (R43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from porting import date_changes, errors, outcomes
from porting.commands import EnterNews, NewsKind
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
    positions = case.named(command.numbers)
    return positions if command.numbers else [p for p in positions if case.lines[p].is_open]


def check_news(case: Case, command: EnterNews) -> None:
    """Raises MoveNotAllowed with the moves that are open, NotConfirmed, or DateNotPossible (R17)."""
    positions = _wanted(case, command)
    if not positions:
        raise errors.MoveNotAllowed("No line of this case is open any more.")
    target = _TARGET.get(command.news)
    if target is None:
        if case.date_change is None or not case.date_change.waiting:
            raise errors.NotConfirmed("No date change waits for an answer.")
        return
    for position in positions:
        line = case.lines[position]
        if not case.movable([position], target):
            raise errors.MoveNotAllowed(
                f"{line.number} is {line.status}; it cannot become {target}.", number=line.number, status=line.status
            )
        if target is Status.CONFIRMED and (
            command.date is None or outcomes.plan_for(command.plans, line.place, command.date) is None
        ):
            raise errors.DateNotPossible("This news needs the date that the carrier named.")


def enter(case: Case, command: EnterNews, at: datetime) -> None:
    """Apply what care entered."""
    check_news(case, command)
    positions = _wanted(case, command)
    for order in {case.lines[p].order for p in positions} - {0}:
        case.order(order).for_care = ""
    _ENTER[command.news](case, command, positions, at)


def _acknowledged(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    order = case.lines[positions[0]].order
    carrier = case.order(order).carrier if order else ""
    outcomes.acknowledge(case, positions, carrier, at, command.actor)


def _missing(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    reasons = command.reasons or (reason("DATA_MISSING"),)
    ask_partner(case, positions, outcomes.demands(reasons) or outcomes.any_demand(reasons), reasons, at)


def _confirmed(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    assert command.date is not None
    for order in sorted({case.lines[p].order for p in positions}):
        group = [p for p in positions if case.lines[p].order == order]
        change = date_changes.pending_for(case, order)
        if change is not None and change.date == command.date:
            outcomes.put_plan(case, group, command.date, command.plans)
            date_changes.accepted(case, order, group, at)
        else:
            if change is not None:
                date_changes.countered(case, order, group, command.date, at)
            outcomes.confirm(case, group, command.date, command.plans, at, command.actor)


def _declined(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    for order in case.date_change.waiting if case.date_change else ():
        group = [p for p in positions if case.lines[p].order == order]
        if group and command.date is not None:
            date_changes.countered(case, order, group, command.date, at)
        elif group:
            date_changes.declined(case, order, group, command.reasons, at)


def _rejected(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.reject(case, positions, command.reasons or (reason("OTHER"),), at, command.actor)


def _activated(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.complete(case, positions, at, outbound_only=False, actor=command.actor)


def _failed(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.fail(case, positions, command.reasons or (reason("ACTIVATION_FAILED"),), at, command.actor)


def _cancelled(case: Case, command: EnterNews, positions: list[int], at: datetime) -> None:
    outcomes.end_cancelled(case, positions, command.reasons, at, command.actor)


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
}
