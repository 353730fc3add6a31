"""Carriers that name the first possible date: whose date a case takes, and how it is changed (R08, R21-R25)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from porting import verbs
from porting.announcement import ChangeStatus
from porting.diary import next_alarm
from porting.errors import DateAfterApproval, DateNotPossible, DateTooEarly, TooLate
from porting.events import CareNeeded, DateChangeAccepted, DateChangeAsked, DateConfirmed, DateMoved
from porting.instructions import ChangeOrderDate
from porting.orders import OrderStatus
from porting.sentences import summary
from porting.status import Status, WaitingOn
from porting.waiting import waits_for
from tests.examples import (
    MUNICH,
    ROME,
    WISH,
    a_change,
    a_line,
    a_plan,
    forget,
    happened,
    hear,
    instructed,
    kinds,
    local,
)
from tests.rules.approved import FIRST, UNTIL, a_case_of_ours, an_approved_case, approves


def test_the_wish_counts_where_it_is_later_than_the_first_possible_date():
    """R08, R21."""
    case = an_approved_case()
    assert case.lines[0].plan == a_plan(WISH)
    assert (case.order(1).first_possible, case.order(1).valid_until) == (FIRST, UNTIL)


def test_the_first_possible_date_counts_where_the_wish_is_earlier():
    """R08: a wish is not guaranteed."""
    case = a_case_of_ours()
    approves(case, date(2026, 12, 17))
    told = happened(case, DateConfirmed)[0]
    assert (told.date, told.wished, told.first_possible) == (date(2026, 12, 17), WISH, date(2026, 12, 17))


def test_nothing_is_ported_on_a_weekend_even_if_the_carrier_could():
    """R08."""
    case = a_case_of_ours()
    approves(case, date(2026, 12, 19))
    assert case.lines[0].plan == a_plan(date(2026, 12, 21))


def test_each_line_has_its_own_date():
    """R07, R21: one order, two wishes, two dates."""
    later = date(2026, 12, 21)
    case = an_approved_case(a_line(), a_line("+498912345679", requested_date=later))
    assert [line.plan.date for line in case.lines] == [WISH, later]


def test_an_approval_that_comes_late_gives_the_next_day_whose_hour_is_to_come():
    case = a_case_of_ours()
    approves(case, at=local(date(2026, 12, 16), 15))
    assert case.lines[0].plan == a_plan(date(2026, 12, 17))


def test_a_wish_after_the_approval_is_not_confirmed_and_care_reads_both_dates():
    case = a_case_of_ours(a_line(requested_date=date(2027, 3, 2)))
    approves(case)
    why = happened(case, CareNeeded)[0].why
    assert "Wed 9 Dec 2026" in why and "Mon 1 Mar 2027" in why and "Tue 2 Mar 2027" in why
    assert case.status is Status.SUBMITTED and case.waiting_on is WaitingOn.CARE
    assert why in waits_for(case).next_step


def test_lines_inside_the_approval_are_confirmed_beside_one_outside():
    """R07."""
    case = a_case_of_ours(a_line(), a_line("+498912345679", requested_date=date(2027, 3, 2)))
    approves(case)
    assert [line.status for line in case.lines] == [Status.CONFIRMED, Status.SUBMITTED]
    assert happened(case, CareNeeded)[0].numbers == ("+498912345679",)


def test_a_later_first_possible_date_moves_the_date():
    case = an_approved_case()
    approves(case, date(2026, 12, 16), at=local(date(2026, 12, 7)))
    moved = happened(case, DateMoved)[0]
    assert (moved.before, moved.date) == (WISH, date(2026, 12, 16))


def test_a_repeated_approval_does_not_take_a_changed_date_back():
    """R25: what partner and operator agreed stands while it lies inside the approval."""
    case = an_approved_case()
    verbs.tell(case, a_change(date(2026, 12, 21), plans=(a_plan(date(2026, 12, 21)),)), local(date(2026, 12, 1)))
    approves(case, date(2026, 12, 10), at=local(date(2026, 12, 2)))
    assert case.lines[0].plan.date == date(2026, 12, 21)


def test_a_change_inside_the_approval_stands_at_once_and_is_paid():
    """R24, R25: nobody is asked."""
    case = an_approved_case()
    day = date(2026, 12, 21)
    verbs.tell(case, a_change(day, plans=(a_plan(day),)), local(date(2026, 12, 1)))
    assert kinds(case) == ["date_change_asked", "date_change_accepted"]
    assert happened(case, DateChangeAsked)[0].fee == "50.00"
    assert instructed(case, ChangeOrderDate) == [] and case.date_change.status is ChangeStatus.ACCEPTED
    assert case.lines[0].plan == a_plan(day) and not happened(case, DateChangeAccepted)[0].by_carrier
    assert "losing carrier's approval" in summary(happened(case, DateChangeAccepted)[0])


def test_one_change_after_another_is_paid_each_time():
    """R24, R25: one at a time, and the first is answered at once."""
    case = an_approved_case()
    for id_, day in (("D1", date(2026, 12, 21)), ("D2", date(2026, 12, 22))):
        verbs.tell(case, a_change(day, change_id=id_, plans=(a_plan(day),)), local(date(2026, 12, 1)))
    assert [event.fee for event in happened(case, DateChangeAsked)] == ["50.00", "50.00"]


@pytest.mark.parametrize(
    ("day", "error", "fact", "named"),
    [
        (FIRST - timedelta(days=1), DateTooEarly, "nearest_date", FIRST),
        (UNTIL + timedelta(days=1), DateAfterApproval, "last_day", UNTIL),
    ],
)
def test_a_change_outside_the_approval_is_refused_naming_the_bound(day, error, fact, named):
    """R23."""
    case = an_approved_case()
    with pytest.raises(error) as refused:
        verbs.tell(case, a_change(day, plans=(a_plan(day),)), local(date(2026, 12, 1)))
    assert refused.value.facts[fact] == named and case.date_change is None


@pytest.mark.parametrize("day", [FIRST, UNTIL])
def test_the_bounds_themselves_can_be_had(day):
    case = an_approved_case()
    verbs.tell(case, a_change(day, plans=(a_plan(day),)), local(date(2026, 12, 1)))
    assert case.lines[0].plan.date == day


def test_a_day_without_a_plan_cannot_be_had():
    case = an_approved_case()
    with pytest.raises(DateNotPossible):
        verbs.tell(case, a_change(date(2026, 12, 21)), local(date(2026, 12, 1)))


def test_notice_is_as_long_as_ever():
    """R23: five business days before the date that stands."""
    case = an_approved_case()
    day = date(2026, 12, 21)
    with pytest.raises(TooLate):
        verbs.tell(case, a_change(day, plans=(a_plan(day),)), local(date(2026, 12, 8)))


def test_lines_of_one_order_can_be_moved_apart():
    case = an_approved_case(a_line(), a_line("+498912345679"))
    day = date(2026, 12, 21)
    verbs.tell(case, a_change(day, plans=(a_plan(day),), numbers=("+498912345679",)), local(date(2026, 12, 1)))
    assert [line.plan.date for line in case.lines] == [WISH, day]


def test_a_change_over_two_carriers_is_pending_until_the_one_that_decides_has_answered():
    """R25."""
    case = a_case_of_ours(a_line(), a_line("+3906123456789", ROME, carrier="other"))
    approves(case)
    approves(case, order=2, first_possible=False, date=WISH)
    forget(case)
    day = date(2026, 12, 21)
    verbs.tell(case, a_change(day, plans=(a_plan(day), a_plan(day, ROME))), local(date(2026, 12, 1)))
    assert [one.order for one in instructed(case, ChangeOrderDate)] == [2]
    assert case.date_change.status is ChangeStatus.PENDING and case.lines[0].plan.date == day
    approves(case, order=2, first_possible=False, date=day, at=local(date(2026, 12, 2)))
    assert case.date_change.status is ChangeStatus.ACCEPTED


def test_the_reminder_rings_for_the_chosen_date():
    """R26."""
    case = an_approved_case()
    assert next_alarm(case) == a_plan(WISH, MUNICH).reminder_at
    verbs.ring(case, next_alarm(case))
    assert kinds(case) == ["cutover_near"]


def test_the_next_step_says_that_a_first_possible_date_comes():
    """R20."""
    case = a_case_of_ours()
    hear(case, OrderStatus.ACKNOWLEDGED)
    assert "names the first possible date" in waits_for(case).next_step
