"""What a carrier says becomes moves of lines; what says nothing new, or cannot be, is kept as ignored (R17, R19)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import date_changes, outcomes
from porting.dates import CutoverPlan
from porting.events import CareNeeded, CommentAdded, NewsIgnored
from porting.numbers import NumberRange
from porting.ordering import adopt
from porting.orders import CarrierOrder, News, OrderSnapshot, OrderStatus
from porting.reasons import Reason, reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

_ECHOES = (OrderStatus.DRAFT, OrderStatus.RECEIVED)


def take(case: Case, news: News, at: datetime) -> None:
    """Apply what was read at a carrier; reading it twice changes nothing."""
    _adopt_new_orders(case, news.snapshots, at)
    for snapshot in sorted(news.snapshots, key=lambda one: one.carrier_order_id):
        order = next((o for o in case.orders if o.carrier_order_id == snapshot.carrier_order_id), None)
        if order is not None:
            _take_snapshot(case, order, snapshot, news.plans, at)
    if news.comment:
        case.record(CommentAdded(comment_id="", text=news.comment, internal=True), at, outcomes.CARRIER)


def _adopt_new_orders(case: Case, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    for order in list(case.orders):
        ours = [snapshot for snapshot in snapshots if snapshot.reference == order.reference]
        if ours and order.number == _first_of(case, order):
            adopt(case, order, ours, at)


def _first_of(case: Case, order: CarrierOrder) -> int:
    return next(other.number for other in case.orders if other.reference == order.reference)


def _gist(snapshot: OrderSnapshot) -> str:
    """What the snapshot says, but for when."""
    said = (
        snapshot.raw_status, snapshot.date, snapshot.proposed_date, snapshot.date_declined,
        snapshot.requested_date if snapshot.date_declined else None,
        sorted(f"{one.code} {one.carrier_code} {one.text}" for one in snapshot.reasons), sorted(snapshot.failed),
    )
    return repr(said)


def _take_snapshot(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> None:
    if order.as_of is not None and snapshot.as_of < order.as_of:
        ignore(case, order, snapshot, "it is older than what is known", at)
        return
    seen, order.seen = order.seen, _gist(snapshot)
    order.as_of, order.carrier_status = snapshot.as_of, snapshot.raw_status
    if seen == order.seen and not _answers_pending_change(case, order, snapshot):
        if snapshot.status not in _ECHOES:
            ignore(case, order, snapshot, "it says what is known already", at)
        return
    case.touched.update(case.open_positions(order.number))
    order.for_care = ""
    _READ[snapshot.status](case, order, snapshot, plans, at)


def _answers_pending_change(case: Case, order: CarrierOrder, snapshot: OrderSnapshot) -> bool:
    """A carrier may answer a second change just as it answered the first."""
    change = date_changes.pending_for(case, order.number)
    return change is not None and snapshot.status is OrderStatus.DATE_CONFIRMED and (
        snapshot.date == change.date or (snapshot.date_declined and snapshot.requested_date != change.date)
    )


def ignore(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, why: str, at: datetime) -> None:
    """Keep a message that changes nothing (R17)."""
    said = f"{order.carrier}: {snapshot.raw_status}" + (f" for {snapshot.date}" if snapshot.date else "")
    case.record(NewsIgnored(numbers=case.numbers(_lines_of(case, order)), said=said, why=why), at, outcomes.CARRIER)


def _lines_of(case: Case, order: CarrierOrder) -> list[int]:
    return [p for p, line in enumerate(case.lines) if line.order == order.number]


def _nothing_moves(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> None:
    """DRAFT, RECEIVED, CANCEL_PENDING: the lines stand where they stand."""


def _acknowledged(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> None:
    positions = _lines_of(case, order)
    outcomes.resume(case, [p for p in positions if case.lines[p].status is Status.MISSING_DATA], at)
    waiting = case.movable(positions, Status.PENDING_APPROVAL)
    if waiting:
        outcomes.acknowledge(case, waiting, order.carrier, at)
    elif not any(case.lines[p].status is Status.PENDING_APPROVAL for p in positions):
        ignore(case, order, snapshot, f"the lines are {case.lines[positions[0]].status} already", at)


def _excepted(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> None:
    reasons = snapshot.reasons or (reason("OTHER", "The carrier stopped the order without a reason."),)
    if not outcomes.refuse(case, case.open_positions(order.number), reasons, at, order):
        ignore(case, order, snapshot, "no line of the order can be stopped any more", at)


def _date_confirmed(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> None:
    positions = case.open_positions(order.number)
    if snapshot.date is None or not _is_believable(case, positions, snapshot.date, plans, at):
        _leave_to_care(case, order, f"The carrier confirms a date that cannot be: {snapshot.date}.", at)
        return
    if date_changes.pending_for(case, order.number) and not _answer_change(case, order, snapshot, plans, at):
        return
    outcomes.resume(case, [p for p in positions if case.lines[p].status is Status.MISSING_DATA], at)
    failed = _failed(case, positions, snapshot)
    fine = [p for p in positions if p not in set(failed)]
    new = [p for p in fine if _is_new_date(case, p, snapshot.date)]
    outcomes.confirm(case, case.movable(new, Status.CONFIRMED), snapshot.date, plans, at)
    outcomes.fail(case, case.movable(failed, Status.PORTING_INCOMPLETE), _why_failed(snapshot), at)


def _is_new_date(case: Case, position: int, day: date) -> bool:
    plan = case.lines[position].plan
    return case.lines[position].status in (Status.SUBMITTED, Status.PENDING_APPROVAL) or not plan or plan.date != day


def _is_believable(
    case: Case, positions: Iterable[int], day: date, plans: Sequence[CutoverPlan], at: datetime
) -> bool:
    """A date that is over cannot be confirmed anew, and each place needs its plan for it."""
    for position in positions:
        line = case.lines[position]
        if line.plan is not None and line.plan.date == day:
            continue
        plan = outcomes.plan_for(plans, line.place, day)
        if plan is None or plan.incomplete_at <= at:
            return False
    return True


def _answer_change(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> bool:
    """Read the answer to a pending change. True when the snapshot's date is still to be taken over as news."""
    change = date_changes.pending_for(case, order.number)
    positions = [p for p in case.open_positions(order.number) if case.lines[p].status is Status.CONFIRMED]
    if change is None or snapshot.date is None or not positions:
        return True
    if snapshot.date == change.date:
        outcomes.put_plan(case, positions, snapshot.date, plans)
        date_changes.accepted(case, order.number, positions, at)
    elif snapshot.date_declined and snapshot.proposed_date not in (None, change.date):
        assert snapshot.proposed_date is not None
        date_changes.countered(case, order.number, positions, snapshot.proposed_date, at)
    elif snapshot.date_declined:
        date_changes.declined(case, order.number, positions, snapshot.reasons, at)
    return True


