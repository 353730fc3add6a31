"""Giving lines up: at once, by asking the carrier, in part, refused, or while it is on its way (R03, R17)."""

from __future__ import annotations

import pytest

from porting import verbs
from porting.commands import Cancel
from porting.errors import CancellationPending, NothingToCancel, RangeCannotBeSplit
from porting.events import CancellationAsked, CancellationRefused, CareNeeded, LinesTerminated
from porting.instructions import Accepted, AmendOrder, CancelOrder, Refused, SubmitOrder
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import FINAL, Status
from tests.examples import (
    CARE,
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    ROME,
    WISH,
    a_case,
    a_case_in,
    a_confirmed_case,
    a_line,
    a_sent_case,
    a_snapshot,
    an_answer,
    carry_out,
    happened,
    hear,
    instructed,
    later,
    news,
)

GIVE_UP = Cancel(actor=PARTNER, reason="the customer stays")
OTHER = "+498912345679"
TOO_LATE = Refused(reasons=(reason("TOO_LATE"),))


def test_what_no_carrier_has_is_terminated_at_once() -> None:
    """R17."""
    case = a_case(a_line(demands=(PIN_DEMAND,)))
    verbs.tell(case, GIVE_UP, later(days=1))
    assert case.status is Status.TERMINATED and case.is_over
    (event,) = happened(case, LinesTerminated)
    assert event.reason == "the customer stays" and case.fresh[-2].actor == PARTNER


def test_what_a_carrier_has_goes_on_until_it_answers() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    verbs.tell(case, GIVE_UP, MONDAY)
    (cancel,) = instructed(case, CancelOrder)
    assert cancel.whole and cancel.reason == "the customer stays" and cancel.carrier_order_id == "T-1"
    assert case.status is Status.PENDING_APPROVAL and case.lines[0].cancellation == "REQUESTED"
    assert len(happened(case, CancellationAsked)) == 1


def test_the_carriers_yes_terminates() -> None:
    case = a_case_in(Status.CONFIRMED)
    verbs.tell(case, GIVE_UP, MONDAY)
    said = a_snapshot(case, OrderStatus.CANCELLED, as_of=MONDAY)
    carry_out(case, CancelOrder, Accepted(news=news(said)))
    assert case.status is Status.TERMINATED and case.lines[0].cancellation == ""
    assert happened(case, LinesTerminated)[0].reason == "cancelled as asked"


def test_a_cancellation_that_is_pending_at_the_carrier_moves_nothing_yet() -> None:
    case = a_case_in(Status.CONFIRMED)
    verbs.tell(case, GIVE_UP, MONDAY)
    carry_out(case, CancelOrder, Accepted(news=news(a_snapshot(case, OrderStatus.CANCEL_PENDING, as_of=MONDAY))))
    assert case.status is Status.CONFIRMED and case.lines[0].cancellation == "REQUESTED"
    hear(case, OrderStatus.CANCELLED, later(days=1))
    assert case.status is Status.TERMINATED


def test_a_refused_cancellation_lets_the_lines_go_on_and_can_be_asked_again() -> None:
    case = a_case_in(Status.CONFIRMED)
    verbs.tell(case, GIVE_UP, MONDAY)
    carry_out(case, CancelOrder, TOO_LATE)
    assert case.status is Status.CONFIRMED and case.lines[0].cancellation == "REFUSED"
    assert happened(case, CancellationRefused)[0].reasons[0].code == "TOO_LATE"
    assert case.waiting_on == "CUTOVER"
    verbs.tell(case, GIVE_UP, MONDAY)
    assert len(instructed(case, CancelOrder)) == 1


def test_a_cancellation_is_not_asked_twice() -> None:
    case = a_case_in(Status.CONFIRMED)
    verbs.tell(case, GIVE_UP, MONDAY)
    with pytest.raises(CancellationPending):
        verbs.tell(case, GIVE_UP, MONDAY)
    assert len(instructed(case, CancelOrder)) == 1


@pytest.mark.parametrize("status", sorted(FINAL))
def test_a_final_line_cannot_be_cancelled(status: Status) -> None:
    with pytest.raises(NothingToCancel):
        verbs.check(a_case_in(status), GIVE_UP, MONDAY)


def test_part_of_a_range_cannot_be_cancelled() -> None:
    """R03: before or after porting."""
    case = a_sent_case(a_line("+4989010710X"))
    for _ in range(2):
        with pytest.raises(RangeCannotBeSplit):
            verbs.check(case, Cancel(actor=CARE, reason="x", numbers=("+49890107107",)), MONDAY)
        hear(case, OrderStatus.PORTED, date=WISH)


def test_a_line_of_an_order_is_cancelled_and_the_others_go_on() -> None:
    case = a_sent_case(a_line(), a_line(OTHER))
    verbs.tell(case, Cancel(actor=PARTNER, reason="only this", numbers=(OTHER,)), MONDAY)
    (cancel,) = instructed(case, CancelOrder)
    assert cancel.numbers == (OTHER,) and not cancel.whole
    assert [line.cancellation for line in case.lines] == ["", "REQUESTED"]


def test_the_last_lines_of_an_order_are_cancelled_with_the_whole_of_it() -> None:
    case = a_sent_case(a_line(), a_line(OTHER))
    verbs.tell(case, Cancel(actor=PARTNER, reason="first", numbers=(OTHER,)), MONDAY)
    verbs.tell(case, Cancel(actor=PARTNER, reason="then all"), MONDAY)
    assert [(one.numbers, one.whole) for one in instructed(case, CancelOrder)] == [
        ((OTHER,), False), (("+498912345678",), True)
    ]


