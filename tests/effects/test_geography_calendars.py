"""Business days as the holidays library has them, and what they do to dates (R08, R23)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from geography.calendars import Calendars, calendar_of
from geography.places import place_of
from porting.dates import check_wish, plan_cutover
from porting.errors import DateTooFar, NotABusinessDay, NotPortable
from porting.numbers import NumberRange
from porting.policy import Policy

CALENDARS = Calendars(lambda: datetime(2026, 11, 2, 8, tzinfo=UTC))
POLICY = Policy()


def calendar(number: str):
    return CALENDARS.of(place_of(NumberRange.parse(number)).key)


MUNICH, BERLIN, ROME = "+498912301071", "+493012345678", "+390612345678"


def test_epiphany_counts_in_munich_and_not_in_berlin():
    assert calendar(MUNICH).why_not(date(2027, 1, 6)) == "Epiphany"
    assert calendar(BERLIN).is_business_day(date(2027, 1, 6))


def test_a_wish_for_epiphany_is_refused_in_munich_with_the_next_three_dates():
    with pytest.raises(NotABusinessDay, match="Epiphany") as refusal:
        check_wish(calendar(MUNICH), date(2027, 1, 6), date(2026, 12, 1), 5)
    assert refusal.value.facts["next_dates"] == ["2027-01-07", "2027-01-08", "2027-01-11"]
    check_wish(calendar(BERLIN), date(2027, 1, 6), date(2026, 12, 1), 5)


def test_italys_fourth_of_october_counts_from_2026_on():
    rome = calendar_of("IT@Europe/Rome", 2025, 2027)
    assert "Francis" in (rome.why_not(date(2026, 10, 4)) or "")
    assert "Francis" in (rome.why_not(date(2027, 10, 4)) or "")
    assert rome.why_not(date(2025, 10, 3)) is None
    assert rome.holidays.get(date(2025, 10, 4)) is None


def test_south_tyrol_keeps_whit_monday_and_rome_does_not():
    assert calendar("+390471123456").why_not(date(2027, 5, 17)) == "Pentecost Monday"
    assert calendar(ROME).is_business_day(date(2027, 5, 17))


@pytest.mark.parametrize(
    ("number", "moved", "last_day"),
    [
        (MUNICH, date(2027, 1, 8), date(2026, 12, 30)),  # Epiphany and New Year's Day lie between
        (BERLIN, date(2027, 1, 8), date(2026, 12, 31)),  # only New Year's Day
        (BERLIN, date(2027, 4, 2), date(2027, 3, 24)),  # Good Friday and Easter Monday
        (ROME, date(2027, 10, 8), date(2027, 9, 30)),  # Saint Francis, a Monday
        (ROME, date(2026, 10, 9), date(2026, 10, 2)),  # the same saint on a Sunday
        ("+441314960123", date(2027, 4, 2), date(2027, 3, 25)),  # Scotland works on Easter Monday
        ("+442079460000", date(2027, 4, 2), date(2027, 3, 24)),
    ],
)
def test_the_last_day_for_a_change_counts_the_regions_holidays(number, moved, last_day):
    """R23: to the second, whatever lies between."""
    found = calendar(number)
    plan = plan_cutover(found, moved, POLICY)
    zone = ZoneInfo(found.time_zone)
    assert plan.last_day_for_change == last_day
    last_instant = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, tzinfo=zone)
    assert last_instant < plan.change_until
    assert (plan.change_until - last_instant.astimezone(UTC)).total_seconds() == 1


def test_numbers_without_an_area_keep_the_countrys_own_holidays():
    assert calendar("+4915112345678").is_business_day(date(2027, 1, 6))
    assert calendar("+4915112345678").why_not(date(2027, 3, 29)) == "Easter Monday"


def test_british_mobile_numbers_keep_the_calendar_of_england():
    assert calendar("+447400123456").why_not(date(2027, 3, 29)) == "Easter Monday"
    assert calendar("+441314960123").is_business_day(date(2027, 3, 29))


def test_an_observed_holiday_counts_on_the_day_it_is_observed():
    assert calendar("+12125550123").why_not(date(2027, 7, 5)) == "Independence Day (observed)"
    assert calendar("+12125550123").why_not(date(2027, 12, 31)) == "New Year's Day (observed)"


def test_an_observed_holiday_of_the_year_after_counts_at_the_end_of_the_span():
    assert calendar_of("US-NY@America/New_York", 2027, 2027).why_not(date(2027, 12, 31)) == "New Year's Day (observed)"


def test_a_calendar_reaches_from_last_year_to_six_years_ahead():
    found = calendar(MUNICH)
    assert (found.first, found.last) == (date(2025, 1, 1), date(2032, 12, 31))
    with pytest.raises(DateTooFar):
        found.why_not(date(2033, 1, 1))


def test_the_same_place_gets_the_same_calendar_again():
    assert calendar(MUNICH) is calendar("+4989010710X")


@pytest.mark.parametrize("key", ["DE-BY", "nonsense", "DE@../../etc/passwd"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match="no place"):
        CALENDARS.of(key)


def test_a_country_that_is_not_served_has_no_calendar():
    with pytest.raises(NotPortable):
        CALENDARS.of("JE@Europe/Jersey")


@pytest.mark.parametrize(
    "number",
    [
        MUNICH,
        ROME,
        "+33123456789",
        "+442079460000",
        "+41441234567",
        "+34912345678",
        "+31201234567",
        "+12125550123",
        "+14165550123",
        "+61298765432",
    ],
)
def test_holidays_have_english_names(number):
    found = calendar(number)
    assert found.why_not(date(2026, 12, 25)) == "Christmas Day"
    assert all(name.isascii() for name in found.holidays.values())
