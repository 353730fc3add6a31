"""What a carrier said by phone or letter, entered by care: the same outcomes, and no more than R17 lets (R17, R43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from porting import verbs
from porting.commands import NewsKind
from porting.errors import DateInThePast, DateNotPossible, MoveNotAllowed, SameDate
from porting.events import DataMissing, DateConfirmed, DateMoved, LinesRejected, PortingFailed
from porting.instructions import ActivateNumbers
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import Status
from tests.examples import (
    CARE,
    MONDAY,
    ROME,
    WISH,
    a_case_in,
    a_confirmed_case,
    a_line,
    a_pending_case,
    a_sent_case,
    an_answer,
    entered,
    happened,
    hear,
    instructed,
    kinds,
    later,
    local,
)


def test_a_case_can_be_led_by_hand_from_end_to_end() -> None:
    """R43."""
    case = a_sent_case()
    for news in (
        entered(NewsKind.ACKNOWLEDGED),
        entered(NewsKind.CONFIRMED, day=WISH),
        entered(NewsKind.FAILED),
        entered(NewsKind.ACTIVATED),
    ):
        verbs.tell(case, news, MONDAY)
    assert kinds(case)[2:] == [
        "order_acknowledged", "date_confirmed", "porting_failed", "lines_completed", "case_closed"
    ]
    assert all(entry.actor == CARE for entry in case.fresh[2:6])
    assert len(instructed(case, ActivateNumbers)) == 1


def test_without_numbers_it_concerns_every_open_line() -> None:
    case = a_pending_case(a_line(), a_line("+390612345678", ROME))
    verbs.tell(case, entered(NewsKind.REJECTED, "+390612345678"), MONDAY)
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=WISH), MONDAY)
    assert [line.status for line in case.lines] == ["CONFIRMED", "REJECTED"]


def test_a_news_that_one_of_the_lines_cannot_take_moves_none() -> None:
    """R17: the refusal names the line and where it stands."""
    case = a_confirmed_case(a_line(), a_line("+390612345678", ROME))
    verbs.tell(case, entered(NewsKind.FAILED, "+390612345678"), MONDAY)
    with pytest.raises(MoveNotAllowed) as refused:
        verbs.tell(case, entered(NewsKind.MISSING_DATA), MONDAY)
    assert refused.value.facts == {"number": "+390612345678", "status": "PORTING_INCOMPLETE"}
    assert case.lines[0].status is Status.CONFIRMED


def test_a_closed_case_takes_no_news() -> None:
    with pytest.raises(MoveNotAllowed):
        verbs.check(a_case_in(Status.COMPLETED), entered(NewsKind.ACTIVATED), MONDAY)


def test_a_confirmation_needs_its_date() -> None:
    case = a_pending_case()
    with pytest.raises(DateNotPossible):
        verbs.check(case, entered(NewsKind.CONFIRMED), MONDAY)
    with pytest.raises(DateNotPossible):
        verbs.check(case, replace(entered(NewsKind.CONFIRMED, day=WISH), plans=()), MONDAY)


def test_a_date_that_is_over_cannot_be_entered() -> None:
    """The line would be given up in the same moment."""
    case = a_pending_case()
    with pytest.raises(DateInThePast):
        verbs.check(case, entered(NewsKind.CONFIRMED, day=WISH), local(date(2026, 12, 16), 0))
    verbs.check(case, entered(NewsKind.CONFIRMED, day=WISH), local(date(2026, 12, 15), 23))


def test_the_date_that_stands_is_no_news() -> None:
    """It would only send the reminders again."""
    case = a_confirmed_case()
    with pytest.raises(SameDate):
        verbs.check(case, entered(NewsKind.DATE_MOVED, day=WISH), MONDAY)


def test_a_line_that_has_the_date_already_is_passed_over() -> None:
    case = a_confirmed_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), order=2, date=date(2026, 12, 16))
    case.lines[1].reminded = True
    verbs.tell(case, entered(NewsKind.DATE_MOVED, day=date(2026, 12, 16)), later(days=1))
    assert [event.numbers for event in happened(case, DateMoved)] == [("+390612345678",), ("+498912345678",)]
    assert case.lines[1].reminded


def test_a_failed_line_is_confirmed_anew_for_the_day_on_which_it_is_tried_again() -> None:
    case = a_case_in(Status.PORTING_INCOMPLETE)
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=date(2026, 12, 16)), MONDAY)
    assert case.status is Status.CONFIRMED and happened(case, DateMoved)[0].before == WISH
    again = a_case_in(Status.PORTING_INCOMPLETE)
    verbs.tell(again, entered(NewsKind.CONFIRMED, day=WISH), MONDAY)
    assert again.status is Status.CONFIRMED and len(happened(again, DateConfirmed)) == 1


def test_missing_data_entered_asks_for_what_the_reasons_point_at() -> None:
    """R19."""
    case = a_pending_case()
    verbs.tell(case, entered(NewsKind.MISSING_DATA, reasons=(reason("NAME_MISMATCH"),)), MONDAY)
    assert [item.field for item in case.missing] == ["end_customer.name"]
    verbs.tell(case, an_answer(case), MONDAY)
    assert case.status is Status.SUBMITTED


def test_missing_data_entered_without_a_reason_asks_in_words() -> None:
    case = a_pending_case()
    verbs.tell(case, entered(NewsKind.MISSING_DATA), MONDAY)
    assert [item.field for item in case.missing] == ["comment"]
    assert happened(case, DataMissing)[0].reasons[0].code == "DATA_MISSING"


def test_a_rejection_and_a_failure_without_a_reason_say_that_much() -> None:
    case = a_pending_case()
    verbs.tell(case, entered(NewsKind.REJECTED), MONDAY)
    assert happened(case, LinesRejected)[0].reasons[0].code == "OTHER"
    other = a_case_in(Status.CONFIRMED)
    verbs.tell(other, entered(NewsKind.FAILED), MONDAY)
    assert happened(other, PortingFailed)[0].reasons[0].code == "ACTIVATION_FAILED"


def test_a_rejection_of_missing_lines_stops_the_clock() -> None:
    """R28."""
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, entered(NewsKind.REJECTED), MONDAY)
    assert case.silence is None and not case.missing[0].is_open


def test_what_care_entered_is_not_undone_by_reading_the_carrier_again() -> None:
    case = a_pending_case()
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=WISH), later(days=1))
    hear(case, OrderStatus.ACKNOWLEDGED, later(days=2))
    assert case.status is Status.CONFIRMED and kinds(case)[-1] == "news_ignored"
