"""What a carrier's word about a date does: confirmed, moved, a change answered, or a day gone wrong (R21, R25)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import date_changes, first_possible, outcomes
from porting.announcement import DateChange
from porting.dates import CutoverPlan
from porting.orders import CarrierOrder, OrderSnapshot
from porting.part_refusals import going_on, holding
from porting.reasons import reason
from porting.remarks import leave_to_care
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def confirmed(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> str:
    """The carrier names a date: a confirmation, another date, the answer to a change, or nothing new."""
    positions = going_on(case, order, snapshot)
    day = snapshot.date
    if day is None:
        leave_to_care(case, order, "The carrier confirms and names no date.", at)
        return ""
    before = case.sequence
    if snapshot.first_possible:
        _take_first_possible(case, order, positions, snapshot, plans, at)
    elif not _is_believable(case, positions, day, plans, at):
        leave_to_care(case, order, f"The carrier confirms a date that cannot be: {day}.", at)
    else:
        _take_named_date(case, order, positions, snapshot, day, plans, at)
    _take_ported(case, order, positions, snapshot, at)
    return "the date stands already" if case.sequence == before else ""


def _take_named_date(
    case: Case, order: CarrierOrder, positions: Sequence[int], snapshot: OrderSnapshot, day: date,
    plans: Sequence[CutoverPlan], at: datetime,
) -> None:
    change = date_changes.pending_for(case, order.number)
    failing = [p for p in failed(case, positions, snapshot) if not (plan := case.lines[p].plan) or plan.date == day]
    other_date = change is not None and _went_another_way(case, order, snapshot, change)
    if change is not None:
        _answer_change(case, order, snapshot, change, plans, at)
    _take_date(case, positions, day, plans, at)
    if other_date and date_changes.pending_for(case, order.number):
        date_changes.declined(case, order.number, snapshot.reasons, at)
    fail(case, failing, snapshot, at)


def _take_first_possible(
    case: Case, order: CarrierOrder, positions: Sequence[int], snapshot: OrderSnapshot, plans: Sequence[CutoverPlan],
    at: datetime,
) -> None:
    failing = [p for p in failed(case, positions, snapshot) if case.lines[p].plan]
    rest = [p for p in positions if p not in failing]
    first_possible.settle_dates(case, order, rest, snapshot, plans, at)
    fail(case, failing, snapshot, at)


def _take_ported(
    case: Case, order: CarrierOrder, positions: Sequence[int], snapshot: OrderSnapshot, at: datetime
) -> None:
    """Some are with us while the rest waits for its day."""
    there = holding(case, positions, snapshot.ported)
    outcomes.complete(case, case.movable(there, Status.COMPLETED), at, outbound_only=False)


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
    """The lines with a number that did not come to life."""
    return holding(case, positions, snapshot.failed)


def fail(case: Case, positions: Iterable[int], snapshot: OrderSnapshot, at: datetime) -> None:
    """Those of the lines that had a date did not make it (R27)."""
    why = snapshot.reasons or (reason("ACTIVATION_FAILED"),)
    outcomes.fail(case, case.movable(positions, Status.PORTING_INCOMPLETE), why, at)
