"""The date where the carrier names the first possible one: the later of it and the wish, while the approval holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import outcomes
from porting.dates import CutoverPlan
from porting.events import CareNeeded
from porting.grouping import by
from porting.line import NumberLine
from porting.orders import CarrierOrder, OrderSnapshot
from porting.status import AT_CARRIER, Status
from porting.waiting import in_words

if TYPE_CHECKING:
    from porting.case import Case


def settle_dates(
    case: Case, order: CarrierOrder, positions: Iterable[int], snapshot: OrderSnapshot, plans: Sequence[CutoverPlan],
    at: datetime,
) -> None:
    """Each line gets its own date (R08, R21); one that stands inside the approval goes on standing.

    A port that went wrong is tried again only when the approval is a later one, since care has it otherwise (R27).
    """
    first = snapshot.date
    assert first is not None
    undated = [p for p in positions if not _stands(case.lines[p], snapshot)]
    found = {p: _choose(case.lines[p], snapshot, plans, at) for p in undated}
    dated = [p for p in undated if found[p] is not None]
    outcomes.resume(case, dated, at)
    for plan, group in by(case.movable(dated, Status.CONFIRMED), found.__getitem__):
        assert plan is not None
        outcomes.confirm(case, group, plan.date, plans, at, first_possible=first)
    _leave_the_rest(case, order, [p for p in undated if found[p] is None], snapshot, at)


def _stands(line: NumberLine, snapshot: OrderSnapshot) -> bool:
    if line.plan is None or snapshot.date is None or line.status in AT_CARRIER:
        return False
    if line.status is Status.PORTING_INCOMPLETE:
        return line.plan.date >= snapshot.date
    return _is_inside(line.plan.date, snapshot)


def _is_inside(day: date, snapshot: OrderSnapshot) -> bool:
    assert snapshot.date is not None
    return snapshot.date <= day and (snapshot.valid_until is None or day <= snapshot.valid_until)


def _target(line: NumberLine, first: date) -> date:
    """A date that was agreed counts for more than the wish that it came from."""
    agreed = line.plan.date if line.plan and line.status is Status.CONFIRMED else line.requested_date
    return max(agreed, first)


def _choose(
    line: NumberLine, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> CutoverPlan | None:
    """The earliest of the plans computed outside that is late enough, and whose hour is still to come."""
    assert snapshot.date is not None
    target = _target(line, snapshot.date)
    ahead = [one for one in plans if one.place == line.place and one.date >= target and at < one.cutover_at]
    earliest = min(ahead, key=lambda one: one.date, default=None)
    return earliest if earliest is not None and _is_inside(earliest.date, snapshot) else None


def _leave_the_rest(
    case: Case, order: CarrierOrder, positions: Sequence[int], snapshot: OrderSnapshot, at: datetime
) -> None:
    assert snapshot.date is not None
    for target, group in by(positions, lambda p: _target(case.lines[p], snapshot.date or date.min)):
        until = in_words(snapshot.valid_until) if snapshot.valid_until else "a day that it does not name"
        why = (
            f"The approval is good from {in_words(snapshot.date)} to {until}, and no business day for a port from "
            f"{in_words(target)} on lies inside. Agree another date with the partner and enter it, or have it approved "
            "anew."
        )
        order.for_care = why
        case.record(CareNeeded(numbers=case.numbers(group), why=why), at)
