"""Which dates a request can have: over several places at once, and for orders that need no carrier."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from porting.dates import Calendar
from service.wishes import Terms, common_dates, same_clock_time, wish_problems

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
MONDAY = date(2026, 11, 30)


def terms(lead: int = 5, *holidays: date, zone: str = "Europe/Berlin") -> Terms:
    named = dict.fromkeys(holidays, "a feast")
    return Terms.at(Calendar(place=f"DE@{zone}", time_zone=zone, holidays=named), NOW, lead)


def test_the_nearest_common_date_is_free_at_every_place() -> None:
    """R07, R08"""
    here, there = terms(5), terms(1, date(2026, 12, 7))
    assert common_dates([here]) == [date(2026, 12, 7)]
    assert common_dates([here, there]) == [date(2026, 12, 8)]


def test_a_wish_must_hold_at_every_place() -> None:
    """R07, R08"""
    here, there = terms(5), terms(10)
    assert wish_problems([here], date(2026, 12, 9), 180, "/x") == []
    found = wish_problems([here, there], date(2026, 12, 9), 180, "/x")
    assert [(problem.code, problem.facts["nearest_date"]) for problem in found] == [
        ("date_too_early", date(2026, 12, 14))
    ]
    assert "2026-12-14" in found[0].message and "2026-12-07" not in found[0].message


def test_reasons_of_two_kinds_are_both_told() -> None:
    """R14"""
    found = wish_problems([terms(5, date(2026, 12, 9)), terms(10)], date(2026, 12, 9), 180, "/x")
    assert {problem.code for problem in found} == {"not_a_business_day", "date_too_early"}


def test_a_day_far_off_is_answered_with_days_near_by() -> None:
    found = wish_problems([terms(5)], date(2031, 1, 1), 180, "/x")
    assert found[0].facts["next_dates"] == ["2026-12-07", "2026-12-08", "2026-12-09"]


def test_today_is_the_day_where_the_number_is() -> None:
    """R08: at 23:30 in London it is tomorrow in Rome."""
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    calendars = [Calendar(place="x", time_zone=zone) for zone in ("Europe/London", "Europe/Rome")]
    assert [Terms.at(calendar, late, 0).today.day for calendar in calendars] == [30, 1]


def test_the_same_clock_time_outlives_the_change_to_winter() -> None:
    """R06: 10:15 in Berlin before and after the clocks went back."""
    before = datetime(2026, 10, 23, 8, 15, 30, 999, tzinfo=UTC)
    assert same_clock_time(date(2026, 10, 26), before, "Europe/Berlin") == datetime(2026, 10, 26, 9, 15, 30, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 20), st.sets(st.integers(0, 60), max_size=30)), min_size=1, max_size=4))
def test_a_common_date_can_always_be_wished_for(places: list[tuple[int, set[int]]]) -> None:
    """R08: what is named as possible is possible."""
    every = [terms(lead, *(date.fromordinal(MONDAY.toordinal() + n) for n in days)) for lead, days in places]
    for day in common_dates(every, count=3):
        assert wish_problems(every, day, 365, "/x") == []
