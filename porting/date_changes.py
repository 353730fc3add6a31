"""Changing a confirmed date: asked in time, paid once, one at a time, and never in force before the carrier agrees."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import approval, errors, outcomes, silence
from porting.announcement import ChangeStatus, DateChange
from porting.commands import ChangeDate, Role
from porting.events import DateChangeAccepted, DateChangeAsked, DateChangeCountered, DateChangeDeclined
from porting.grouping import by
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
    """The lines named; without names all that have a confirmed date. One order's lines move together."""
    if command.numbers:
        return case.named(command.numbers)
    return [p for p in case.open_positions() if case.lines[p].status is Status.CONFIRMED]


def check_change(case: Case, command: ChangeDate, at: datetime) -> None:
    """Everything that a case can refuse a date change for (R23-R25).

    Raises NotConfirmed, DateIsFixed, ChangePending, CancellationPending, TooLate (with `last_day`), SameDate,
    OrderMovesTogether, DateTooEarly or DateAfterApproval where the choice is ours, or FeeNotAccepted.
    """
    lines = [case.lines[p] for p in _wanted(case, command)]
    if not lines or any(line.status is not Status.CONFIRMED or line.plan is None for line in lines):
        raise errors.NotConfirmed("Only a confirmed date can be changed; this case has none for these lines.")
    _check_can_move(case, lines)
    if case.date_change is not None and case.date_change.status is ChangeStatus.PENDING:
        raise errors.ChangePending(
            f"The carrier has not answered the change to {case.date_change.date} yet; one change at a time."
        )
    if any(line.is_being_cancelled for line in lines):
        raise errors.CancellationPending("The carrier was asked to cancel these lines and has not answered yet.")
    free = _takes_up_proposal(case, command)
    _check_in_time(lines, at, proposed=free)
    if all(line.plan and line.plan.date == command.date for line in lines):
        raise errors.SameDate(f"{command.date} is the date that stands already.")
    _check_whole_orders(case, lines)
    _check_own_dates(case, command, [line for line in lines if not _carrier_decides(case, line.order)], at)
    if not (command.accept_fee or free or _waived_by_care(command)):
        raise errors.FeeNotAccepted(
            f"A date change costs {case.policy.change_fee} {command.currency}, charged when it starts and not "
            "returned if the carrier declines. Send accept_fee: true to go on."
        )


def _check_can_move(case: Case, lines: list[NumberLine]) -> None:
    fixed = [line.number for line in lines if line.order and case.order(line.order).capabilities.date_is_fixed]
    if fixed:
        raise errors.DateIsFixed(
            "The carrier keeps the date that it confirmed for " + ", ".join(fixed[:20]) + ": it cannot be changed. "
            "Port on that date, or cancel these numbers and order them anew.",
            numbers=fixed,
        )


def _check_in_time(lines: list[NumberLine], at: datetime, *, proposed: bool) -> None:
    """The first asking counts: what the carrier proposed in answer to it can be taken up until the cut-over (R23)."""
    plans = [line.plan for line in lines if line.plan]
    first = min(plans, key=lambda plan: plan.change_until)
    if at >= (first.cutover_at if proposed else first.change_until):
        raise errors.TooLate(
            f"It is too late to change the date {first.date}: the last day for it was {first.last_day_for_change}.",
            last_day=first.last_day_for_change,
        )


def _carrier_decides(case: Case, order: int) -> bool:
    """Where it does not, the date is ours within what was approved (R25)."""
    return order == 0 or not case.order(order).capabilities.date_is_ours


def _check_own_dates(case: Case, command: ChangeDate, lines: list[NumberLine], at: datetime) -> None:
    approval.check_inside([case.order(number) for number in sorted({line.order for line in lines})], command.date)
    for line in lines:
        plan = outcomes.plan_for(command.plans, line.place, command.date)
        if plan is None or plan.cutover_at <= at:
            raise errors.DateNotPossible(f"{line.number} cannot be ported on {command.date}.")
        if line.plan is not None and line.activated_on == line.plan.date:
            raise errors.TooLate(
                f"{line.number} is being ported this moment.", last_day=line.plan.last_day_for_change
            )


