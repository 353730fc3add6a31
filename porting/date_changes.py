"""Changing a confirmed date: asked in time, paid once, one at a time, and never in force before the carrier agrees."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import errors
from porting.announcement import ChangeStatus, DateChange
from porting.commands import ChangeDate
from porting.events import DateChangeAccepted, DateChangeAsked, DateChangeCountered, DateChangeDeclined
from porting.instructions import ChangeOrderDate
from porting.line import NumberLine
from porting.ordering import order_instruction
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

FREE = "0.00"
TAKES_UP_PROPOSAL = "it takes up the date that the carrier proposed"
_SEVERITY = (ChangeStatus.ACCEPTED, ChangeStatus.COUNTERED, ChangeStatus.DECLINED)


def _wanted(case: Case, command: ChangeDate) -> list[int]:
    """The lines named; without names all that have a confirmed date."""
    if command.numbers:
        return case.named(command.numbers)
    return [p for p in case.open_positions() if case.lines[p].status is Status.CONFIRMED]


def check_change(case: Case, command: ChangeDate, at: datetime) -> None:
    """Everything that a case can refuse a date change for (R23-R25).

    Raises NotConfirmed, ChangePending, TooLate (with `last_day`), SameDate, OrderMovesTogether or FeeNotAccepted.
    """
    lines = [case.lines[p] for p in _wanted(case, command)]
    if not lines or any(line.status is not Status.CONFIRMED or line.plan is None for line in lines):
        raise errors.NotConfirmed("Only a confirmed date can be changed; this case has none for these lines.")
    if case.date_change is not None and case.date_change.status is ChangeStatus.PENDING:
        raise errors.ChangePending(
            f"The carrier has not answered the change to {case.date_change.date} yet; one change at a time."
        )
    _check_in_time(lines, at)
    if all(line.plan and line.plan.date == command.date for line in lines):
        raise errors.SameDate(f"{command.date} is the date that stands already.")
    _check_whole_orders(case, lines)
    if not (command.accept_fee or command.waive_fee_reason or _takes_up_proposal(case, command)):
        raise errors.FeeNotAccepted(
            f"A date change costs {case.policy.change_fee} {command.currency}, charged when it starts and not "
            "returned if the carrier declines. Send accept_fee: true to go on."
        )


def _check_in_time(lines: list[NumberLine], at: datetime) -> None:
    plans = [line.plan for line in lines if line.plan]
    first = min(plans, key=lambda plan: plan.change_until)
    if at >= first.change_until:
        raise errors.TooLate(
            f"It is too late to change the date {first.date}: the last day for it was {first.last_day_for_change}.",
            last_day=first.last_day_for_change,
        )


def _check_whole_orders(case: Case, lines: list[NumberLine]) -> None:
    named = {line.number for line in lines}
    for order in {line.order for line in lines}:
        together = case.numbers(case.open_positions(order))
        if set(together) - named:
            raise errors.OrderMovesTogether(
                "The carrier keeps one date for all of " + ", ".join(together[:20]) + "; name them together.",
                numbers=list(together),
            )


def _takes_up_proposal(case: Case, command: ChangeDate) -> bool:
    change = case.date_change
    return change is not None and change.status is ChangeStatus.COUNTERED and change.proposed_date == command.date


def change(case: Case, command: ChangeDate, at: datetime) -> None:
    """Charge the fee and ask the carriers; the old date stands until they answer (R24, R25)."""
    check_change(case, command, at)
    positions = _wanted(case, command)
    waived = TAKES_UP_PROPOSAL if _takes_up_proposal(case, command) else command.waive_fee_reason
    orders = sorted({case.lines[p].order for p in positions})
    fee = FREE if waived else case.policy.change_fee
    case.date_change = DateChange(
        id=command.change_id, date=command.date, numbers=case.numbers(positions), status=ChangeStatus.PENDING,
        fee=fee, currency=command.currency, waived_because=waived, waiting=tuple(orders),
    )
    case.record(
        DateChangeAsked(
            numbers=case.numbers(positions), change_id=command.change_id, before=_standing(case, positions),
            date=command.date, fee=fee, currency=command.currency, waived_because=waived,
        ),
        at,
        command.actor,
    )
    for number in orders:
        fields = order_instruction(case, number, case.open_positions(number))
        case.instructions.append(ChangeOrderDate(**fields, change_id=command.change_id, date=command.date))


def _standing(case: Case, positions: list[int]) -> date:
    return min((plan.date for p in positions if (plan := case.lines[p].plan)), default=case.opened_at.date())


def pending_for(case: Case, order: int) -> DateChange | None:
    """The change that this carrier order has still to answer."""
    change = case.date_change
    return change if change is not None and order in change.waiting else None


def accepted(case: Case, order: int, positions: list[int], at: datetime) -> None:
    """The carrier takes the date; the lines carry its plan already."""
    change, plan = case.date_change, case.lines[positions[0]].plan
    assert change is not None and plan is not None
    case.record(
        DateChangeAccepted(
            numbers=case.numbers(positions), change_id=change.id, date=plan.date, cutover_at=plan.cutover_at,
            time_zone=case.lines[positions[0]].time_zone, last_day_for_change=plan.last_day_for_change,
        ),
        at,
    )
    _answered(change, order, ChangeStatus.ACCEPTED)


def countered(case: Case, order: int, positions: list[int], proposed: date, at: datetime) -> None:
    """The carrier proposes another date; the old one stands (R25)."""
    change = case.date_change
    assert change is not None
    change.proposed_date = proposed
    case.record(
        DateChangeCountered(
            numbers=case.numbers(positions), change_id=change.id, asked=change.date, proposed=proposed,
            stands=_standing(case, positions),
        ),
        at,
    )
    _answered(change, order, ChangeStatus.COUNTERED)


def declined(case: Case, order: int, positions: list[int], reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier refuses; the old date stands and the fee is not returned (R24, R25)."""
    change = case.date_change
    assert change is not None
    case.record(
        DateChangeDeclined(
            numbers=case.numbers(positions), change_id=change.id, asked=change.date,
            stands=_standing(case, positions), reasons=reasons,
        ),
        at,
    )
    _answered(change, order, ChangeStatus.DECLINED)


def _answered(change: DateChange, order: int, outcome: ChangeStatus) -> None:
    change.waiting = tuple(other for other in change.waiting if other != order)
    change.outcome = max(outcome, change.outcome or outcome, key=_SEVERITY.index)
    if not change.waiting:
        change.status = change.outcome


def drop_void_changes(case: Case, at: datetime) -> None:
    """A change lapses for an order none of whose lines is CONFIRMED any more."""
    for order in case.date_change.waiting if case.date_change else ():
        positions = [p for p, line in enumerate(case.lines) if line.order == order]
        if not any(case.lines[p].status is Status.CONFIRMED for p in positions):
            declined(case, order, positions, (), at)
