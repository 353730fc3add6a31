"""Cases, requests and carrier news to test with: realistic, small, and the same everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from porting import verbs
from porting.case import Case
from porting.commands import Actor, AnswerItems, ChangeDate, EnterNews, NewsKind, Role
from porting.dates import Calendar, CutoverPlan, plan_cutover
from porting.instructions import Accepted, AnyAnswer, SubmitOrder
from porting.missing import Demand, ItemKind
from porting.opening import open_case
from porting.orders import News, OrderSnapshot, OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from porting.request import OrderedLine, OrderType, Request
from porting.status import Status

E = TypeVar("E")

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


def later(**span: float) -> datetime:
    """A moment counted from MONDAY."""
    return MONDAY + timedelta(**span)


def local(day: date, hour: int = 14, minute: int = 0, place: str = MUNICH) -> datetime:
    """The UTC moment of a local day and hour."""
    zone = ZoneInfo(place.partition("@")[2])
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def happened(case: Case, kind: type[E]) -> list[E]:
    """What was recorded since the last announcement, of one kind."""
    return [entry.event for entry in case.fresh if isinstance(entry.event, kind)]


def kinds(case: Case) -> list[str]:
    """The story since the last announcement."""
    return [entry.event.kind for entry in case.fresh]


def forget(case: Case) -> None:
    """Announce what happened so far, so that a test sees only what comes after."""
    case.announce(None)


def instructed(case: Case, kind: type[E]) -> list[E]:
    """What the case wants done outside, of one kind."""
    return [one for one in case.instructions if isinstance(one, kind)]


def carry_out(case: Case, kind: type[Any], answer: AnyAnswer | None = None, at: datetime = MONDAY) -> None:
    """The first instruction of the kind is answered."""
    verbs.done(case, instructed(case, kind)[0], answer or Accepted(), at)


def hear(case: Case, status: OrderStatus, at: datetime = MONDAY, *, order: int = 1, **changes: Any) -> None:
    """The carrier shows one order in that status; it is as of the moment at which it is heard."""
    changes.setdefault("as_of", at)
    verbs.hear(case, news(a_snapshot(case, status, order=order, **changes)), at)


def a_sent_case(*lines: OrderedLine, at: datetime = MONDAY, **changes: object) -> Case:
    """Every order is with its carrier, which has said nothing more."""
    case = a_case(*lines, at=at, **changes)
    for order in list(case.orders):
        received = a_snapshot(case, OrderStatus.RECEIVED, order=order.number, as_of=at)
        carry_out(case, SubmitOrder, Accepted(news=news(received)), at)
    return case


def a_pending_case(*lines: OrderedLine, at: datetime = MONDAY, **changes: object) -> Case:
    """The losing carrier is deciding on every order."""
    case = a_sent_case(*lines, at=at, **changes)
    for order in list(case.orders):
        hear(case, OrderStatus.ACKNOWLEDGED, at, order=order.number)
    return case


def a_confirmed_case(*lines: OrderedLine, day: date = WISH, at: datetime = MONDAY, **changes: object) -> Case:
    """Every order is confirmed for the day, and all of it is announced."""
    case = a_sent_case(*lines, at=at, **changes)
    for order in list(case.orders):
        hear(case, OrderStatus.DATE_CONFIRMED, at, order=order.number, date=day)
    forget(case)
    return case


def a_case_in(status: Status) -> Case:
    """A case of one line that came to the status by its usual road, announced; SUBMITTED is with the carrier."""
    case = a_confirmed_case() if status in _AFTER_CONFIRMATION else a_sent_case()
    match status:
        case Status.PENDING_APPROVAL:
            hear(case, OrderStatus.ACKNOWLEDGED)
        case Status.MISSING_DATA | Status.OUTBOUND:
            hear(case, OrderStatus.EXCEPTION, reasons=(reason("PIN_INVALID"),))
        case Status.REJECTED:
            hear(case, OrderStatus.EXCEPTION, reasons=(reason("NOT_PORTABLE"),))
        case Status.TERMINATED:
            hear(case, OrderStatus.CANCELLED)
        case Status.COMPLETED:
            hear(case, OrderStatus.PORTED, date=WISH)
        case Status.PORTING_INCOMPLETE:
            hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, failed=("+498912345678",))
    if status is Status.OUTBOUND:
        verbs.ring(case, later(days=30))
    forget(case)
    assert case.status is status
    return case


_AFTER_CONFIRMATION = (Status.CONFIRMED, Status.PORTING_INCOMPLETE, Status.COMPLETED)


def a_case_missing(*demands: Demand, at: datetime = MONDAY) -> Case:
    """A case that stands in MISSING_DATA from its opening, announced (R11)."""
    case = a_case(a_line(demands=demands or (PIN_DEMAND,)), at=at)
    forget(case)
    return case


def an_answer(case: Case, *items: str, **changes: Any) -> AnswerItems:
    """The partner settles the items; without items all that are open."""
    wanted = items or tuple(item.id for item in case.missing if item.is_open)
    return AnswerItems(**{"actor": PARTNER, "answer_id": f"A{len(case.answers) + 1}", "items": wanted, **changes})


def a_change(day: date, **changes: Any) -> ChangeDate:
    """The partner asks for another date and accepts the fee."""
    given = {"actor": PARTNER, "change_id": "D1", "date": day, "currency": "EUR", "accept_fee": True}
    return ChangeDate(**{**given, **changes})


def entered(kind: NewsKind, *numbers: str, day: date | None = None, **changes: Any) -> EnterNews:
    """Care enters what a carrier said, with plans for the day."""
    plans = tuple(a_plan(day, place) for place in (MUNICH, ROME, NEW_YORK)) if day else ()
    return EnterNews(actor=CARE, news=kind, numbers=numbers, date=day, plans=plans, **changes)
