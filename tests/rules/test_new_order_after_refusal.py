"""What a carrier refuses, in part or whole; and carriers that close a refused order for good (R07, R16, R19, R29)."""

from __future__ import annotations

from porting import verbs
from porting.commands import Cancel, NewsKind
from porting.instructions import Accepted, AmendOrder, CancelOrder, Refused, SetOutboundOnly, SubmitOrder
from porting.ordering import order_instruction
from porting.orders import OrderStatus, RefusedNumbers
from porting.reasons import reason
from porting.status import Status, WaitingOn
from tests.examples import (
    PARTNER,
    WISH,
    a_case,
    a_line,
    a_sent_case,
    a_snapshot,
    an_answer,
    carry_out,
    entered,
    hear,
    instructed,
    kinds,
    later,
    local,
    news,
)
from tests.rules.approved import OURS, a_case_of_ours, approves

A, B, C = "+498912345678", "+498912345679", "+498912345670"
PIN = (reason("PIN_INVALID", carrier_code="27"),)
GONE = (reason("NUMBER_INACTIVE", carrier_code="44"),)


def statuses(case):
    return [line.status for line in case.lines]


def in_part(case, *parts, **more):
    approves(case, refused=tuple(RefusedNumbers(numbers, reasons) for numbers, reasons in parts), **more)


def test_refused_numbers_go_their_way_while_the_others_are_confirmed():
    """R16, R19."""
    case = a_case_of_ours(a_line(A), a_line(B), a_line(C))
    in_part(case, ((B,), PIN), ((C,), GONE))
    assert statuses(case) == [Status.CONFIRMED, Status.MISSING_DATA, Status.REJECTED]
    assert [item.numbers for item in case.missing] == [(B,)]
    assert case.lines[0].plan.date == WISH and case.lines[2].reasons == GONE


def test_a_range_is_refused_with_its_worst_number():
    """R03."""
    case = a_case_of_ours(a_line(A), a_line("+498912346X"))
    in_part(case, (("+4989123467",), GONE))
    assert statuses(case) == [Status.CONFIRMED, Status.REJECTED]


def test_a_part_is_refused_by_a_carrier_that_takes_corrections_too():
    """R19: there the same order is amended."""
    case = a_sent_case(a_line(A), a_line(B))
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, refused=(RefusedNumbers((B,), PIN),))
    assert statuses(case) == [Status.CONFIRMED, Status.MISSING_DATA]
    verbs.tell(case, an_answer(case), later(hours=1))
    assert [one.order for one in instructed(case, AmendOrder)] == [1]


def test_the_same_refusal_again_changes_nothing():
    """R17."""
    case = a_case_of_ours(a_line(A), a_line(B))
    in_part(case, ((B,), PIN))
    before = case.sequence
    in_part(case, ((B,), PIN), at=later(hours=1))
    assert kinds(case)[before - case.sequence :] == ["news_ignored"] and len(case.missing) == 1


def test_corrected_lines_go_out_as_a_new_order_of_the_same_case():
    """R07, R19."""
    case = a_case_of_ours(a_line(A), a_line(B))
    in_part(case, ((B,), PIN))
    verbs.tell(case, an_answer(case), later(hours=1))
    sent = instructed(case, SubmitOrder)
    assert [(one.order, one.reference, one.numbers) for one in sent] == [(2, "PC-1-2", (B,))]
    assert [line.order for line in case.lines] == [1, 2] and instructed(case, AmendOrder) == []
    assert case.order(2).renews == 1 and case.order(2).capabilities == case.order(1).capabilities


def test_the_new_order_has_a_life_of_its_own():
    """R16: a date for it, and the old order's word does not reach its lines."""
    case = a_case_of_ours(a_line(A), a_line(B))
    in_part(case, ((B,), PIN))
    verbs.tell(case, an_answer(case), later(hours=1))
    received = a_snapshot(case, OrderStatus.RECEIVED, order=2)
    carry_out(case, SubmitOrder, Accepted(news=news(received)), later(hours=1))
    hear(case, OrderStatus.CANCELLED, later(hours=2), order=1, numbers=(A,))
    assert statuses(case) == [Status.TERMINATED, Status.SUBMITTED]
    approves(case, order=2, at=later(hours=3))
    assert statuses(case) == [Status.TERMINATED, Status.CONFIRMED]


