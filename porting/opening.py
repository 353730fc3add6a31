"""How a case begins: lines, carrier orders, what is missing, and the first instructions (R07, R11, R31)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from porting import temporary_numbers
from porting.capabilities import Capabilities
from porting.case import Case
from porting.commands import Actor
from porting.events import CaseOpened
from porting.grouping import by
from porting.line import NumberLine
from porting.ordering import send_what_is_complete
from porting.orders import CarrierOrder
from porting.partner_acts import ask_partner
from porting.reasons import reason
from porting.request import OrderedLine, Request
from porting.status import Status


def open_case(request: Request, at: datetime, actor: Actor) -> Case:
    """A new case from a request that passed intake; nothing outside has been told yet."""
    case = Case(
        id=request.case_id,
        partner=request.partner,
        reference=request.reference,
        order_type=request.order_type,
        ivp=request.ivp,
        policy=request.policy,
        opened_at=at,
        updated_at=at,
        waiting_since=at,
        lines=[_line(ordered) for ordered in request.lines],
    )
    case.touched = set(range(len(case.lines)))
    _group_into_orders(case, request)
    everything = case.numbers(range(len(case.lines)))
    case.record(CaseOpened(numbers=everything, order_type=request.order_type, ivp=request.ivp), at, actor)
    _ask_for_what_lacks(case, request, at)
    send_what_is_complete(case)
    if request.ivp:
        temporary_numbers.ask(case, range(len(case.lines)))
    case.settle(at)
    return case


def _line(ordered: OrderedLine) -> NumberLine:
    return NumberLine(
        number=ordered.number,
        count=ordered.count,
        place=ordered.place,
        number_type=ordered.number_type,
        order=0,
        status=Status.SUBMITTED,
        requested_date=ordered.requested_date,
        wish_passes_at=ordered.wish_passes_at,
        outbound_due=ordered.outbound_due,
    )


def _group_into_orders(case: Case, request: Request) -> None:
    """Lines that can go to one carrier in one order do: same carrier, country and number type (R07).

    A carrier that takes so many numbers and no more in one order gets as many orders as it needs.
    """
    with_carrier = [p for p, ordered in enumerate(request.lines) if ordered.carrier]
    groups = by(with_carrier, lambda p: (request.lines[p].carrier, case.lines[p].country, case.lines[p].number_type))
    for (carrier, _, _), positions in groups:
        able = request.capabilities.get(carrier, Capabilities())
        for part in _parts(case, positions, able.max_numbers):
            number = len(case.orders) + 1
            reference = f"{case.id}-{number}"
            case.orders.append(
                CarrierOrder(number=number, carrier=carrier, reference=reference, capabilities=able)
            )
            for position in part:
                case.lines[position].order = number


def _parts(case: Case, positions: Sequence[int], most: int) -> list[list[int]]:
    """At most so many numbers a part; a range that is larger stands alone, since it cannot be split (R03)."""
    parts: list[list[int]] = []
    room = 0
    for position in positions:
        count = case.lines[position].count
        if not parts or (most and count > room):
            parts.append([])
            room = most
        parts[-1].append(position)
        room -= count
    return parts


def _ask_for_what_lacks(case: Case, request: Request, at: datetime) -> None:
    lacking = [p for p, ordered in enumerate(request.lines) if ordered.demands]
    for demands, positions in by(lacking, lambda p: request.lines[p].demands):
        reasons = tuple(reason("DATA_MISSING", demand.prompt) for demand in demands)
        ask_partner(case, positions, demands, reasons, at)
