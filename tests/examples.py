"""Cases, requests and carrier news to test with: realistic, small, and the same everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from porting.case import Case
from porting.commands import Actor, Role
from porting.dates import Calendar, CutoverPlan, plan_cutover
from porting.missing import Demand, ItemKind
from porting.opening import open_case
from porting.orders import News, OrderSnapshot, OrderStatus
from porting.policy import Policy
from porting.request import OrderedLine, OrderType, Request

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
MUNICH, ROME, NEW_YORK = "DE-BY@Europe/Berlin", "IT@Europe/Rome", "US-NY@America/New_York"
PARTNER = Actor(Role.PARTNER, "Acme Telecom")
CARE = Actor(Role.CARE, "Vera")
WISH = date(2026, 12, 14)
PIN_DEMAND = Demand("DATA_MISSING", "losing_carrier.pin", "Give the PIN of the account.", ItemKind.VALUE)
LOA_DEMAND = Demand("DATA_MISSING", "loa", "Upload the signed letter of authorisation.", ItemKind.DOCUMENT)


def a_calendar(place: str = MUNICH) -> Calendar:
    """A calendar that knows weekends and Christmas."""
    christmas = {date(2026, 12, 25): "Christmas", date(2027, 1, 1): "New Year", date(2027, 1, 6): "Epiphany"}
    return Calendar(place=place, time_zone=place.partition("@")[2], holidays=christmas)


def a_plan(day: date = WISH, place: str = MUNICH) -> CutoverPlan:
    return plan_cutover(a_calendar(place), day, Policy())


def a_line(number: str = "+498912345678", place: str = MUNICH, **changes: object) -> OrderedLine:
    """One ordered line."""
    line = OrderedLine(
        number=number,
        count=10 ** number.count("X"),
        place=place,
        number_type="GEOGRAPHIC",
        carrier="telnyx",
        requested_date=WISH,
        wish_passes_at=datetime(2026, 12, 14, 23, tzinfo=UTC),
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def a_request(*lines: OrderedLine, **changes: object) -> Request:
    """A full porting of one Munich number, unless told otherwise."""
    request = Request(
        case_id="PC-1",
        partner="PA-1",
        reference="order-1",
        order_type=OrderType.FULL_PORTING,
        ivp=False,
        lines=lines or (a_line(),),
        policy=Policy(),
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def a_case(*lines: OrderedLine, at: datetime = MONDAY, **changes: object) -> Case:
    """A case just opened."""
    return open_case(a_request(*lines, **changes), at, PARTNER)


def a_snapshot(case: Case, status: OrderStatus, *, order: int = 1, **changes: object) -> OrderSnapshot:
    """What the carrier shows of one of the case's orders."""
    numbers = tuple(
        number
        for line in case.lines
        if line.order == order
        for number in ([line.number] if "X" not in line.number else _members(line.number))
    )
    snapshot = OrderSnapshot(
        carrier_order_id=case.order(order).carrier_order_id or f"T-{order}",
        reference=case.order(order).reference,
        status=status,
        raw_status=status.lower(),
        as_of=MONDAY + timedelta(minutes=1),
        numbers=numbers,
    )
    return replace(snapshot, **changes)  # type: ignore[arg-type]


def _members(text: str) -> list[str]:
    wild = text.count("X")
    return [text[:-wild] + f"{n:0{wild}d}" for n in range(10**wild)]


def news(*snapshots: OrderSnapshot, plans: tuple[CutoverPlan, ...] = ()) -> News:
    """Carrier news; a confirmed date brings its plans for the places used here."""
    dates = {one.date for one in snapshots if one.date}
    made = tuple(a_plan(day, place) for day in sorted(dates) for place in (MUNICH, ROME, NEW_YORK))
    return News(snapshots=snapshots, plans=plans or made)