def _failed(case: Case, positions: Iterable[int], snapshot: OrderSnapshot) -> list[int]:
    if not snapshot.failed:
        return []
    failed = [NumberRange.parse(number).first_value for number in snapshot.failed]
    spans = {p: NumberRange.parse(case.lines[p].number) for p in positions}
    return [p for p, span in spans.items() if any(span.first_value <= one <= span.last_value for one in failed)]


def _why_failed(snapshot: OrderSnapshot) -> tuple[Reason, ...]:
    return snapshot.reasons or (reason("ACTIVATION_FAILED"),)


def _ported(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> None:
    positions = case.open_positions(order.number)
    unconfirmed = [p for p in positions if not case.movable([p], Status.COMPLETED)]
    if unconfirmed and snapshot.date is not None:
        # The confirmation was never heard: it is taken over first, so that the line's story stays whole.
        outcomes.resume(case, [p for p in unconfirmed if case.lines[p].status is Status.MISSING_DATA], at)
        outcomes.confirm(case, case.movable(unconfirmed, Status.CONFIRMED), snapshot.date, plans, at)
    done = case.movable(positions, Status.COMPLETED)
    if done:
        outcomes.complete(case, done, at, outbound_only=False)
    if len(done) < len(positions) or not positions:
        ignore(case, order, snapshot, "the lines cannot be completed from where they stand", at)


def _cancelled(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> None:
    positions = case.open_positions(order.number)
    if not positions:
        # The usual end of an order whose lines went another way; nothing to tell.
        return
    outcomes.end_cancelled(case, positions, snapshot.reasons, at)


def _unknown(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> None:
    _leave_to_care(case, order, f"The carrier gives a status that we do not know: {snapshot.raw_status}.", at)


def _leave_to_care(case: Case, order: CarrierOrder, why: str, at: datetime) -> None:
    order.for_care = why
    case.record(CareNeeded(numbers=case.numbers(case.open_positions(order.number)), why=why), at)


_Reader = Callable[["Case", CarrierOrder, OrderSnapshot, Sequence[CutoverPlan], datetime], None]

_READ: dict[OrderStatus, _Reader] = {
    OrderStatus.DRAFT: _nothing_moves,
    OrderStatus.RECEIVED: _nothing_moves,
    OrderStatus.ACKNOWLEDGED: _acknowledged,
    OrderStatus.EXCEPTION: _excepted,
    OrderStatus.DATE_CONFIRMED: _date_confirmed,
    OrderStatus.PORTED: _ported,
    OrderStatus.CANCEL_PENDING: _nothing_moves,
    OrderStatus.CANCELLED: _cancelled,
    OrderStatus.UNKNOWN: _unknown,
}
