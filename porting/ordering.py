"""Sending lines to carriers: which instruction an order needs, and what the carrier's first answer does (R07)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from porting.events import CareNeeded, OrderSent, OrderSplit
from porting.instructions import AmendOrder, SubmitOrder, order_lane
from porting.numbers import NumberRange
from porting.orders import CarrierOrder, OrderSnapshot

if TYPE_CHECKING:
    from porting.case import Case


def order_instruction(case: Case, number: int, positions: Sequence[int]) -> dict[str, Any]:
    """The fields that every instruction about a carrier order has."""
    order = case.order(number)
    return {
        "id": case.next_instruction(),
        "case_id": case.id,
        "lane": order_lane(number),
        "order": number,
        "carrier": order.carrier,
        "reference": order.reference,
        "carrier_order_id": order.carrier_order_id,
        "numbers": case.numbers(positions),
        "requested_date": max((case.lines[p].requested_date for p in positions), default=None),
        "answers": tuple(case.answers),
    }


def send(case: Case, number: int) -> None:
    """Give the order's open lines to the carrier: submit what was never sent, amend what was (R11)."""
    positions = case.open_positions(number)
    if number == 0 or not positions:
        return
    kind = AmendOrder if case.order(number).sent else SubmitOrder
    case.instructions.append(kind(**order_instruction(case, number, positions)))


def adopt(case: Case, order: CarrierOrder, snapshots: Sequence[OrderSnapshot], at: datetime) -> None:
    """Take over the carrier's own orders: one of ours can become several there, each with lines of its own (R07)."""
    known = {other.carrier_order_id for other in case.orders}
    for snapshot in snapshots:
        if snapshot.carrier_order_id in known:
            continue
        if not order.carrier_order_id:
            _name(case, order, snapshot, at)
        else:
            _branch(case, order, snapshot, at)


def _name(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, at: datetime) -> None:
    order.carrier_order_id, order.sent = snapshot.carrier_order_id, True
    positions = _positions_of(case, order, snapshot) or case.open_positions(order.number)
    _tell_sent(case, order, positions, at)


def _branch(case: Case, parent: CarrierOrder, snapshot: OrderSnapshot, at: datetime) -> None:
    positions = _positions_of(case, parent, snapshot)
    if not positions:
        return
    branch = CarrierOrder(
        number=len(case.orders) + 1, carrier=parent.carrier, reference=parent.reference,
        carrier_order_id=snapshot.carrier_order_id, sent=True,
    )
    case.orders.append(branch)
    first_answer = any(entry.at == at and isinstance(entry.event, OrderSent) for entry in case.fresh)
    for position in positions:
        case.lines[position].order = branch.number
        case.touched.add(position)
    if first_answer:
        _tell_sent(case, branch, positions, at)
    else:
        event = OrderSplit(
            numbers=case.numbers(positions), carrier=branch.carrier, carrier_order_id=branch.carrier_order_id
        )
        case.record(event, at)


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


def _positions_of(case: Case, order: CarrierOrder, snapshot: OrderSnapshot) -> list[int]:
    """The order's lines that the carrier put under this id. A range goes with its first number (R03)."""
    held = set(snapshot.numbers)
    positions, torn = [], []
    for position, line in enumerate(case.lines):
        if line.order != order.number:
            continue
        numbers = NumberRange.parse(line.number)
        if numbers.first in held:
            positions.append(position)
            if numbers.last not in held:
                torn.append(position)
    if torn:
        why = "The carrier put numbers of one range into several orders; ask it to join them again."
        case.record(CareNeeded(numbers=case.numbers(torn), why=why), case.updated_at)
    return positions
