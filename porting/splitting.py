"""Several orders made of one by a carrier: each gets its lines, and what is still to be told to it (R07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting.events import CareNeeded, OrderSent, OrderSplit
from porting.grouping import by
from porting.instructions import AmendOrder, AnyInstruction, CancelOrder, ChangeOrderDate, order_lane
from porting.numbers import NumberRange
from porting.ordering import is_given_up
from porting.orders import CarrierOrder, OrderSnapshot, OrderStatus
from porting.remarks import leave_to_care

if TYPE_CHECKING:
    from porting.case import Case


_LIVING = frozenset(OrderStatus) - {OrderStatus.DRAFT, OrderStatus.CANCELLED}


def adopt(case: Case, order: CarrierOrder, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    """Take over the carrier's own orders: one of ours can become several there, each with lines of its own (R07)."""
    known = {other.carrier_order_id for other in case.orders}
    first_answer = not order.carrier_order_id
    new = {one.carrier_order_id: one for one in _living_first(snapshots) if one.carrier_order_id not in known}
    if not new:
        return
    ends = _Ends(case, order)
    for snapshot in new.values():
        positions = ends.held_by(snapshot, at)
        if not order.carrier_order_id:
            _name(case, order, snapshot, positions, at)
        elif order.capabilities.may_split and (positions := _not_held_elsewhere(case, snapshot, snapshots, positions)):
            _branch(case, order, snapshot, positions, at, first_answer=first_answer)
    _readdress(case)


def question_doubles(case: Case, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    """A second order under our reference, where the carrier makes one of each, is no split: care settles which counts.

    Called when all has been read, for what is read takes earlier questions off an order.
    """
    known = {order.carrier_order_id for order in case.orders}
    strange = [one for one in snapshots if one.carrier_order_id not in known and one.status in _LIVING]
    for order in [order for order in case.orders if order.carrier_order_id and not order.capabilities.may_split]:
        ids = sorted({one.carrier_order_id for one in strange if one.reference == order.reference})
        why = f"The carrier shows {', '.join(ids)} beside this order under our reference; settle which of them goes on."
        if ids and order.for_care != why:
            leave_to_care(case, order, why, at)


def _living_first(snapshots: Sequence[OrderSnapshot]) -> list[OrderSnapshot]:
    """Cancelled orders last, so that ours is called by the one that lives."""
    return sorted(snapshots, key=lambda one: one.status is OrderStatus.CANCELLED)


def _not_held_elsewhere(
    case: Case, snapshot: OrderSnapshot, snapshots: Sequence[OrderSnapshot], positions: list[int]
) -> list[int]:
    """A cancelled order has no claim on lines that a living one holds."""
    if snapshot.status is not OrderStatus.CANCELLED:
        return positions
    living = {n for one in snapshots if one.status is not OrderStatus.CANCELLED for n in one.numbers}
    return [p for p in positions if NumberRange(case.lines[p].number).first not in living]


def _name(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, positions: list[int], at: datetime) -> None:
    order.carrier_order_id, order.sent = snapshot.carrier_order_id, True
    if found := positions or case.open_positions(order.number):
        _tell_sent(case, order, found, at)


def _branch(
    case: Case, first: CarrierOrder, snapshot: OrderSnapshot, positions: list[int], at: datetime, *, first_answer: bool
) -> None:
    branch = CarrierOrder(
        number=len(case.orders) + 1, carrier=first.carrier, reference=first.reference,
        capabilities=first.capabilities, carrier_order_id=snapshot.carrier_order_id, sent=True, unsent=False,
    )
    case.orders.append(branch)
    parents = sorted({case.lines[p].order for p in positions})
    for position in positions:
        case.lines[position].order = branch.number
        case.touched.add(position)
    for parent in parents:
        branch.unsent = branch.unsent or case.order(parent).unsent
        _share_change(case, parent, branch.number)
    if first_answer:
        _tell_sent(case, branch, positions, at)
    else:
        event = OrderSplit(
            numbers=case.numbers(positions), carrier=branch.carrier, carrier_order_id=branch.carrier_order_id
        )
        case.record(event, at)


def _share_change(case: Case, parent: int, branch: int) -> None:
    """What the one order has still to answer, each of its parts has."""
    change = case.date_change
    if change is not None and parent in change.waiting:
        change.waiting = (*change.waiting, branch)


def _readdress(case: Case) -> None:
    """What is still to be told about an order goes to each of the orders that it became, by their ids.

    A line that went on to a new order of ours takes nothing along: what was said of the old one is said of that.
    """
    order_of = {line.number: line.order for line in case.lines}
    found: list[AnyInstruction] = []
    for one in case.instructions:
        if isinstance(one, AmendOrder | ChangeOrderDate | CancelOrder):
            became = {other.number for other in case.orders if other.reference == one.reference}
            holders = {number: order_of[number] if order_of[number] in became else one.order for number in one.numbers}
            for holder, numbers in by(one.numbers, holders.__getitem__):
                found.append(_addressed(case, one, holder, numbers))
        else:
            found.append(one)
    case.instructions = found


def _addressed(
    case: Case, instruction: AmendOrder | ChangeOrderDate | CancelOrder, number: int, numbers: Sequence[str]
) -> AnyInstruction:
    same = number == instruction.order
    part = replace(
        instruction,
        id=instruction.id if same else case.next_instruction(),
        lane=order_lane(number),
        order=number,
        carrier_order_id=case.order(number).carrier_order_id,
        numbers=tuple(numbers),
    )
    return replace(part, whole=is_given_up(case, number)) if isinstance(part, CancelOrder) else part


def _tell_sent(case: Case, order: CarrierOrder, positions: Sequence[int], at: datetime) -> None:
    case.touched.update(positions)
    case.record(
        OrderSent(
            numbers=case.numbers(positions),
            carrier=order.carrier,
            carrier_order_id=order.carrier_order_id,
            requested_date=max(case.lines[p].requested_date for p in positions),
        ),
        at,
    )


class _Ends:
    """The first and the last number of each line under our reference. A range goes with its first number (R03)."""

    def __init__(self, case: Case, order: CarrierOrder) -> None:
        self._case = case
        ours = {other.number for other in case.orders if other.reference == order.reference}
        spans = [(p, NumberRange(line.number)) for p, line in enumerate(case.lines) if line.order in ours]
        self._first = {span.first: p for p, span in spans}
        self._last = {span.last: p for p, span in spans}

    def held_by(self, snapshot: OrderSnapshot, at: datetime) -> list[int]:
        """The lines that the carrier put under this id; care hears of a range of which it has a part only."""
        positions = {self._first[number] for number in snapshot.numbers if number in self._first}
        torn = positions ^ {self._last[number] for number in snapshot.numbers if number in self._last}
        if torn:
            why = "The carrier put numbers of one range into several orders; ask it to join them again."
            self._case.record(CareNeeded(numbers=self._case.numbers(sorted(torn)), why=why), at)
        return sorted(positions)
