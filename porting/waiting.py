"""Whom a case waits for, until when, and what happens next, in one plain sentence (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting.announcement import ChangeStatus
from porting.capabilities import DateModel
from porting.line import NumberLine
from porting.ordering import goes_by_hand
from porting.orders import CarrierOrder, submission
from porting.status import AT_CARRIER, Status, WaitingOn
from porting.tasks import DEEDS, OpenTask
from porting.zones import local_time

if TYPE_CHECKING:
    from porting.case import Case


@dataclass(frozen=True)
class Waiting:
    """Whom for, until when (aware UTC), and the sentence that says what happens next."""

    whom: WaitingOn
    until: datetime | None
    next_step: str


def in_words(day: date) -> str:
    """`Thu 7 Jan 2027`: the same in every place where a date is read."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def some(numbers: Sequence[str]) -> str:
    """The first number and how many more."""
    more = f" (+{len(numbers) - 1} more)" if len(numbers) > 1 else ""
    return f"{numbers[0]}{more}"


def waits_for(case: Case) -> Waiting:
    """Read off the lines, in the order in which they decide the case's status (R18)."""
    status = case.status
    if case.closed_at is not None or not any(line.is_open for line in case.lines):
        return Waiting(WaitingOn.NOBODY, None, f"Nothing more happens: the case is closed as {status}.")
    lines = [line for line in case.lines if line.status is status]
    if status is Status.MISSING_DATA:
        return _for_partner(case, lines)
    if status is Status.PORTING_INCOMPLETE:
        step = f"Care finds out with the carrier why {_named(lines)} does not work yet and has it repaired."
        return Waiting(WaitingOn.CARE, min(_end(line) for line in lines), step)
    care = _for_care(case, lines)
    if care is not None:
        return care
    hand = _for_work_by_hand(case, lines)
    if hand is not None:
        return hand
    return _for_carrier(case, lines) if status in AT_CARRIER else _for_cutover(case, lines)


def _named(lines: Sequence[NumberLine]) -> str:
    return some([line.number for line in lines])


def _end(line: NumberLine) -> datetime:
    """When a line's date, or else the wish for one, is over."""
    return line.plan.incomplete_at if line.plan else line.wish_passes_at


def _for_care(case: Case, lines: Sequence[NumberLine]) -> Waiting | None:
    """Care comes first where a carrier said what only care can settle."""
    concerned = [line for line in lines if line.order and case.order(line.order).for_care]
    if not concerned:
        return None
    why = case.order(concerned[0].order).for_care
    step = f"Care settles this for {_named(concerned)} with the carrier: {why}"
    return Waiting(WaitingOn.CARE, min(_end(line) for line in concerned), step)


def _for_work_by_hand(case: Case, lines: Sequence[NumberLine]) -> Waiting | None:
    """First what care has to do, then what the losing side has to answer (R43)."""
    orders = [case.order(number) for number in dict.fromkeys(line.order for line in lines) if number]
    tasks = sorted((task for order in orders for task in order.tasks), key=lambda task: task.due.at)
    if tasks:
        return Waiting(WaitingOn.CARE, tasks[0].due.at, _task_in_words(tasks[0], orders))
    awaited = sorted(((o.awaited, o) for o in orders if o.awaited), key=lambda pair: pair[0].due.at)
    for answer, order in awaited[:1]:
        named, day = _named([line for line in lines if line.order == order.number]), in_words(answer.due.on)
        if answer.overdue:
            step = f"The losing side did not answer on {named} by {day}: care asks there."
            return Waiting(WaitingOn.CARE, answer.due.at, step)
        step = f"The losing side answers on {named} by {day}; without its word care asks there."
        return Waiting(WaitingOn.CARRIER, answer.due.at, step)
    return None


def _task_in_words(task: OpenTask, orders: Sequence[CarrierOrder]) -> str:
    """An order that care has yet to pass on is with nobody else: so much is said of it."""
    deed, day = DEEDS[task.kind].format(some(task.numbers)), in_words(task.due.on)
    if task.overdue:
        return f"Overdue since {day}: care {deed}."
    if any(submission(order) is task for order in orders):
        return f"Care has yet to pass the order for {some(task.numbers)} to the losing side, by {day}."
    return f"Care {deed} by {day}."


