"""Which dates are possible and what follows from one (R06, R08, R22, R23, R26, R27), over holidays made up here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from porting.dates import (
    Calendar,
    bookable_days,
    check_wish,
    is_zone,
    local_date,
    nearest_date,
    next_dates,
    plan_cutover,
)
from porting.errors import DateInThePast, DateTooEarly, DateTooFar, NotABusinessDay
from porting.policy import Policy

POLICY = Policy()
HOLIDAYS = {date(2026, 12, 25): "Christmas Day", date(2027, 1, 1): "New Year's Day", date(2027, 1, 6): "Epiphany"}
BERLIN = Calendar("DE-BY@Europe/Berlin", "Europe/Berlin", HOLIDAYS)
MONDAY = date(2026, 11, 2)

days = st.dates(date(2025, 1, 1), date(2030, 12, 31))
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Sydney", "Europe/London",
                         "Atlantic/Canary", "America/Phoenix"])
calendars = st.builds(
    lambda zone, holidays: Calendar(f"XX@{zone}", zone, dict.fromkeys(holidays, "Holiday")), zones,
    st.sets(days, max_size=40),
)


def local(at: datetime, zone: str = "Europe/Berlin") -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(("day", "reason"), [
    (MONDAY, None), (date(2026, 11, 7), "Saturday"), (date(2026, 11, 8), "Sunday"), (date(2027, 1, 6), "Epiphany"),
])
def test_a_day_without_business_says_why(day, reason):
    assert BERLIN.why_not(day) == reason
    assert BERLIN.is_business_day(day) is (reason is None)


def test_a_calendar_does_not_guess_beyond_its_span():
    narrow = Calendar("DE@Europe/Berlin", "Europe/Berlin", {}, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(DateTooFar):
        narrow.add_business_days(date(2026, 12, 31), 1)
    with pytest.raises(DateTooFar):
        narrow.why_not(date(2025, 12, 31))


@pytest.mark.parametrize(("start", "n", "end"), [
    (MONDAY, 1, date(2026, 11, 3)), (date(2026, 11, 6), 1, date(2026, 11, 9)), (MONDAY, -1, date(2026, 10, 30)),
    (date(2026, 11, 7), 1, date(2026, 11, 9)), (date(2026, 11, 7), -1, date(2026, 11, 6)), (MONDAY, 0, MONDAY),
    (date(2026, 12, 24), 5, date(2027, 1, 4)), (date(2027, 1, 5), 1, date(2027, 1, 7)),
])
def test_business_days_pass_weekends_and_holidays_over(start, n, end):
    assert BERLIN.add_business_days(start, n) == end


@given(calendars, days, st.integers(-40, 40))
def test_counting_forth_and_back_ends_where_it_began(calendar, day, n):
    assume(calendar.is_business_day(day))
    assert calendar.add_business_days(calendar.add_business_days(day, n), -n) == day


@given(calendars, days, st.integers(1, 40))
def test_exactly_n_business_days_are_counted_whatever_the_first_day_is(calendar, day, n):
    end = calendar.add_business_days(day, n)
    between = (day + timedelta(days=k) for k in range(1, (end - day).days + 1))
    assert sum(calendar.is_business_day(other) for other in between) == n
    assert calendar.is_business_day(end)


@given(calendars, days)
def test_the_next_business_day_is_the_first_on_or_after(calendar, day):
    found = calendar.next_business_day(day)
    assert calendar.is_business_day(found)
    assert not any(calendar.is_business_day(day + timedelta(days=k)) for k in range((found - day).days))


def test_a_friday_can_be_moved_through_the_friday_before():
    """R23"""
    plan = plan_cutover(BERLIN, date(2026, 11, 13), POLICY)
    assert plan.last_day_for_change == date(2026, 11, 6)


def test_a_holiday_between_moves_the_last_day_for_a_change_forward():
    """R23: Epiphany lies between, so the Friday before is one business day too late."""
    plan = plan_cutover(BERLIN, date(2027, 1, 8), POLICY)
    assert plan.last_day_for_change == date(2026, 12, 30)


def test_the_last_second_of_the_last_day_is_in_time_and_the_midnight_after_is_too_late():
    """R23: both dates are local."""
    plan = plan_cutover(BERLIN, date(2026, 11, 13), POLICY)
    berlin = ZoneInfo("Europe/Berlin")
    assert datetime(2026, 11, 6, 23, 59, 59, 999999, berlin).astimezone(UTC) < plan.change_until
    assert not datetime(2026, 11, 7, 0, 0, 0, 0, berlin).astimezone(UTC) < plan.change_until


def test_the_last_day_is_local_and_not_the_servers():
    new_york = Calendar("US-NY@America/New_York", "America/New_York")
    plan = plan_cutover(new_york, date(2026, 11, 13), POLICY)
    assert plan.change_until == datetime(2026, 11, 7, 5, 0, tzinfo=UTC)


@given(calendars, days)
def test_change_until_is_the_midnight_that_ends_a_business_day_five_before(calendar, day):
    plan = plan_cutover(calendar, day, POLICY)
    before = plan.change_until - timedelta(microseconds=1)
    assert local_date(before, calendar.time_zone) == plan.last_day_for_change
    assert local_date(plan.change_until, calendar.time_zone) == plan.last_day_for_change + timedelta(days=1)
    assert calendar.is_business_day(plan.last_day_for_change)


@given(calendars, days)
def test_the_moments_of_a_plan_follow_one_another(calendar, day):
    plan = plan_cutover(calendar, day, POLICY)
    order = [plan.change_until, plan.reminder_at, plan.cutover_at, plan.late_at, plan.incomplete_at]
    assert order == sorted(order)
    assert all(at.tzinfo is UTC for at in order)


@pytest.mark.parametrize(("day", "at"), [
    (date(2026, 3, 27), datetime(2026, 3, 27, 13, tzinfo=UTC)),
    (date(2026, 3, 30), datetime(2026, 3, 30, 12, tzinfo=UTC)),
    (date(2026, 10, 23), datetime(2026, 10, 23, 12, tzinfo=UTC)),
    (date(2026, 10, 26), datetime(2026, 10, 26, 13, tzinfo=UTC)),
])
def test_the_cutover_stays_at_14_local_when_the_clocks_change(day, at):
    """R22"""
    assert plan_cutover(BERLIN, day, POLICY).cutover_at == at


@given(calendars, days)
def test_the_cutover_is_at_14_on_the_wall_of_every_zone(calendar, day):
    at = plan_cutover(calendar, day, POLICY).cutover_at
    assert at.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=None) == datetime.combine(day, time(14))


def test_a_partners_zone_moves_the_hour_of_cutover_and_no_days():
    """R22: a setting per partner can name another zone."""
    plan = plan_cutover(BERLIN, date(2026, 11, 13), POLICY, cutover_zone="Europe/London")
    assert plan.cutover_at == datetime(2026, 11, 13, 14, tzinfo=UTC)
    assert plan.change_until == plan_cutover(BERLIN, date(2026, 11, 13), POLICY).change_until


def test_the_pbx_is_asked_for_one_business_day_before_at_nine():
    """R26: the day before the Monday is the Friday."""
    assert local(plan_cutover(BERLIN, date(2026, 11, 9), POLICY).reminder_at) == "2026-11-06 09:00"


def test_a_delay_is_told_after_four_hours_and_given_up_at_the_end_of_the_next_business_day():
    """R27"""
    plan = plan_cutover(BERLIN, date(2027, 1, 5), POLICY)
    assert local(plan.late_at) == "2027-01-05 18:00"
    assert local(plan.incomplete_at) == "2027-01-08 00:00"


def test_the_day_of_the_order_does_not_count():
    """R06, R08"""
    assert nearest_date(BERLIN, MONDAY, 5) == date(2026, 11, 9)
    assert nearest_date(BERLIN, date(2026, 11, 7), 5) == date(2026, 11, 13)
    assert nearest_date(BERLIN, date(2026, 11, 7), 0) == date(2026, 11, 9)


def refused(wish: date, today: date = MONDAY, lead_days: int = 5) -> pytest.ExceptionInfo:
    with pytest.raises((DateInThePast, DateTooEarly, NotABusinessDay, DateTooFar)) as refusal:
        check_wish(BERLIN, wish, today, lead_days, POLICY.max_days_ahead)
    return refusal


def test_the_nearest_date_itself_can_be_wished_for():
    check_wish(BERLIN, date(2026, 11, 9), MONDAY, 5, POLICY.max_days_ahead)


@pytest.mark.parametrize(("wish", "code"), [
    (date(2026, 11, 1), "date_in_the_past"), (MONDAY, "date_too_early"), (date(2026, 11, 6), "date_too_early"),
    (date(2026, 11, 14), "not_a_business_day"), (date(2027, 1, 6), "not_a_business_day"),
    (date(2031, 11, 3), "date_too_far"), (date(2027, 5, 3), "date_too_far"), (date(9999, 12, 31), "date_too_far"),
    (date(1, 1, 1), "date_in_the_past"),
])
def test_a_wish_that_cannot_be_is_refused_with_the_dates_that_can(wish, code):
    """R08: refused at intake, naming the nearest available date."""
    error = refused(wish).value
    assert error.code == code
    assert error.facts["nearest_date"] == date(2026, 11, 9)
    assert len(error.facts["next_dates"]) == 3
    assert "2026-11-09" in error.detail
    for found in error.facts["next_dates"]:
        check_wish(BERLIN, date.fromisoformat(found), MONDAY, 5, POLICY.max_days_ahead)


def test_a_holiday_is_refused_by_its_name_and_the_three_dates_after_it_are_offered():
    error = refused(date(2027, 1, 6)).value
    assert "Epiphany" in error.detail
    assert error.facts["next_dates"] == ["2027-01-07", "2027-01-08", "2027-01-11"]


@given(calendars, days, st.integers(0, 30), st.integers(0, 200))
def test_a_wish_is_taken_exactly_when_its_day_is_bookable(calendar, today, lead_days, ahead):
    wish = today + timedelta(days=ahead)
    earliest, latest = nearest_date(calendar, today, lead_days), today + timedelta(days=180)
    [day] = bookable_days(calendar, wish, wish, earliest, latest)
    try:
        check_wish(calendar, wish, today, lead_days, 180)
    except (DateTooEarly, NotABusinessDay, DateTooFar):
        assert not day.bookable
        assert day.reason
    else:
        assert day.bookable
        assert day.reason is None


def test_a_month_shows_the_reason_on_each_day_that_cannot_be_had():
    month = bookable_days(BERLIN, date(2027, 1, 1), date(2027, 1, 31), date(2027, 1, 5), date(2027, 1, 21))
    by_day = {day.date.day: day for day in month}
    assert len(month) == 31
    assert by_day[1].reason == "New Year's Day"
    assert by_day[2].reason == "Saturday"
    assert by_day[4].reason == "The first possible date is 2027-01-05"
    assert by_day[5].bookable
    assert by_day[6].reason == "Epiphany"
    assert by_day[22].reason == "The last possible date is 2027-01-21"


def test_next_dates_are_business_days_from_the_day_on():
    assert next_dates(BERLIN, date(2027, 1, 5)) == [date(2027, 1, 5), date(2027, 1, 7), date(2027, 1, 8)]


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/St_Johns", "UTC"])
def test_a_zone_of_the_database_is_one(name):
    assert is_zone(name)


@pytest.mark.parametrize("name", [
    "../../etc/passwd", "/etc/passwd", "", ".", "Europe", "Mars/Olympus", "Europe/Berlin\x00",
    "europe/../Europe/Berlin", "\ud800", "x" * 5000,
])
def test_a_path_or_nonsense_is_no_zone(name):
    assert not is_zone(name)


def test_a_calendar_read_in_another_zone_keeps_its_days():
    moved = BERLIN.in_zone("Europe/London")
    assert moved.time_zone == "Europe/London"
    assert moved.why_not(date(2027, 1, 6)) == "Epiphany"
