"""What the partner must give or correct: asked once, item by item, and sent on when nothing is left (R11, R19)."""

from __future__ import annotations

from datetime import date

import pytest

from porting import verbs
from porting.commands import Cancel, NewsKind
from porting.errors import CaseClosed, ItemSettled, UnknownItem
from porting.events import DataMissing, ItemsAnswered, LinesResubmitted, NewsIgnored
from porting.instructions import Accepted, AmendOrder, CancelOrder, Refused, SubmitOrder
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import Status, WaitingOn
from tests.examples import (
    CARE,
    LOA_DEMAND,
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    WISH,
    a_case,
    a_case_in,
    a_case_missing,
    a_confirmed_case,
    a_line,
    a_pending_case,
    a_sent_case,
    a_snapshot,
    an_answer,
    carry_out,
    entered,
    forget,
    happened,
    hear,
    instructed,
    later,
    news,
)

PIN, LOA = reason("PIN_INVALID", carrier_code="PASSCODE_PIN_INVALID"), reason("LOA_INVALID")
OTHER = "+498912345679"


def test_the_line_goes_on_only_when_all_items_are_settled() -> None:
    case = a_case_missing(PIN_DEMAND, LOA_DEMAND)
    verbs.tell(case, an_answer(case, "M1"), MONDAY)
    assert case.status is Status.MISSING_DATA and case.instructions == []
    verbs.tell(case, an_answer(case, "M2"), MONDAY)
    assert case.status is Status.SUBMITTED
    assert [type(one) for one in case.instructions] == [SubmitOrder]


def test_the_order_that_goes_to_the_carrier_names_every_answer_so_far() -> None:
    case = a_case_missing(PIN_DEMAND, LOA_DEMAND)
    verbs.tell(case, an_answer(case, "M1"), MONDAY)
    verbs.tell(case, an_answer(case, "M2"), MONDAY)
    assert instructed(case, SubmitOrder)[0].answers == ("A1", "A2")


def test_what_was_with_the_carrier_is_amended_and_not_made_anew() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case), MONDAY)
    assert [type(one) for one in case.instructions] == [AmendOrder]
    assert [event.numbers for event in happened(case, LinesResubmitted)] == [("+498912345678",)]
    assert [entry.event.kind for entry in case.fresh] == ["items_answered", "lines_resubmitted"]
    assert case.lines[0].reasons == ()


def test_an_answer_to_something_that_was_never_asked_is_refused() -> None:
    with pytest.raises(UnknownItem):
        verbs.check(a_case_missing(), an_answer(a_case_missing(), "M7"), MONDAY)


def test_an_item_is_answered_once() -> None:
    case = a_case_missing(PIN_DEMAND, LOA_DEMAND)
    verbs.tell(case, an_answer(case, "M1"), MONDAY)
    with pytest.raises(ItemSettled):
        verbs.tell(case, an_answer(case, "M2", "M1"), MONDAY)
    assert case.missing[1].is_open


def test_a_closed_case_takes_no_answer() -> None:
    case = a_case_in(Status.OUTBOUND)
    with pytest.raises(CaseClosed):
        verbs.check(case, an_answer(case, "M1"), MONDAY)


def test_an_answers_comment_stands_beside_it() -> None:
    case = a_case_missing()
    verbs.tell(case, an_answer(case, comment="sorry, a typing mistake"), MONDAY)
    kinds = [entry.event.kind for entry in case.fresh]
    assert kinds == ["items_answered", "comment_added", "lines_resubmitted"]
    assert happened(case, ItemsAnswered)[0].answer_id == "A1"


def test_a_correctable_reason_asks_for_the_field_it_points_at() -> None:
    """R19: our words and the carrier's own code stand on the line."""
    case = a_pending_case()
    hear(case, OrderStatus.EXCEPTION, reasons=(PIN, LOA))
    assert case.status is Status.MISSING_DATA and case.waiting_on is WaitingOn.PARTNER
    assert [(item.field, item.kind) for item in case.missing] == [("losing_carrier.pin", "VALUE"), ("loa", "DOCUMENT")]
    assert case.lines[0].reasons == (PIN, LOA)


def test_one_final_reason_among_correctable_ones_rejects() -> None:
    """R19."""
    case = a_pending_case()
    hear(case, OrderStatus.EXCEPTION, reasons=(PIN, reason("NUMBER_INACTIVE")))
    assert case.status is Status.REJECTED and case.missing == []


def test_a_reason_that_care_must_settle_stops_no_line() -> None:
    case = a_pending_case()
    hear(case, OrderStatus.EXCEPTION, reasons=(reason("ALREADY_PORTING"),))
    assert (case.status, case.waiting_on) == (Status.PENDING_APPROVAL, WaitingOn.CARE)
    assert case.lines[0].reasons[0].code == "ALREADY_PORTING"