def _for_partner(case: Case, lines: Sequence[NumberLine]) -> Waiting:
    until = case.silence.deadline(case.policy) if case.silence else None
    if all(line.is_being_cancelled for line in lines):
        return Waiting(WaitingOn.CARRIER, until, f"The carrier answers the cancellation of {_named(lines)}.")
    prompts = list(dict.fromkeys(item.prompt.rstrip(".") for item in case.missing if item.is_open))
    asked = "; ".join(prompts[:3]) + (f"; and {len(prompts) - 3} more" if len(prompts) > 3 else "")
    last_day = f" by {in_words(until.date())}" if until else ""
    step = (
        f"The partner gives or corrects{last_day}: {asked}. Without an act of the partner until then "
        f"{_named(lines)} becomes outbound-only."
    )
    return Waiting(WaitingOn.PARTNER, until, step)


def _for_carrier(case: Case, lines: Sequence[NumberLine]) -> Waiting:
    due = [line.outbound_due for line in lines if line.outbound_due]
    if due:
        step = f"{_named(lines)} is set to outbound-only one business day after the order."
        return Waiting(WaitingOn.CUTOVER, min(due), step)
    until = min(line.wish_passes_at for line in lines)
    wished = in_words(min(line.requested_date for line in lines))
    if cancelling := [line for line in lines if line.is_being_cancelled]:
        step = f"The carrier answers the cancellation of {_named(cancelling)}."
    elif late := [line for line in lines if line.wish_passed]:
        step = f"The wished date {wished} passed; the carrier still has to confirm a date for {_named(late)}."
    elif lines[0].status is Status.SUBMITTED and _goes_to_care(case, lines[0]):
        step = f"Care gets the order for {_named(lines)} to pass it to the losing side; wished is {wished}."
    elif lines[0].status is Status.SUBMITTED:
        step = f"The carrier takes in the order for {_named(lines)} and asks the losing carrier; wished is {wished}."
    elif any(_names_first_possible(case, line) for line in lines):
        step = f"The losing carrier decides on {_named(lines)} and names the first possible date; wished is {wished}."
    else:
        step = f"The losing carrier decides on {_named(lines)} and a date is confirmed; wished is {wished}."
    return Waiting(WaitingOn.CARRIER, until, step)


def _goes_to_care(case: Case, line: NumberLine) -> bool:
    return goes_by_hand(case, line.order) and not case.order(line.order).sent


def _names_first_possible(case: Case, line: NumberLine) -> bool:
    return line.order != 0 and case.order(line.order).capabilities.date_model is DateModel.FIRST_POSSIBLE


def _for_cutover(case: Case, lines: Sequence[NumberLine]) -> Waiting:
    if late := [line for line in lines if line.delay_told]:
        step = f"The cut-over of {_named(late)} is late; without word by the next business day's end care takes over."
        return Waiting(WaitingOn.CARRIER, min(_end(line) for line in late), step)
    plans = [(line.plan, line) for line in lines if line.plan]
    plan, first = min(plans, key=lambda pair: pair[0].cutover_at)
    moves_at = local_time(plan.cutover_at, first.time_zone)
    when = f"{in_words(moves_at.date())}, {moves_at:%H:%M} ({first.time_zone})"
    change = case.date_change
    if change is not None and change.status is ChangeStatus.PENDING:
        step = (
            f"The carrier answers the change of {some(change.numbers)} to {in_words(change.date)}; "
            f"until then {in_words(plan.date)} stands."
        )
        return Waiting(WaitingOn.CARRIER, plan.cutover_at, step)
    if cancelling := [line for line in lines if line.is_being_cancelled]:
        step = f"The carrier answers the cancellation of {_named(cancelling)}; until then {when} stands."
        if cutoff := _cutoff(case, cancelling):
            step += f" It cancels until {cutoff} hours before the cut-over."
        return Waiting(WaitingOn.CARRIER, plan.cutover_at, step)
    if told := [line for line in lines if line.plan and line.activated_on == line.plan.date]:
        step = f"The carrier was told to port {_named(told)}; its word that it is done is awaited."
        return Waiting(WaitingOn.CARRIER, min(line.plan.late_at for line in told if line.plan), step)
    ours = first.order and case.order(first.order).capabilities.can_activate
    moving = [line for line in lines if line.plan and line.plan.cutover_at == plan.cutover_at]
    step = f"{_named(moving)} moves to us on {when}" + (": then we tell the carrier to port." if ours else ".")
    return Waiting(WaitingOn.CUTOVER, plan.cutover_at, step)


def _cutoff(case: Case, lines: Sequence[NumberLine]) -> int:
    """The most hours before the cut-over at which a carrier of these lines still cancels; 0 for no limit."""
    orders = {line.order for line in lines} - {0}
    return max((case.order(number).capabilities.cancel_cutoff_hours for number in orders), default=0)
