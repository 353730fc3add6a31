"""Orders that the carrier ports at our hour: it is told which, once there is a date, and again when it moves (R22)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from porting import verbs
from porting.case import Case
from porting.commands import AnswerItems, Cancel, EnterNews, NewsKind
from porting.instructions import ActivateOrder, AmendOrder, CancelOrder, Refused
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.sentences import summary
from porting.status import Status, WaitingOn
from tests.examples import (
    CARE,
    MONDAY,
    NEW_YORK,
    PARTNER,
    WISH,
    a_change,
    a_line,
    a_plan,
    a_sent_case,
    a_snapshot,
    carry_out,
    forget,
    hear,
    instructed,
    kinds,
    later,
    local,
    news,
)

LOS_ANGELES = "US-CA@America/Los_Angeles"
HOUR, LATER = local(WISH), date(2026, 12, 16)


def confirmed(case: Case, day: date = WISH, at: Any = MONDAY, **changes: Any) -> Case:
    hear(case, OrderStatus.DATE_CONFIRMED, at, date=day, hour_is_ours=True, **changes)
    forget(case)
    verbs.ring(case, at)
    return case


def hours(case: Case) -> list[Any]:
    return [one.cutover_at for one in instructed(case, ActivateOrder) if one.due]


def test_the_carrier_is_told_our_hour_as_soon_as_the_date_is_confirmed() -> None:
    case = confirmed(a_sent_case())
    (told,) = instructed(case, ActivateOrder)
    assert (told.numbers, told.date, told.cutover_at) == (("+498912345678",), WISH, HOUR)
    (entry,) = case.fresh
    assert summary(entry.event) == (
        "The carrier was told our hour of cut-over for +498912345678: Mon 14 Dec 2026, 14:00 (Europe/Berlin)."
    )
    assert case.waiting_on is WaitingOn.CUTOVER


def test_it_is_told_once_and_nothing_more_is_said_at_the_hour() -> None:
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder)
    confirmed(case, at=later(hours=1))
    verbs.ring(case, HOUR)
    assert hours(case) == [] and "activation_asked" not in kinds(case)


def test_an_order_whose_hour_is_the_carriers_is_told_nothing() -> None:
    """R22: the hour of cut-over is the donor's."""
    case = a_sent_case()
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH)
    verbs.ring(case, HOUR)
    assert instructed(case, ActivateOrder) == []


def test_another_date_has_its_own_hour() -> None:
    """R25: the word about the old date is called off if it has not gone out."""
    case = confirmed(a_sent_case())
    confirmed(case, LATER, later(hours=1))
    assert hours(case) == [local(LATER)]


def test_a_date_can_be_changed_after_the_hour_was_told() -> None:
    """R23"""
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder)
    verbs.tell(case, a_change(LATER, plans=(a_plan(LATER),)), later(hours=1))
    assert hours(case) == []
    confirmed(case, LATER, later(days=1))
    assert hours(case) == [local(LATER)]


def test_an_order_has_one_hour_the_earliest_of_its_lines() -> None:
    """Fourteen o'clock in New York comes before fourteen o'clock in Los Angeles."""
    case = a_sent_case(a_line("+12135552345", LOS_ANGELES), a_line("+12125552345", NEW_YORK))
    shown = a_snapshot(case, OrderStatus.DATE_CONFIRMED, as_of=MONDAY, date=WISH, hour_is_ours=True)
    verbs.hear(case, news(shown, plans=(a_plan(WISH, LOS_ANGELES), a_plan(WISH, NEW_YORK))), MONDAY)
    verbs.ring(case, MONDAY)
    assert hours(case) == [local(WISH, place=NEW_YORK)] * 2


def test_a_carrier_that_does_not_take_the_hour_is_left_to_care_and_nothing_has_failed() -> None:
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder, Refused(reasons=(reason("OTHER", "No such window."),)))
    assert case.status is Status.CONFIRMED and "care_needed" in kinds(case)


def test_a_cancellation_calls_the_word_off_and_its_refusal_brings_it_back() -> None:
    case = confirmed(a_sent_case())
    verbs.tell(case, Cancel(actor=PARTNER, reason="the customer stays"), MONDAY)
    assert hours(case) == []
    carry_out(case, ActivateOrder)
    carry_out(case, CancelOrder, Refused(reasons=(reason("TOO_LATE"),)))
    verbs.ring(case, MONDAY)
    assert hours(case) == [HOUR]


def test_a_failed_job_is_a_failed_port_and_another_date_is_told_anew() -> None:
    """R27"""
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder)
    after = HOUR + timedelta(minutes=5)
    confirmed(case, at=after, failed=("+498912345678",))
    assert (case.status, case.waiting_on) == (Status.PORTING_INCOMPLETE, WaitingOn.CARE)
    confirmed(case, LATER, after + timedelta(days=1))
    assert case.status is Status.CONFIRMED and hours(case) == [local(LATER)]


def test_an_order_that_stopped_is_told_its_hour_again_when_it_is_confirmed_again() -> None:
    """R22: even for the same date, since what the carrier knew ended with the stop."""
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder)
    hear(case, OrderStatus.EXCEPTION, later(hours=1), reasons=(reason("OTHER"),))
    verbs.ring(case, later(hours=1))
    assert hours(case) == []
    confirmed(case, at=later(hours=2))
    assert hours(case) == [HOUR]


def test_a_line_that_lacked_something_is_told_its_hour_again_with_its_new_date() -> None:
    """R21, R22: the date ended with the question to the partner, and the same one afterwards is another."""
    case = confirmed(a_sent_case())
    carry_out(case, ActivateOrder)
    verbs.tell(case, EnterNews(actor=CARE, news=NewsKind.MISSING_DATA, reasons=(reason("PIN_INVALID"),)), MONDAY)
    assert case.status is Status.MISSING_DATA and case.orders[0].hour_is_ours
    items = tuple(item.id for item in case.missing)
    verbs.tell(case, AnswerItems(actor=PARTNER, answer_id="AN-1", items=items), later(hours=1))
    carry_out(case, AmendOrder)
    confirmed(case, at=later(hours=2))
    assert case.status is Status.CONFIRMED and hours(case) == [HOUR]
