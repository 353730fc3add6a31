"""What a carrier's word about a date does: confirmed, moved, a change answered, or a day gone wrong (R21, R25)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import date_changes, outcomes
from porting.announcement import DateChange
from porting.dates import CutoverPlan
from porting.numbers import NumberRange
from porting.orders import CarrierOrder, OrderSnapshot
from porting.reasons import reason
from porting.remarks import ignore, leave_to_care
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def confirmed(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> None:
    """The carrier names a date: a confirmation, another date, the answer to a change, or nothing new."""
    positions = case.open_positions(order.number)
    day = snapshot.date
    if day is None:
        leave_to_care(case, order, "The carrier confirms and names no date.", at)
        return
    if not _is_believable(case, positions, day, plans, at):
        leave_to_care(case, order, f"The carrier confirms a date that cannot be: {day}.", at)
        return
    before = case.sequence
    change = date_changes.pending_for(case, order.number)
    failing = [p for p in failed(case, positions, snapshot) if not (plan := case.lines[p].plan) or plan.date == day]
    other_date = change is not None and _went_another_way(case, order, snapshot, change)
    if change is not None:
        _answer_change(case, order, snapshot, change, plans, at)
    _take_date(case, positions, day, plans, at)
    if other_date and date_changes.pending_for(case, order.number):
        date_changes.declined(case, order.number, snapshot.reasons, at)
    fail(case, failing, snapshot, at)
    if case.sequence == before:
        ignore(case, order, snapshot, "the date stands already", at)


def _is_believable(
    case: Case, positions: Iterable[int], day: date, plans: Sequence[CutoverPlan], at: datetime
) -> bool:
    """A date that is over cannot be confirmed anew, and each place needs its plan for it."""
    places = {line.place for p in positions if not ((line := case.lines[p]).plan and line.plan.date == day)}
    found = [outcomes.plan_for(plans, place, day) for place in places]
    return all(plan is not None and at < plan.incomplete_at for plan in found)


def _take_date(
    case: Case, positions: Sequence[int], day: date, plans: Sequence[CutoverPlan], at: datetime
) -> None:
    """The date counts for every line that has another one or none."""
    outcomes.resume(case, positions, at)
    new = [p for p in positions if (plan := case.lines[p].plan) is None or plan.date != day]
    outcomes.confirm(case, case.movable(new, Status.CONFIRMED), day, plans, at)


def _answer_change(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, change: DateChange, plans: Sequence[CutoverPlan],
    at: datetime,
) -> None:
    """Accepted, another date proposed, or declined; without any of these the change stays pending (R25)."""
    proposed = snapshot.proposed_date
    if snapshot.date == change.date:
        outcomes.put_plan(case, date_changes.moved_by(case, order.number), change.date, plans)
        date_changes.accepted(case, order.number, at)
    elif not is_a_no(case, order, snapshot, change):
        return
    elif proposed is not None and proposed != change.date:
        date_changes.countered(case, order.number, proposed, at)
    else:
        date_changes.declined(case, order.number, snapshot.reasons, at)


def is_a_no(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, change: DateChange) -> bool:
    """Whether the carrier says no to this change: its no to the one before can still stand beside the new wish."""
    if not snapshot.date_declined or date_changes.is_being_asked(case, order.number):
        return False
    return snapshot.requested_date != change.date or not order.date_declined


def _went_another_way(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, change: DateChange) -> bool:
    """Whether the carrier, knowing of the change, puts the order on a third date: that is its answer."""
    standing = {plan.date for p in date_changes.moved_by(case, order.number) if (plan := case.lines[p].plan)}
    return snapshot.requested_date == change.date and snapshot.date not in {change.date, *standing}


def failed(case: Case, positions: Iterable[int], snapshot: OrderSnapshot) -> list[int]:
    """The lines with a number that did not come to life; a range is as good as its worst number (R03)."""
    numbers = sorted(int(number.removeprefix("+")) for number in snapshot.failed)
    return [p for p in positions if numbers and _has_one(NumberRange(case.lines[p].number), numbers)]


def _has_one(span: NumberRange, numbers: list[int]) -> bool:
    place = bisect_left(numbers, span.first_value)
    return place < len(numbers) and numbers[place] <= span.last_value


def fail(case: Case, positions: Iterable[int], snapshot: OrderSnapshot, at: datetime) -> None:
    """Those of the lines that had a date did not make it (R27)."""
    why = snapshot.reasons or (reason("ACTIVATION_FAILED"),)
    outcomes.fail(case, case.movable(positions, Status.PORTING_INCOMPLETE), why, at)
