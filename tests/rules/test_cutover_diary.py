"""The dates of a confirmed line: wish passed, PBX reminder, delay told, given up, and what comes between (R26, R27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from porting import verbs
from porting.case import Case
from porting.diary import next_alarm
from porting.events import CutoverDelayed, CutoverNear, PortingFailed, WishPassed
from porting.orders import OrderStatus
from porting.status import Status, WaitingOn
from tests.examples import (
    MONDAY,
    MUNICH,
    NEW_YORK,
    ROME,
    WISH,
    a_case,
    a_case_in,
    a_confirmed_case,
    a_line,
    a_plan,
    a_sent_case,
    a_snapshot,
    happened,
    hear,
    later,
    local,
    news,
)

REMINDED, LATE, GIVEN_UP = local(date(2026, 12, 11), 9), local(WISH, 18), local(date(2026, 12, 16), 0)


def alarms(case: Case) -> list[datetime]:
    """Every alarm of the case until it has no more, each rung at its moment."""
    found = []
    while (alarm := next_alarm(case)) is not None:
        found.append(alarm)
        verbs.ring(case, alarm)
    return found


def test_a_confirmed_line_has_three_dates_to_keep() -> None:
    """R26, R27: one business day before at 9, four hours after the hour, the end of the next business day."""
    assert alarms(a_confirmed_case()) == [REMINDED, LATE, GIVEN_UP]


def test_the_partner_is_asked_for_the_pbx_one_business_day_before() -> None:
    """R26: a Monday date is reminded of on Friday."""
    case = a_confirmed_case()
    verbs.ring(case, REMINDED - timedelta(seconds=1))
    assert not case.has_news
    verbs.ring(case, REMINDED)
    (event,) = happened(case, CutoverNear)
    assert (event.date, event.cutover_at, event.time_zone) == (WISH, local(WISH), "Europe/Berlin")


def test_a_date_confirmed_on_short_notice_is_reminded_of_at_once() -> None:
    case = a_sent_case()
    hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 8), date=WISH)
    assert next_alarm(case) == REMINDED
    verbs.ring(case, local(WISH, 8))
    assert len(happened(case, CutoverNear)) == 1


def test_nobody_is_reminded_of_an_hour_that_is_over() -> None:
    case = a_confirmed_case()
    verbs.ring(case, local(WISH, 15))
    assert happened(case, CutoverNear) == [] and next_alarm(case) == LATE


def test_four_hours_after_the_hour_the_partner_is_told_of_the_delay() -> None:
    """R27."""
    case = a_confirmed_case()
    verbs.ring(case, LATE - timedelta(seconds=1))
    assert happened(case, CutoverDelayed) == []
    verbs.ring(case, LATE)
    assert happened(case, CutoverDelayed)[0].cutover_at == local(WISH)
    assert case.status is Status.CONFIRMED


def test_at_the_end_of_the_next_business_day_the_line_is_incomplete_and_cares() -> None:
    """R27."""
    case = a_confirmed_case()
    verbs.ring(case, GIVEN_UP - timedelta(seconds=1))
    assert case.status is Status.CONFIRMED
    verbs.ring(case, GIVEN_UP)
    assert (case.status, case.waiting_on) == (Status.PORTING_INCOMPLETE, WaitingOn.CARE)
    assert case.lines[0].reasons[0].code == "ACTIVATION_FAILED"
    assert next_alarm(case) is None


def test_after_an_outage_the_dates_are_caught_up_in_their_order() -> None:
    case = a_confirmed_case()
    verbs.ring(case, later(days=60))
    assert [entry.event.kind for entry in case.fresh] == ["cutover_delayed", "porting_failed"]
    assert case.status is Status.PORTING_INCOMPLETE


@pytest.mark.parametrize("at", [local(WISH), LATE, GIVEN_UP, later(days=60)])
def test_word_of_activation_completes_the_line_whenever_it_comes(at: datetime) -> None:
    """R27: also after the line was given up."""
    case = a_confirmed_case()
    verbs.ring(case, at)
    hear(case, OrderStatus.PORTED, at, date=WISH)
    assert case.status is Status.COMPLETED and next_alarm(case) is None
    assert case.lines[0].completed_at == at


def test_a_moved_date_has_dates_of_its_own() -> None:
    """A reminder of the old date is never sent, and one for the new date is."""
    case = a_confirmed_case()
    verbs.ring(case, REMINDED)
    hear(case, OrderStatus.DATE_CONFIRMED, REMINDED, date=date(2026, 12, 21))
    assert next_alarm(case) == local(date(2026, 12, 18), 9)
    assert case.fresh[-1].event.kind == "date_moved"


def test_a_date_moved_after_the_delay_was_told_is_waited_for_again() -> None:
    case = a_confirmed_case()
    verbs.ring(case, LATE)
    hear(case, OrderStatus.DATE_CONFIRMED, LATE, date=date(2026, 12, 21))
    assert case.waiting_on is WaitingOn.CUTOVER


def test_a_repaired_line_gets_a_new_date_and_new_reminders() -> None:
    """R17: PORTING_INCOMPLETE to CONFIRMED."""
    case = a_case_in(Status.PORTING_INCOMPLETE)
    hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 15), date=date(2026, 12, 21))
    assert case.status is Status.CONFIRMED and next_alarm(case) == local(date(2026, 12, 18), 9)


def test_a_number_that_failed_is_tried_again_on_the_new_date() -> None:
    """The carrier still shows the failure of the day before beside the date of the next attempt."""
    for status in (Status.PORTING_INCOMPLETE, Status.CONFIRMED):
        case = a_case_in(status)
        said = {"date": date(2026, 12, 21), "failed": ("+498912345678",)}
        hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 15), **said)
        assert case.status is Status.CONFIRMED and case.lines[0].plan == a_plan(date(2026, 12, 21))


def test_lines_of_one_plan_are_told_in_one_event_and_of_two_places_in_two() -> None:
    """R39: one mail an event; the hours differ by place."""
    case = a_confirmed_case(a_line(), a_line("+498912345679"), a_line("+390612345678", ROME))
    verbs.ring(case, REMINDED)
    assert sorted(event.numbers for event in happened(case, CutoverNear)) == [
        ("+390612345678",), ("+498912345678", "+498912345679")
    ]


def test_places_west_of_us_keep_their_own_hours() -> None:
    """R22: 14:00 in New York is not 14:00 in Munich."""
    case = a_confirmed_case(a_line("+12125550123", NEW_YORK))
    assert case.lines[0].plan == a_plan(WISH, NEW_YORK)
    verbs.ring(case, LATE)
    assert happened(case, CutoverDelayed) == []


def test_the_wished_day_passes_once_while_no_date_is_confirmed() -> None:
    """A date never slips in silence (R21)."""
    case = a_sent_case()
    end = case.lines[0].wish_passes_at
    assert next_alarm(case) == end
    verbs.ring(case, end)
    assert happened(case, WishPassed)[0].requested_date == WISH and next_alarm(case) is None
    verbs.ring(case, end + timedelta(days=1))
    assert len(happened(case, WishPassed)) == 1


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.MISSING_DATA, Status.COMPLETED, Status.TERMINATED])
def test_the_wish_passes_in_silence_where_something_else_is_told(status: Status) -> None:
    case = a_case_in(status)
    verbs.ring(case, case.lines[0].wish_passes_at)
    assert happened(case, WishPassed) == []


def test_two_wishes_are_told_apart() -> None:
    other = replace(a_line("+498912345679"), requested_date=date(2026, 12, 15))
    case = a_case(a_line(), other)
    verbs.ring(case, case.lines[0].wish_passes_at)
    assert [event.requested_date for event in happened(case, WishPassed)] == [WISH, date(2026, 12, 15)]


def test_a_closed_case_has_nothing_in_its_diary() -> None:
    for status in (Status.COMPLETED, Status.REJECTED, Status.TERMINATED, Status.OUTBOUND):
        assert next_alarm(a_case_in(status)) is None


def test_ringing_when_nothing_is_due_changes_nothing() -> None:
    case = a_confirmed_case()
    before = (case.version, case.sequence, case.updated_at)
    verbs.ring(case, MONDAY)
    assert before == (case.version, case.sequence, case.updated_at) and not case.has_news


def test_a_failure_on_the_day_names_the_lines_that_failed_and_completes_none() -> None:
    """R27: one number of two; the other goes on."""
    case = a_confirmed_case(a_line(), a_line("+498912345679"))
    hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 15), date=WISH, failed=("+498912345679",))
    assert [line.status for line in case.lines] == ["CONFIRMED", "PORTING_INCOMPLETE"]
    assert happened(case, PortingFailed)[0].numbers == ("+498912345679",)


def test_one_dead_number_makes_its_whole_range_incomplete() -> None:
    """R03."""
    case = a_confirmed_case(a_line("+4989010710X"))
    hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 15), date=WISH, failed=("+49890107105",))
    assert case.status is Status.PORTING_INCOMPLETE


def test_a_failure_before_the_confirmation_was_heard_makes_up_for_it() -> None:
    case = a_sent_case()
    said = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, failed=("+498912345678",), as_of=local(WISH, 15))
    verbs.hear(case, news(said), local(WISH, 15))
    assert case.status is Status.PORTING_INCOMPLETE and case.lines[0].plan == a_plan(WISH, MUNICH)


def test_an_order_ported_in_part_completes_what_works() -> None:
    case = a_confirmed_case(a_line(), a_line("+498912345679"))
    hear(case, OrderStatus.PORTED, local(WISH, 15), date=WISH, failed=("+498912345679",))
    assert [line.status for line in case.lines] == ["COMPLETED", "PORTING_INCOMPLETE"]
