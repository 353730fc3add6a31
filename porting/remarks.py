"""What is written down of a carrier's message that moves nothing: ignored, or left to care (R17)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from porting.commands import CARRIER
from porting.events import CareNeeded, NewsIgnored
from porting.orders import CarrierOrder, OrderSnapshot, OrderStatus

if TYPE_CHECKING:
    from porting.case import Case

KNOWN_ALREADY = "it says what is known already"


def ignore(case: Case, order: CarrierOrder, snapshot: OrderSnapshot, why: str, at: datetime) -> None:
    """Keep a message that changes nothing (R17); that an order was received is the echo of our own sending."""
    if snapshot.status in (OrderStatus.DRAFT, OrderStatus.RECEIVED):
        return
    said = f"{order.carrier}: {snapshot.raw_status}" + (f" for {snapshot.date}" if snapshot.date else "")
    case.record(NewsIgnored(numbers=case.numbers(lines_of(case, order)), said=said, why=why), at, CARRIER)


def lines_of(case: Case, order: CarrierOrder) -> list[int]:
    return [p for p, line in enumerate(case.lines) if line.order == order.number]


def leave_to_care(case: Case, order: CarrierOrder, why: str, at: datetime) -> None:
    order.for_care = why
    case.record(CareNeeded(numbers=case.numbers(case.open_positions(order.number)), why=why), at)