def test_a_reason_that_the_carrier_settles_itself_is_only_noted() -> None:
    case = a_pending_case()
    hear(case, OrderStatus.EXCEPTION, reasons=(reason("DONOR_SILENT"),))
    assert (case.status, case.waiting_on) == (Status.PENDING_APPROVAL, WaitingOn.CARRIER)
    assert case.fresh[-1].event.kind == "carrier_noted"


def test_an_exception_without_a_reason_is_cares() -> None:
    case = a_pending_case()
    hear(case, OrderStatus.EXCEPTION)
    assert case.waiting_on is WaitingOn.CARE and case.lines[0].reasons[0].code == "OTHER"


def test_a_confirmed_line_that_is_stopped_has_no_date_any_more() -> None:
    """R21: the date is confirmed anew, and told as such."""
    case = a_confirmed_case()
    hear(case, OrderStatus.EXCEPTION, reasons=(PIN,))
    assert case.lines[0].plan is None and case.header(None).last_day_for_date_change is None
    verbs.tell(case, an_answer(case), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, date=date(2026, 12, 16))
    assert case.fresh[-1].event.kind == "date_confirmed"


def test_what_is_asked_already_is_not_asked_twice() -> None:
    """The same exception in other words changes nothing, and the clock runs on."""
    case = a_case_in(Status.MISSING_DATA)
    hear(case, OrderStatus.EXCEPTION, later(days=5), reasons=(reason("PIN_INVALID", "really wrong"),))
    assert len(case.missing) == 1 and happened(case, DataMissing) == []
    assert len(happened(case, NewsIgnored)) == 1
    assert case.silence and case.silence.since == MONDAY


def test_a_second_reason_adds_what_it_needs() -> None:
    case = a_case_in(Status.MISSING_DATA)
    hear(case, OrderStatus.EXCEPTION, later(days=5), reasons=(PIN, LOA))
    assert [item.field for item in case.missing] == ["losing_carrier.pin", "loa"]
    assert [asked.id for asked in happened(case, DataMissing)[0].asked] == ["M1", "M2"]
    assert case.announce(None).lines[0][1].reasons == (PIN, LOA)


def test_what_is_asked_of_one_line_is_asked_of_the_other_too() -> None:
    case = a_sent_case(a_line(), a_line(OTHER))
    verbs.tell(case, entered(NewsKind.MISSING_DATA, OTHER, reasons=(PIN,)), MONDAY)
    hear(case, OrderStatus.EXCEPTION, later(days=1), reasons=(PIN,))
    assert [item.numbers for item in case.missing] == [(OTHER,), ("+498912345678", OTHER)]


def test_a_line_that_is_stopped_again_waits_for_the_question_that_is_open_still() -> None:
    """It was asked of two lines, one of which the carrier had let go on."""
    case = a_sent_case(a_line(), a_line(OTHER))
    hear(case, OrderStatus.EXCEPTION, MONDAY, reasons=(PIN,))
    parts = [
        a_snapshot(case, status, numbers=(number,), carrier_order_id=id_, as_of=later(days=1), reasons=(PIN,))
        for status, number, id_ in (
            (OrderStatus.EXCEPTION, "+498912345678", "T-1"), (OrderStatus.ACKNOWLEDGED, OTHER, "T-2")
        )
    ]
    verbs.hear(case, news(*parts), later(days=1))
    assert [line.status for line in case.lines] == ["MISSING_DATA", "PENDING_APPROVAL"]
    forget(case)
    hear(case, OrderStatus.EXCEPTION, later(days=2), order=2, reasons=(PIN,))
    assert case.lines[1].status is Status.MISSING_DATA and len(case.missing) == 1
    assert [asked.id for asked in happened(case, DataMissing)[0].asked] == ["M1"]


def test_the_same_correction_can_be_wrong_twice() -> None:
    """The carrier answers the amendment with the very exception of before: the partner is asked again."""
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case), later(days=1))
    said = a_snapshot(case, OrderStatus.EXCEPTION, as_of=later(days=1), reasons=(reason("PIN_INVALID"),))
    carry_out(case, AmendOrder, Accepted(news=news(said)), later(days=1))
    assert case.status is Status.MISSING_DATA and [item.is_open for item in case.missing] == [False, True]


def test_an_old_exception_read_again_while_the_correction_is_on_its_way_changes_nothing() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case), later(days=1))
    hear(case, OrderStatus.EXCEPTION, later(days=1), reasons=(reason("PIN_INVALID"),))
    assert case.status is Status.SUBMITTED and len(happened(case, NewsIgnored)) == 1


def test_an_amendment_that_is_refused_asks_again() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case), MONDAY)
    carry_out(case, AmendOrder, Refused(reasons=(LOA,)))
    assert case.status is Status.MISSING_DATA and case.missing[-1].field == "loa"


def test_a_carrier_that_goes_on_without_the_answer_lets_the_question_lapse() -> None:
    case = a_case_in(Status.MISSING_DATA)
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH)
    assert case.status is Status.CONFIRMED
    assert not any(item.is_open for item in case.missing) and case.silence is None
    assert case.lines[0].reasons == ()


