"""Cases at a carrier that names the first possible date, is told by us when to port, and closes what it refuses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from porting import verbs
from porting.capabilities import Capabilities, DateModel, Inlet
from porting.case import Case
from porting.orders import News, OrderSnapshot, OrderStatus
from porting.policy import Policy
from porting.request import OrderedLine
from porting.validity import plan_validity
from tests.examples import MONDAY, MUNICH, NEW_YORK, ROME, a_calendar, a_plan, a_sent_case, a_snapshot

OURS = Capabilities(
    inlets=(Inlet.STREAM,), date_model=DateModel.FIRST_POSSIBLE, can_change_date=False, can_activate=True,
    may_split=False, validity_days=90, new_order_after_refusal=True,
)  # fmt: skip
FIRST, UNTIL = date(2026, 12, 9), date(2027, 3, 1)
PLACES = (MUNICH, ROME, NEW_YORK)


def a_case_of_ours(*lines: OrderedLine, at: datetime = MONDAY, **changes: Any) -> Case:
    """Sent to such a carrier, which has said nothing more."""
    return a_sent_case(*lines, at=at, capabilities={"telnyx": OURS}, **changes)


def approves(
    case: Case, first: date = FIRST, until: date | None = UNTIL, at: datetime = MONDAY, *, order: int = 1, **more: Any
) -> None:
    """The carrier names its first possible date; the reader adds what can come of it."""
    told = {"as_of": at, "date": first, "first_possible": True, "valid_until": until, **more}
    verbs.hear(case, read(a_snapshot(case, OrderStatus.DATE_CONFIRMED, order=order, **told), case=case, at=at), at)


def read(snapshot: OrderSnapshot, *, case: Case, at: datetime) -> News:
    """News as the reader completes it: the first two business days from each wish and from today on."""
    first, until = snapshot.date, snapshot.valid_until
    plans, validities = [], []
    for place in PLACES:
        calendar = a_calendar(place)
        wishes = {line.requested_date for line in case.lines if line.place == place}
        for start in sorted({max(first, at.date(), wish) for wish in {first, *wishes}}) if first else ():
            day = calendar.next_business_day(start)
            plans += [a_plan(day, place), a_plan(calendar.add_business_days(day, 1), place)]
        if until is not None:
            validities.append(plan_validity(place, until, Policy()))
    return News(snapshots=(snapshot,), plans=tuple(dict.fromkeys(plans)), validities=tuple(validities))


def an_approved_case(*lines: OrderedLine, **changes: Any) -> Case:
    """Every line has its date, and all of it is announced."""
    case = a_case_of_ours(*lines, **changes)
    approves(case)
    case.announce(None)
    return case