def test_a_line_that_the_carrier_left_out_of_the_order_is_terminated() -> None:
    """A cancellation in part: the order is shown without the number."""
    case = a_confirmed_case(a_line(), a_line(OTHER))
    verbs.tell(case, Cancel(actor=PARTNER, reason="only this", numbers=(OTHER,)), MONDAY)
    carry_out(case, CancelOrder, Accepted())
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=WISH, numbers=("+498912345678",))
    assert [line.status for line in case.lines] == ["CONFIRMED", "TERMINATED"]


def test_a_line_left_out_that_nobody_cancelled_stays() -> None:
    case = a_confirmed_case(a_line(), a_line(OTHER))
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=WISH, numbers=("+498912345678",))
    assert [line.status for line in case.lines] == ["CONFIRMED", "CONFIRMED"]


def test_an_order_shown_without_its_list_of_numbers_has_lost_none() -> None:
    case = a_confirmed_case(a_line(), a_line(OTHER))
    verbs.tell(case, Cancel(actor=PARTNER, reason="only this", numbers=(OTHER,)), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=WISH, numbers=())
    assert case.lines[1].status is Status.CONFIRMED


def test_a_line_in_an_order_that_was_not_shown_is_not_lost() -> None:
    case = a_confirmed_case(a_line(), a_line(OTHER))
    split = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, numbers=(OTHER,), carrier_order_id="T-9",
                       as_of=MONDAY)
    first = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, numbers=("+498912345678",), as_of=MONDAY)
    verbs.hear(case, news(first, split), MONDAY)
    verbs.tell(case, Cancel(actor=PARTNER, reason="only this", numbers=(OTHER,)), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=WISH, numbers=("+498912345678",))
    assert case.lines[1].status is Status.CONFIRMED


def test_a_cancellation_while_the_order_is_being_submitted_follows_it() -> None:
    """The carrier may have it this moment, so the lines are not simply struck off."""
    case = a_case()
    verbs.tell(case, GIVE_UP, MONDAY)
    assert [type(one) for one in case.instructions] == [SubmitOrder, CancelOrder]
    assert case.status is Status.SUBMITTED and len({one.lane for one in case.instructions}) == 1
    carry_out(case, SubmitOrder, Accepted(news=news(a_snapshot(case, OrderStatus.RECEIVED, as_of=MONDAY))))
    (cancel,) = instructed(case, CancelOrder)
    assert cancel.carrier_order_id == "T-1"
    carry_out(case, CancelOrder, Accepted(news=news(a_snapshot(case, OrderStatus.CANCELLED, as_of=MONDAY))))
    assert case.status is Status.TERMINATED and case.is_over


def test_a_cancellation_reaches_every_part_of_an_order_that_the_carrier_splits_meanwhile() -> None:
    """R07."""
    case = a_case(a_line(), a_line(OTHER))
    verbs.tell(case, GIVE_UP, MONDAY)
    parts = [
        a_snapshot(case, OrderStatus.RECEIVED, numbers=(number,), carrier_order_id=id_, as_of=MONDAY)
        for number, id_ in (("+498912345678", "T-1"), (OTHER, "T-2"))
    ]
    carry_out(case, SubmitOrder, Accepted(news=news(*parts)))
    cancels = instructed(case, CancelOrder)
    assert [(one.lane, one.carrier_order_id, one.numbers, one.whole) for one in cancels] == [
        ("order-1", "T-1", ("+498912345678",), True), ("order-2", "T-2", (OTHER,), True)
    ]
    assert len({one.id for one in cancels}) == 2


def test_a_cancellation_of_an_order_that_the_carrier_never_had_ends_it() -> None:
    """The submission was refused, and there is nothing to cancel there."""
    case = a_case()
    verbs.tell(case, GIVE_UP, MONDAY)
    carry_out(case, SubmitOrder, Refused(reasons=(reason("OTHER"),)))
    carry_out(case, CancelOrder, Accepted(news=news()))
    assert case.status is Status.TERMINATED and case.is_over


def test_a_line_that_is_ported_all_the_same_is_completed() -> None:
    case = a_case_in(Status.CONFIRMED)
    verbs.tell(case, GIVE_UP, MONDAY)
    hear(case, OrderStatus.PORTED, date=WISH)
    assert case.status is Status.COMPLETED and case.lines[0].cancellation == ""
    carry_out(case, CancelOrder, TOO_LATE)
    assert happened(case, CareNeeded) == [] and case.status is Status.COMPLETED


def test_a_cancellation_of_missing_lines_keeps_the_clock_and_the_correction_is_not_sent() -> None:
    """R28: cancelling is an act of the partner too."""
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, GIVE_UP, later(days=10))
    assert case.silence and case.silence.since == later(days=10)
    verbs.tell(case, an_answer(case), later(days=11))
    assert instructed(case, AmendOrder) == []


def test_each_carrier_is_asked_for_its_own_order() -> None:
    case = a_case(a_line(), a_line("+390612345678", ROME), a_line("+4989777777", demands=(PIN_DEMAND,)))
    received = a_snapshot(case, OrderStatus.RECEIVED, order=2, as_of=MONDAY)
    carry_out(case, SubmitOrder, Accepted(news=news(received)))
    verbs.tell(case, GIVE_UP, MONDAY)
    assert [line.status for line in case.lines] == ["TERMINATED", "SUBMITTED", "TERMINATED"]
    assert [one.numbers for one in instructed(case, CancelOrder)] == [("+390612345678",)]


def test_an_order_that_the_carrier_cancels_unasked_is_terminated_with_its_words() -> None:
    case = a_case_in(Status.CONFIRMED)
    hear(case, OrderStatus.CANCELLED, reasons=(reason("CANCELLED_BY_CARRIER", "The donor withdrew."),))
    assert happened(case, LinesTerminated)[0].reason == "The donor withdrew."
