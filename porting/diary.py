"""The case's diary: every date that it must keep, the next of them, and what to do when one has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from porting import activation, approval, silence, temporary_numbers
from porting.by_hand import answer_is_overdue, is_held, task_is_overdue
from porting.events import CutoverDelayed, CutoverNear, PortingFailed, WishPassed
from porting.grouping import by
from porting.instructions import PLATFORM_LANE, SetOutboundOnly
from porting.line import NumberLine
from porting.reasons import reason
from porting.status import AT_CARRIER, Status

if TYPE_CHECKING:
    from porting.case import Case

Act = Callable[["Case", list[int], datetime], None]


def next_alarm(case: Case) -> datetime | None:
    """The earliest date of the diary."""
    return min((moment for moment, _, _ in _dates(case)), default=None)


def ring(case: Case, at: datetime) -> None:
    """Do what is due, in the order of its dates, until nothing more is."""
    while due := sorted({(moment, act.__name__) for moment, act, _ in _dates(case) if moment <= at}):
        moment, name = due[0]
        positions = [p for when, act, p in _dates(case) if when == moment and act.__name__ == name]
        _ACTS[name](case, positions, at)
        case.settle(at)


def _dates(case: Case) -> Iterator[tuple[datetime, Act, int]]:
    if case.silence is not None:
        yield case.silence.next_alarm(case.policy), silence_strikes, -1
    yield from _work_by_hand(case)
    for moment, ends, number in approval.alarms(case):
        yield moment, (approval_lapses if ends else approval_comes_to_its_end), number
    for position, line in enumerate(case.lines):
        hour = activation.due_at(case, line)
        if hour is not None:
            yield hour, cutover_is_here, position
        hour_told = activation.hour_due_at(case, line)
        if hour_told is not None:
            yield hour_told, hour_is_set, position
        found = _line_date(line)
        if found is not None:
            yield found[0], found[1], position
        next_try = temporary_numbers.next_alarm(case, line)
        if next_try is not None:
            yield next_try, temporary_number_is_due, position


def _work_by_hand(case: Case) -> Iterator[tuple[datetime, Act, int]]:
    """With the order's number where the others have a line's position (R43)."""
    for order in case.orders:
        tasks = (task for task in order.tasks if not task.overdue and not is_held(case, order, task))
        yield from ((task.due.at, task_is_overdue, order.number) for task in tasks)
        if order.awaited is not None and not order.awaited.overdue:
            yield order.awaited.due.at, answer_is_overdue, order.number


def _line_date(line: NumberLine) -> tuple[datetime, Act] | None:
    if line.outbound_due is not None and not line.switching and line.status is Status.SUBMITTED:
        return line.outbound_due, outbound_only_is_due
    if line.status in AT_CARRIER and line.order and not line.wish_passed:
        return line.wish_passes_at, wish_passes
    if line.status is not Status.CONFIRMED or line.plan is None:
        return None
    if not line.reminded:
        return line.plan.reminder_at, cutover_comes_near
    if not line.delay_told:
        return line.plan.late_at, cutover_is_late
    return line.plan.incomplete_at, cutover_is_given_up


def silence_strikes(case: Case, _: list[int], at: datetime) -> None:
    """R28, R29."""
    silence.strike(case, at)


def temporary_number_is_due(case: Case, positions: list[int], at: datetime) -> None:
    """R32, R33."""
    temporary_numbers.strike(case, positions)


def outbound_only_is_due(case: Case, positions: list[int], at: datetime) -> None:
    """One business day after the order the numbers are switched (R06)."""
    for position in positions:
        case.lines[position].switching = True
    case.instructions.append(
        SetOutboundOnly(
            id=case.next_instruction(), case_id=case.id, lane=PLATFORM_LANE, numbers=case.numbers(positions),
            completes=True,
        )
    )


def wish_passes(case: Case, positions: list[int], at: datetime) -> None:
    """The wished day is over and there is no date: a date never slips silently."""
    for wished, group in by(positions, lambda p: case.lines[p].requested_date):
        for position in group:
            case.lines[position].wish_passed = True
        case.record(WishPassed(numbers=case.numbers(group), requested_date=wished), at)


def cutover_comes_near(case: Case, positions: list[int], at: datetime) -> None:
    """R26."""
    for plan, group in by(positions, lambda p: case.lines[p].plan):
        for position in group:
            case.lines[position].reminded = True
        if plan is not None and at < plan.cutover_at:
            zone = case.lines[group[0]].time_zone
            event = CutoverNear(
                numbers=case.numbers(group), date=plan.date, cutover_at=plan.cutover_at, time_zone=zone
            )
            case.record(event, at)


def cutover_is_here(case: Case, positions: list[int], at: datetime) -> None:
    """R22, where the port is carried out at our word."""
    activation.begin(case, positions, at)


def hour_is_set(case: Case, positions: list[int], at: datetime) -> None:
    """R22, where the carrier ports at the hour that we name."""
    activation.tell_hour(case, positions, at)


def approval_comes_to_its_end(case: Case, orders: list[int], at: datetime) -> None:
    """Days before the losing carrier's approval lapses."""
    for number in orders:
        approval.warn(case, number, at)


def approval_lapses(case: Case, orders: list[int], at: datetime) -> None:
    """No port can be had on it any more."""
    for number in orders:
        approval.lapse(case, number, at)


def cutover_is_late(case: Case, positions: list[int], at: datetime) -> None:
    """R27: four hours without a word."""
    for plan, group in by(positions, lambda p: case.lines[p].plan):
        for position in group:
            case.lines[position].delay_told = True
        if plan is not None:
            zone = case.lines[group[0]].time_zone
            case.record(CutoverDelayed(numbers=case.numbers(group), cutover_at=plan.cutover_at, time_zone=zone), at)


def cutover_is_given_up(case: Case, positions: list[int], at: datetime) -> None:
    """R27: the end of the next business day without a word; care takes over."""
    why = (reason("ACTIVATION_FAILED", "No word of activation came by the end of the next business day."),)
    case.move(positions, Status.PORTING_INCOMPLETE, at)
    for position in positions:
        case.lines[position].reasons = why
    case.record(PortingFailed(numbers=case.numbers(positions), reasons=why), at)


_ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        silence_strikes, temporary_number_is_due, outbound_only_is_due, wish_passes,
        cutover_comes_near, hour_is_set, cutover_is_here, cutover_is_late, cutover_is_given_up,
        approval_comes_to_its_end, approval_lapses, task_is_overdue, answer_is_overdue,
    )
}
