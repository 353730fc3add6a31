"""Sending lines to carriers, each order once it is complete, and taking them back (R07, R11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from porting.instructions import AmendOrder, CancelOrder, SubmitOrder, order_lane
from porting.orders import CarrierOrder
from porting.status import Status

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


def send_what_is_complete(case: Case) -> None:
    """Give each order to its carrier once all of its lines are complete: never before, and no line forgotten (R11).

    It may wait for one line only; that line can be answered for, cancelled, refused or run out of time.
    """
    for order in case.orders:
        if not order.unsent:
            continue
        lines = [case.lines[p] for p in case.open_positions(order.number)]
        wanted = any(line.status is Status.SUBMITTED and not line.is_being_cancelled for line in lines)
        if wanted and not any(line.status is Status.MISSING_DATA for line in lines):
            _send(case, order)


def _send(case: Case, order: CarrierOrder) -> None:
    kind = AmendOrder if order.sent else SubmitOrder
    case.instructions.append(kind(**order_instruction(case, order.number, case.open_positions(order.number))))
    order.unsent = False


def correct(case: Case, number: int) -> None:
    """Send the order again, as it stands, once what was done for it by hand is shown as done (R43)."""
    fields = order_instruction(case, number, case.open_positions(number))
    case.instructions.append(AmendOrder(**fields, version=case.version + case.has_news))
    case.order(number).unsent = False


def begin_anew(case: Case, order: CarrierOrder, positions: Sequence[int], *, for_care: str = "") -> None:
    """Move lines that the carrier closed its order for to a new order of the same case, which it gets once they are
    complete; with `for_care` it waits until care has settled that."""
    waiting = (o for o in case.orders if o.renews == order.number and not is_out(case, o.number))
    renewal = None if for_care else next((o for o in waiting if not o.for_care), None)
    if renewal is None:
        number = len(case.orders) + 1
        renewal = CarrierOrder(
            number=number, carrier=order.carrier, reference=f"{case.id}-{number}", capabilities=order.capabilities,
            unsent=not for_care, for_care=for_care, renews=order.number,
        )
        case.orders.append(renewal)
    for position in positions:
        case.lines[position].order = renewal.number
        case.touched.add(position)


def is_out(case: Case, order: int) -> bool:
    """Whether the carrier has the order, or may be getting it this moment."""
    return order != 0 and (case.order(order).sent or case.is_instructed(order))


def goes_by_hand(case: Case, order: int) -> bool:
    """Whether a person passes the order on (R43)."""
    return order != 0 and case.order(order).capabilities.is_by_hand


def withdraw(case: Case, positions: Sequence[int], reason: str) -> None:
    """Ask each carrier that has some of the lines to cancel: its whole order, or these lines of it."""
    for number in sorted({case.lines[p].order for p in positions}):
        if not is_out(case, number):
            continue
        given_up = [p for p in positions if case.lines[p].order == number]
        fields = order_instruction(case, number, given_up)
        case.instructions.append(CancelOrder(**fields, whole=is_given_up(case, number), reason=reason))


def is_given_up(case: Case, number: int) -> bool:
    """Whether no line of the order goes on."""
    return all(case.lines[p].is_being_cancelled for p in case.open_positions(number))
