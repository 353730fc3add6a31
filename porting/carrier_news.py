"""What a carrier says becomes moves of lines; what says nothing new, or cannot be, is kept as ignored (R17, R19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from porting import activation, approval, cancellation, carrier_dates, date_changes, outcomes, part_refusals
from porting.commands import CARRIER
from porting.dates import CutoverPlan
from porting.events import CareNeeded, CommentAdded, OrderKnownAs
from porting.grouping import by
from porting.numbers import NumberRange
from porting.orders import CarrierOrder, News, OrderSnapshot, OrderStatus
from porting.reasons import reason
from porting.remarks import KNOWN_ALREADY, ignore, leave_to_care, lines_of
from porting.splitting import adopt, question_doubles
from porting.status import AT_CARRIER, Status

if TYPE_CHECKING:
    from porting.case import Case

# The carrier has the order, or lets go of it: the lines stand where they stand, and the end of a closed order is none.
_NOTHING_MOVES = (OrderStatus.DRAFT, OrderStatus.RECEIVED, OrderStatus.CANCEL_PENDING)
# The word about those lines that the carrier did not refuse.
_GOES_ON = (OrderStatus.ACKNOWLEDGED, OrderStatus.EXCEPTION, OrderStatus.DATE_CONFIRMED)
_ROUTINE = (*_NOTHING_MOVES, OrderStatus.CANCELLED)


def take(case: Case, news: News, at: datetime) -> None:
    """Apply what was read at a carrier; reading it twice changes nothing."""
    _adopt_new_orders(case, news.snapshots, at)
    for snapshot in sorted(news.snapshots, key=lambda one: one.carrier_order_id):
        order = next((o for o in case.orders if o.carrier_order_id == snapshot.carrier_order_id), None)
        if order is not None:
            _take_snapshot(case, order, snapshot, news, at)
    question_doubles(case, news.snapshots, at)
    _end_what_was_cut_out(case, news.snapshots, at)
    if news.comment and news.comment_id not in case.heard:
        # Without an id it cannot be told from another with the same words.
        case.heard += [news.comment_id] if news.comment_id else []
        case.record(CommentAdded(comment_id="", text=news.comment, internal=True), at, CARRIER)


def _adopt_new_orders(case: Case, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    for order in list(case.orders):
        ours = [snapshot for snapshot in snapshots if snapshot.reference == order.reference]
        if ours and order.number == _first_of(case, order):
            adopt(case, order, ours, at)


def _end_what_was_cut_out(case: Case, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    """A carrier cancels some lines of an order by leaving them out of it; an order without a list holds all of its."""
    asked = [p for p in case.open_positions() if case.lines[p].is_being_cancelled and case.lines[p].order]
    for reference, positions in by(asked, lambda p: case.order(case.lines[p].order).reference):
        ours = [snapshot for snapshot in snapshots if snapshot.reference == reference]
        shown = {snapshot.carrier_order_id for snapshot in ours if snapshot.numbers}
        known = {order.carrier_order_id for order in case.orders if order.reference == reference}
        if len(shown) < len(ours) or known - shown:
            continue
        held = {number for snapshot in ours for number in snapshot.numbers}
        gone = [p for p in positions if NumberRange(case.lines[p].number).first not in held]
        if gone:
            cancellation.end_cancelled(case, gone, (), at, CARRIER)


def _first_of(case: Case, order: CarrierOrder) -> int:
    return next(other.number for other in case.orders if other.reference == order.reference)


def _gist(snapshot: OrderSnapshot) -> str:
    """What the snapshot says, but for when."""
    said = (
        snapshot.raw_status, snapshot.date, snapshot.proposed_date, snapshot.date_declined,
        snapshot.requested_date if snapshot.date_declined else None,
        sorted(f"{one.code} {one.carrier_code} {one.text}" for one in snapshot.reasons), sorted(snapshot.failed),
    )
    # Beside the rest only where there is something, since cases keep what earlier versions made of a message.
    more = (snapshot.valid_until, snapshot.refused, sorted(snapshot.ported))
    return repr(said) + (repr(more) if any(more) else "")


def _take_snapshot(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, news: News, at: datetime) -> None:
    if order.as_of is not None and snapshot.as_of < order.as_of:
        ignore(case, order, snapshot, "it is older than what is known", at)
        return
    seen, order.seen = order.seen, _gist(snapshot)
    order.as_of, order.carrier_status = snapshot.as_of, snapshot.raw_status
    activation.note_whose_hour(case, order, snapshot)
    _note_names(case, order, snapshot, at)
    if seen == order.seen and not _answers_pending_change(case, order, snapshot):
        ignore(case, order, snapshot, KNOWN_ALREADY, at)
    elif snapshot.status not in _ROUTINE and not case.open_positions(order.number):
        _too_late(case, order, snapshot, at)
    else:
        _read(case, order, snapshot, news, at)
    order.date_declined = snapshot.date_declined


def _note_names(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, at: datetime) -> None:
    """Care asks the carrier by the names that its people use (R20)."""
    if snapshot.known_as and snapshot.known_as != order.known_as:
        order.known_as = snapshot.known_as
        numbers = case.numbers(lines_of(case, order))
        case.record(OrderKnownAs(numbers=numbers, carrier=order.carrier, known_as=order.known_as), at, CARRIER)


def _read(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, news: News, at: datetime) -> None:
    order.for_care = ""
    # The lines' rows show the carrier's word beside ours.
    case.touched.update(case.open_positions(order.number))
    approval.note(case, order, snapshot, news.validities)
    changed = part_refusals.take(case, order, snapshot, at)
    if snapshot.refused and snapshot.status in _GOES_ON and not part_refusals.going_on(case, order, snapshot):
        why_not = "what it refuses is refused already"
    else:
        why_not = _READ[snapshot.status](case, order, snapshot, news.plans, at)
    if why_not and not changed:
        ignore(case, order, snapshot, why_not, at)


def _answers_pending_change(case: Case, order: CarrierOrder, snapshot: OrderSnapshot) -> bool:
    """A carrier may answer a second change just as it answered the first."""
    change = date_changes.pending_for(case, order.number)
    if change is None or snapshot.status is not OrderStatus.DATE_CONFIRMED:
        return False
    return snapshot.date == change.date or carrier_dates.is_a_no(case, order, snapshot, change)


def _too_late(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, at: datetime) -> None:
    ignore(case, order, snapshot, "no line of the order is open any more", at)
    gone = [p for p in lines_of(case, order) if case.lines[p].status is not Status.COMPLETED]
    if gone and snapshot.status is OrderStatus.PORTED:
        why = "The carrier ported lines that are closed here; settle it with the carrier and the partner."
        case.record(CareNeeded(numbers=case.numbers(gone), why=why), at)


def _nothing_moves(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> str:
    """The lines stand where they stand."""
    return ""


def _acknowledged(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> str:
    positions = part_refusals.going_on(case, order, snapshot)
    outcomes.resume(case, positions, at)
    waiting = case.movable(positions, Status.PENDING_APPROVAL)
    if waiting:
        outcomes.acknowledge(case, waiting, order.carrier, at)
    elif positions and not any(case.lines[p].status is Status.PENDING_APPROVAL for p in positions):
        return f"the lines are {case.lines[positions[0]].status} already"
    return ""


def _excepted(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> str:
    reasons = snapshot.reasons or (reason("OTHER", "The carrier stopped the order without a reason."),)
    if outcomes.refuse(case, part_refusals.going_on(case, order, snapshot), reasons, at, order):
        return ""
    return "it stops no line that is not stopped already, or is past stopping"


def _ported(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, plans: Sequence[CutoverPlan], at: datetime
) -> str:
    """The numbers are with us: what was never heard before is made up for, so that the lines' story stays whole."""
    positions = part_refusals.going_on(case, order, snapshot)
    outcomes.resume(case, positions, at)
    unconfirmed = case.movable([p for p in positions if case.lines[p].status in AT_CARRIER], Status.CONFIRMED)
    if snapshot.date is not None and not snapshot.first_possible:
        outcomes.confirm(case, unconfirmed, snapshot.date, plans, at)
    else:
        case.move(unconfirmed, Status.CONFIRMED, at)
    failed = set(carrier_dates.failed(case, positions, snapshot))
    carrier_dates.fail(case, sorted(failed), snapshot, at)
    outcomes.complete(case, [p for p in positions if p not in failed], at, outbound_only=False)
    return ""


def _cancelled(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> str:
    cancellation.end_cancelled(case, case.open_positions(order.number), snapshot.reasons, at, CARRIER)
    return ""


def _unknown(
    case: Case, order: CarrierOrder, snapshot: OrderSnapshot, _: Sequence[CutoverPlan], at: datetime
) -> str:
    leave_to_care(case, order, f"The carrier gives a status that we do not know: {snapshot.raw_status}.", at)
    return ""


# Each answers why the message changed nothing, "" where it changed something or need not.
_Reader = Callable[["Case", CarrierOrder, OrderSnapshot, Sequence[CutoverPlan], datetime], str]

_READ: dict[OrderStatus, _Reader] = {
    OrderStatus.DRAFT: _nothing_moves,
    OrderStatus.RECEIVED: _nothing_moves,
    OrderStatus.ACKNOWLEDGED: _acknowledged,
    OrderStatus.EXCEPTION: _excepted,
    OrderStatus.DATE_CONFIRMED: carrier_dates.confirmed,
    OrderStatus.PORTED: _ported,
    OrderStatus.CANCEL_PENDING: _nothing_moves,
    OrderStatus.CANCELLED: _cancelled,
    OrderStatus.UNKNOWN: _unknown,
}
