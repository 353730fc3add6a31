"""How long the losing carrier's approval is good: which dates lie inside it, and what happens when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import errors
from porting.events import ApprovalEnds, ApprovalLapsed
from porting.orders import CarrierOrder, OrderSnapshot
from porting.remarks import leave_to_care
from porting.status import Status
from porting.validity import Validity
from porting.waiting import in_words

if TYPE_CHECKING:
    from porting.case import Case


def note(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, validities: Sequence[Validity]) -> None:
    """Keep what the carrier approved."""
    if not snapshot.first_possible and snapshot.valid_until is None:
        return
    if snapshot.first_possible:
        order.first_possible = snapshot.date
    if snapshot.valid_until != order.valid_until:
        order.valid_until, order.warned, order.lapsed = snapshot.valid_until, False, False
    places = {case.lines[p].place for p in case.open_positions(order.number)}
    found = [one for one in validities if one.place in places and one.last_day == order.valid_until]
    if found:
        first = min(found, key=lambda one: one.lapses_at)
        order.warned_at, order.lapses_at = first.warned_at, first.lapses_at
    elif order.valid_until is None:
        order.warned_at = order.lapses_at = None


def check_inside(orders: Iterable[CarrierOrder], day: date) -> None:
    """Whether our own choice of a date lies inside what was approved. Raises DateTooEarly or DateAfterApproval."""
    for order in orders:
        if order.first_possible is not None and day < order.first_possible:
            raise errors.DateTooEarly(
                f"The losing carrier approved no date before {order.first_possible}.", nearest_date=order.first_possible
            )
        if order.valid_until is not None and day > order.valid_until:
            raise errors.DateAfterApproval(
                f"The losing carrier's approval lapses: the last possible day is {order.valid_until}.",
                last_day=order.valid_until,
            )


def alarms(case: Case) -> Iterator[tuple[datetime, bool, int]]:
    """When approvals are warned of, and when (True) they lapse, each with its order's number."""
    for order in case.orders:
        if order.lapses_at is None or not _concerned(case, order):
            continue
        if order.warned_at is not None and not order.warned:
            yield order.warned_at, False, order.number
        if not order.lapsed:
            yield order.lapses_at, True, order.number


def _concerned(case: Case, order: CarrierOrder) -> list[int]:
    """The lines that the approval is for: those that are asked about anew have none."""
    return [p for p in case.open_positions(order.number) if case.lines[p].status is not Status.MISSING_DATA]


def warn(case: Case, number: int, at: datetime) -> None:
    """Some days are left; after an outage that outlasted them there is nothing to warn of any more."""
    order = case.order(number)
    order.warned = True
    if order.valid_until is not None and order.lapses_at is not None and at < order.lapses_at:
        case.record(ApprovalEnds(numbers=case.numbers(_concerned(case, order)), last_day=order.valid_until), at)


def lapse(case: Case, number: int, at: datetime) -> None:
    """It is over: only care can have it approved anew."""
    order = case.order(number)
    order.lapsed = True
    assert order.valid_until is not None
    last_day = order.valid_until
    case.record(ApprovalLapsed(numbers=case.numbers(_concerned(case, order)), last_day=last_day), at)
    why = f"The losing carrier's approval was good through {in_words(last_day)} and lapsed before the port was done."
    leave_to_care(case, order, why, at)
