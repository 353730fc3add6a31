"""How a case begins: lines, carrier orders, what is missing, and the first instructions (R07, R11, R31)."""

from __future__ import annotations

from datetime import datetime

from porting import temporary_numbers
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
    """Lines that can go to one carrier in one order do: same carrier, country and number type (R07)."""
    with_carrier = [p for p, ordered in enumerate(request.lines) if ordered.carrier]
    groups = by(with_carrier, lambda p: (request.lines[p].carrier, case.lines[p].country, case.lines[p].number_type))
    for number, ((carrier, _, _), positions) in enumerate(groups, start=1):
        case.orders.append(CarrierOrder(number=number, carrier=carrier, reference=f"{case.id}-{number}"))
        for position in positions:
            case.lines[position].order = number


def _ask_for_what_lacks(case: Case, request: Request, at: datetime) -> None:
    lacking = [p for p, ordered in enumerate(request.lines) if ordered.demands]
    for demands, positions in by(lacking, lambda p: request.lines[p].demands):
        reasons = tuple(reason("DATA_MISSING", demand.prompt) for demand in demands)
        ask_partner(case, positions, demands, reasons, at)