def test_an_order_is_sent_when_the_line_it_waits_for_is_cancelled() -> None:
    """R11: nothing else will ever wake it."""
    case = a_case(a_line(), a_line(OTHER, demands=(PIN_DEMAND,)))
    verbs.tell(case, Cancel(actor=PARTNER, reason="not this one", numbers=(OTHER,)), MONDAY)
    assert [(type(one), one.numbers) for one in case.instructions] == [(SubmitOrder, ("+498912345678",))]
    assert case.lines[1].status is Status.TERMINATED and not case.missing[0].is_open


def test_an_order_is_sent_when_the_line_it_waits_for_runs_out_of_time() -> None:
    """R29: the line alone goes OUTBOUND."""
    case = a_case(a_line(), a_line(OTHER, demands=(PIN_DEMAND,)))
    verbs.ring(case, later(days=30))
    assert [line.status for line in case.lines] == ["SUBMITTED", "OUTBOUND"]
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [("+498912345678",)]


def test_an_order_is_sent_when_care_rejects_the_line_it_waits_for() -> None:
    case = a_case(a_line(), a_line(OTHER, demands=(PIN_DEMAND,)))
    verbs.tell(case, entered(NewsKind.REJECTED, OTHER), MONDAY)
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [("+498912345678",)]


def test_a_correction_is_sent_when_the_other_line_it_waits_for_leaves() -> None:
    case = a_sent_case(a_line(), a_line(OTHER))
    verbs.tell(case, entered(NewsKind.MISSING_DATA, "+498912345678", reasons=(PIN,)), MONDAY)
    verbs.tell(case, entered(NewsKind.MISSING_DATA, OTHER, reasons=(LOA,)), MONDAY)
    verbs.tell(case, an_answer(case, "M1"), MONDAY)
    assert case.instructions == []
    verbs.tell(case, entered(NewsKind.REJECTED, OTHER), MONDAY)
    assert [(type(one), one.numbers) for one in case.instructions] == [(AmendOrder, ("+498912345678",))]


def test_an_item_for_two_lines_stays_open_until_both_are_gone() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), a_line(OTHER, demands=(PIN_DEMAND,)))
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone", numbers=(OTHER,)), MONDAY)
    assert case.missing[0].is_open
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    assert not case.missing[0].is_open


def test_a_line_that_the_partner_takes_out_is_given_up() -> None:
    case = a_case(a_line(), a_line(OTHER, demands=(PIN_DEMAND,)))
    verbs.tell(case, an_answer(case, "M1", removed=("M1",)), MONDAY)
    assert [line.status for line in case.lines] == ["SUBMITTED", "TERMINATED"]
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [("+498912345678",)]


def test_a_line_taken_out_of_an_order_that_is_out_is_cancelled_there_and_not_sent_again() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case, "M1", removed=("M1",)), MONDAY)
    assert [type(one) for one in case.instructions] == [CancelOrder]
    assert happened(case, LinesResubmitted) == [] and case.waiting_on is WaitingOn.CARRIER


def test_a_line_that_is_being_cancelled_is_not_cancelled_again_by_taking_it_out() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    verbs.tell(case, an_answer(case, "M1", removed=("M1",)), MONDAY)
    assert [type(one) for one in case.instructions] == [CancelOrder]


def test_a_line_whose_removal_the_carrier_refuses_goes_on() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, an_answer(case, "M1", removed=("M1",)), MONDAY)
    carry_out(case, CancelOrder, Refused(reasons=(reason("TOO_LATE"),)))
    assert case.status is Status.SUBMITTED and case.lines[0].cancellation == "REFUSED"


def test_an_answer_can_name_another_date_for_its_lines_only() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), a_line("+390612345678", "IT@Europe/Rome"))
    wish = date(2026, 12, 17)
    verbs.tell(case, an_answer(case, "M1", requested_date=wish), MONDAY)
    assert [line.requested_date for line in case.lines] == [wish, WISH]
    assert (case.lines[0].wish_passes_at - case.lines[1].wish_passes_at).days == 3
    assert instructed(case, SubmitOrder)[-1].requested_date == wish


def test_a_new_wish_can_pass_again() -> None:
    case = a_case_missing()
    case.lines[0].wish_passed = True
    verbs.tell(case, an_answer(case, requested_date=date(2026, 12, 21)), later(days=20))
    assert not case.lines[0].wish_passed


def test_an_answer_to_nothing_changes_no_lines_date() -> None:
    case = a_confirmed_case()
    verbs.tell(case, an_answer(case, requested_date=date(2026, 12, 21)), MONDAY)
    assert case.lines[0].requested_date == WISH


def test_reasons_without_a_field_are_asked_in_words() -> None:
    case = a_pending_case()
    forget(case)
    verbs.tell(case, entered(NewsKind.MISSING_DATA, reasons=(reason("OTHER", "Send the contract."),)), MONDAY)
    assert [(item.field, item.prompt) for item in case.missing] == [("comment", "Send the contract.")]
    assert case.fresh[0].actor.role == CARE.role or case.fresh[0].event.kind == "data_missing"