def test_a_wholly_blocked_order_is_replaced_again_and_again():
    case = a_case_of_ours(a_line(A))
    for number in (1, 2):
        hear(case, OrderStatus.EXCEPTION, later(hours=number), order=number, reasons=PIN)
        verbs.tell(case, an_answer(case), later(hours=number, minutes=1))
        received = a_snapshot(case, OrderStatus.RECEIVED, order=number + 1)
        carry_out(case, SubmitOrder, Accepted(news=news(received)), later(hours=number, minutes=2))
    assert [order.reference for order in case.orders] == ["PC-1-1", "PC-1-2", "PC-1-3"]
    assert case.lines[0].order == 3 and case.status is Status.SUBMITTED


def test_lines_of_one_order_that_are_refused_one_after_another_share_the_new_order():
    """R07: it goes out once both are complete (R11)."""
    case = a_case_of_ours(a_line(A), a_line(B), a_line(C))
    in_part(case, ((A,), PIN))
    in_part(case, ((A,), PIN), ((B,), PIN), at=later(hours=1))
    assert [line.order for line in case.lines] == [2, 2, 1]
    verbs.tell(case, an_answer(case, "M1"), later(hours=2))
    assert instructed(case, SubmitOrder) == []
    verbs.tell(case, an_answer(case), later(hours=3))
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [(A, B)]


def test_silence_ends_a_blocked_order_although_there_is_nothing_to_cancel():
    """R29."""
    case = a_case_of_ours(a_line(A))
    hear(case, OrderStatus.EXCEPTION, later(), reasons=PIN)
    verbs.ring(case, later(days=30))
    assert case.status is Status.OUTBOUND and case.closed_at is not None
    assert instructed(case, CancelOrder) == [] and instructed(case, SetOutboundOnly)


def test_a_blocked_line_is_given_up_at_once():
    """R17: no carrier has it."""
    case = a_case_of_ours(a_line(A))
    hear(case, OrderStatus.EXCEPTION, later(), reasons=PIN)
    verbs.tell(case, Cancel(actor=PARTNER, reason="the customer stays"), later(hours=1))
    assert case.status is Status.TERMINATED and instructed(case, CancelOrder) == []


def test_a_refusal_answers_a_cancellation_that_was_asked_for():
    case = a_case_of_ours(a_line(A))
    verbs.tell(case, Cancel(actor=PARTNER, reason="the customer stays"), later(hours=1))
    hear(case, OrderStatus.EXCEPTION, later(hours=2), reasons=PIN)
    assert case.status is Status.TERMINATED


def test_what_only_care_can_settle_waits_for_care_and_is_sent_anew_after_it():
    """R19, R20."""
    case = a_case_of_ours(a_line(A))
    hear(case, OrderStatus.EXCEPTION, later(), reasons=(reason("ALREADY_PORTING"),))
    assert case.waiting_on is WaitingOn.CARE and instructed(case, SubmitOrder) == []
    verbs.tell(case, entered(NewsKind.MISSING_DATA, reasons=PIN), later(hours=1))
    verbs.tell(case, an_answer(case), later(hours=2))
    assert [one.reference for one in instructed(case, SubmitOrder)] == ["PC-1-2"]


def test_a_confirmed_line_can_be_refused_after_all():
    """R17, R21: its date is gone."""
    case = a_case_of_ours(a_line(A), a_line(B))
    approves(case)
    in_part(case, ((B,), PIN), at=later(hours=1))
    assert statuses(case) == [Status.CONFIRMED, Status.MISSING_DATA] and case.lines[1].plan is None
    verbs.ring(case, local(WISH))
    assert case.lines[1].activated_on is None


def test_a_refused_submission_that_never_arrived_is_sent_under_the_same_reference():
    """R19: the carrier has no order to close."""

    case = a_case(a_line(A), capabilities={"telnyx": OURS})
    carry_out(case, SubmitOrder, Refused(reasons=PIN))
    verbs.tell(case, an_answer(case), later(hours=1))
    assert [one.reference for one in instructed(case, SubmitOrder)] == ["PC-1-1"]


def test_what_was_to_be_said_of_the_old_order_is_not_said_of_the_new_one():
    """R07: a cancellation that is still on its way when its line has an order of its own already."""
    case = a_case_of_ours(a_line(A), a_line(B))
    in_part(case, ((B,), PIN))
    verbs.tell(case, an_answer(case), later(hours=1))
    case.instructions.append(CancelOrder(**order_instruction(case, 1, [1]), whole=False, reason=""))
    received = a_snapshot(case, OrderStatus.RECEIVED, order=2)
    carry_out(case, SubmitOrder, Accepted(news=news(received)), later(hours=2))
    (cancel,) = instructed(case, CancelOrder)
    assert (case.lines[1].order, cancel.order, cancel.carrier_order_id) == (2, 1, case.order(1).carrier_order_id)
