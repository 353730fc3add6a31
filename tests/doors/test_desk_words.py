"""How the desk says things: moments with their zone, deadlines, numbers, and cells that are no formulas."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk import month_view, words
from desk.case_view import silence
from desk.forms import Form, Reading
from desk.queue_view import Row, exact
from desk.sheet import cell, sheet
from desk.visits import safe_next
from porting.dates import Day
from service.change_days import ChangeDays
from tests.doors import desk_samples as samples

NOW = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)


def test_a_cutover_is_said_in_the_zone_of_the_number() -> None:
    """R22"""
    at = datetime(2026, 12, 22, 13, 0, tzinfo=UTC)
    assert words.moment(at, "Europe/Berlin") == "Tue 22 Dec 2026, 14:00 CET"
    assert words.moment(at, "America/New_York") == "Tue 22 Dec 2026, 08:00 EST"
    assert words.moment(at, "America/Sao_Paulo") == "Tue 22 Dec 2026, 10:00 UTC-03"


@pytest.mark.parametrize(
    ("hours", "said"), [(50, "in 2 days"), (5, "in 5 hours"), (-3, "3 hours overdue"), (-49, "2 days overdue")]
)
def test_a_deadline_says_how_long_or_how_much_too_late(hours: int, said: str) -> None:
    assert words.due(NOW + timedelta(hours=hours), NOW) == said


@pytest.mark.parametrize(("hours", "how"), [(25, "calm"), (23, "soon"), (-1, "late")])
def test_a_deadline_within_a_day_is_marked(hours: int, how: str) -> None:
    assert words.urgency(NOW + timedelta(hours=hours), NOW) == how


def test_the_mix_of_statuses_is_said_in_words() -> None:
    assert words.mix_text({"MISSING_DATA": 1, "CONFIRMED": 3}) == "3 × CONFIRMED · 1 × MISSING DATA"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2", "\t=1", "\r=1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize("number", ["+498912345678", "+4989010710X", "+390612345XXX"])
def test_a_number_keeps_its_plus_in_a_spreadsheet(number: str) -> None:
    assert cell(number) == number


def test_a_sheet_has_a_head_and_quotes_what_needs_it() -> None:
    assert sheet(("a", "b"), [("x, y", 'say "no"')]) == 'a,b\r\n"x, y","say ""no"""\r\n'


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example/desk", "/\\evil.example", "/other", "/desk/login?next=/desk", "",
             "/desk\n/x", "javascript:alert(1)"]
)  # fmt: skip
def test_a_login_leads_nowhere_but_to_the_desk(path: str) -> None:
    assert safe_next(path) == "/desk"


def test_a_login_leads_back_to_the_page_that_asked_for_it() -> None:
    assert safe_next("/desk/cases/PC-1?page=2") == "/desk/cases/PC-1?page=2"


def test_the_silence_clock_counts_days_of_thirty() -> None:
    """R28"""
    found = silence(samples.case(), 30, [], samples.NOW)
    assert found is not None
    assert (found.days, found.of) == (12, 30)


def test_an_extension_makes_the_clock_longer_and_not_the_silence_shorter() -> None:
    """R30"""
    case = samples.case(silence_deadline=samples.NOW + timedelta(days=32))
    given = samples.event(7, "care", "More time.", kind="clock_extended", detail={"days": 14})
    found = silence(case, 30, [given], samples.NOW)
    assert found is not None
    assert (found.days, found.of) == (12, 44)


def test_an_act_of_the_partner_ends_the_extension_with_the_old_clock() -> None:
    """R28, R30"""
    given = samples.event(7, "care", "More time.", kind="clock_extended", detail={"days": 14})
    act = samples.event(8, "partner", "A comment was written.", kind="comment_added", detail={"text": "x"})
    found = silence(samples.case(), 30, [given, act], samples.NOW)
    assert found is not None
    assert found.of == 30


def test_a_month_begins_on_monday_and_strikes_out_what_cannot_be_had() -> None:
    """R23"""
    days = [Day(date(2027, 1, n), n > 6, None if n > 6 else "Epiphany" if n == 6 else "x" * 40) for n in range(1, 32)]
    free = ChangeDays(tuple(days), date(2027, 1, 7), date(2027, 6, 1), None, "50.00 EUR")
    weeks = month_view.weeks(free, date(2027, 1, 20))
    assert [square.date.day if square else None for square in weeks[0]] == [None, None, None, None, 1, 2, 3]
    assert {square.short for square in weeks[0] if square} == {"too early"}
    assert [square.short for square in weeks[1] if square][:3] == ["too early", "too early", "Epiphany"]
    standing = next(square for week in weeks for square in week if square and square.date.day == 20)
    assert (standing.bookable, standing.short) == (False, "stands now")


def test_days_one_after_another_share_a_reason() -> None:
    days = [Day(date(2027, 1, n), False, "Too early") for n in (4, 5, 6, 8)]
    assert [(why.days, why.text) for why in month_view.reasons(days, None)] == [("4–6, 8 Jan", "Too early")]


@pytest.mark.parametrize(
    ("month", "first"),
    [("2027-02", date(2027, 2, 1)), ("1999-01", date(2026, 12, 1)), ("9999-12", date(2028, 12, 1)),
     ("nonsense", date(2027, 1, 1))],
)  # fmt: skip
def test_a_month_far_away_is_not_shown(month: str, first: date) -> None:
    assert month_view.first_of(month, date(2027, 1, 14), date(2026, 12, 7)) == first


def read(name: str, value: str) -> Reading:
    return Reading(Form(((name, value),)))


@pytest.mark.parametrize("value", ["a\x00b", "a\u202eb", "a\ud800b", "a\rb", "a\nb"])
def test_signs_that_nobody_sees_are_refused(value: str) -> None:
    reading = read("reason", value)
    reading.text("reason", "the reason", 100)
    assert [fault.field for fault in reading.faults] == ["reason"]


def test_lines_of_a_comment_are_kept_as_the_browser_never_wrote_them() -> None:
    assert read("text", "one\r\ntwo").text("text", "it", 100, lines=True) == "one\ntwo"


@pytest.mark.parametrize("value", ["", "0", "366", "1.5", "-1", "١", "1e3"])
def test_days_are_a_whole_number_from_1_to_365(value: str) -> None:
    reading = read("days", value)
    assert reading.number("days", "the days", 1, 365) == 0
    assert reading.faults


@pytest.mark.parametrize("value", ["2027-02-30", "14.01.2027", "2027-01-14T10:00", ""])
def test_a_day_is_a_day_of_the_calendar(value: str) -> None:
    reading = read("date", value)
    assert reading.day("date", "a day", needed=True) is None
    assert reading.faults


def a_row(case_id: str, reference: str) -> Row:
    return Row(case_id, reference, "+49891", 0, "", "", "DE", {}, "CARE", "", None)


def test_a_search_goes_straight_to_the_case_that_was_named() -> None:
    found = [a_row("PC-1", "order-1"), a_row("PC-2", "order-12")]
    assert exact(found, "ORDER-1", by_number=False) == "PC-1"
    assert exact(found, "pc-2", by_number=False) == "PC-2"
    assert exact(found, "order", by_number=False) is None


def test_a_number_that_one_case_has_goes_straight_to_it() -> None:
    assert exact([a_row("PC-1", "a")], "+49891", by_number=True) == "PC-1"
    assert exact([a_row("PC-1", "a"), a_row("PC-2", "b")], "+49891", by_number=True) is None