def _check_whole_orders(case: Case, lines: list[NumberLine]) -> None:
    named = {line.number for line in lines}
    for order in {line.order for line in lines if _carrier_decides(case, line.order)}:
        together = [line.number for line in case.lines if line.order == order and line.status is Status.CONFIRMED]
        if set(together) - named:
            raise errors.OrderMovesTogether(
                "The carrier keeps one date for all of " + ", ".join(together[:20]) + "; name them together.",
                numbers=together,
            )


def _takes_up_proposal(case: Case, command: ChangeDate) -> bool:
    change = case.date_change
    if change is None or change.status is not ChangeStatus.COUNTERED or change.proposed_date != command.date:
        return False
    return set(case.numbers(_wanted(case, command))) <= set(change.numbers)


def _waived_by_care(command: ChangeDate) -> str:
    """Why nothing is charged; a partner can waive nothing (R24)."""
    return command.waive_fee_reason if command.actor.role is Role.CARE else ""


def change(case: Case, command: ChangeDate, at: datetime) -> None:
    """Charge the fee and ask the carriers; the old date stands until they answer (R24, R25)."""
    check_change(case, command, at)
    positions = _wanted(case, command)
    waived = TAKES_UP_PROPOSAL if _takes_up_proposal(case, command) else _waived_by_care(command)
    ours = [p for p in positions if not _carrier_decides(case, case.lines[p].order)]
    orders = sorted({case.lines[p].order for p in {*positions} - {*ours}})
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
    _decide(case, case.date_change, ours, command, at)
    silence.note_partner_act(case, command.actor, at)


def _decide(case: Case, change: DateChange, positions: list[int], command: ChangeDate, at: datetime) -> None:
    """The date is ours, and checked: it stands at once."""
    moved = [p for p in positions if (plan := case.lines[p].plan) is None or plan.date != change.date]
    outcomes.put_plan(case, moved, change.date, command.plans)
    _tell_accepted(case, change, moved, at, by_carrier=False)
    if positions:
        change.outcome = ChangeStatus.ACCEPTED
    if not change.waiting:
        change.status = ChangeStatus.ACCEPTED


def _standing(case: Case, positions: list[int]) -> date:
    return min(plan.date for p in positions if (plan := case.lines[p].plan))


def pending_for(case: Case, order: int) -> DateChange | None:
    """The change that this carrier order has still to answer."""
    change = case.date_change
    return change if change is not None and order in change.waiting and moved_by(case, order) else None


def is_being_asked(case: Case, order: int) -> bool:
    """Whether the carrier has not even heard of the change yet."""
    return any(isinstance(one, ChangeOrderDate) and one.order == order for one in case.instructions)


def moved_by(case: Case, order: int) -> list[int]:
    """The lines of the order whose date the pending change concerns."""
    return [p for p in case.open_positions(order) if case.lines[p].status is Status.CONFIRMED]


def accepted(case: Case, order: int, at: datetime) -> None:
    """The carrier takes the date; the lines carry its plan already."""
    change = case.date_change
    assert change is not None
    _tell_accepted(case, change, moved_by(case, order), at)
    _answered(change, order, ChangeStatus.ACCEPTED)


def _tell_accepted(
    case: Case, change: DateChange, moved: list[int], at: datetime, *, by_carrier: bool = True
) -> None:
    for plan, positions in by(moved, lambda p: case.lines[p].plan):
        assert plan is not None
        case.record(
            DateChangeAccepted(
                numbers=case.numbers(positions), change_id=change.id, date=plan.date, cutover_at=plan.cutover_at,
                time_zone=case.lines[positions[0]].time_zone, last_day_for_change=plan.last_day_for_change,
                by_carrier=by_carrier,
            ),
            at,
        )


def countered(case: Case, order: int, proposed: date, at: datetime) -> None:
    """The carrier proposes another date; the old one stands (R25)."""
    change, positions = case.date_change, moved_by(case, order)
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


def declined(case: Case, order: int, reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier refuses; the date that stands goes on standing and the fee is not returned (R24, R25)."""
    change, positions = case.date_change, moved_by(case, order)
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


def drop_void_changes(case: Case) -> None:
    """A change lapses for an order that has no CONFIRMED line any more; what moved them away tells it."""
    change = case.date_change
    for order in change.waiting if change else ():
        if change is not None and not moved_by(case, order):
            _answered(change, order, ChangeStatus.DECLINED)
