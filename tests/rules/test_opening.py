"""How a case begins: its lines, carrier orders, what it lacks, and what it wants done first (R06, R07, R11, R31)."""

from __future__ import annotations

import pytest

from porting import verbs
from porting.capabilities import Capabilities
from porting.commands import Cancel, NewsKind
from porting.diary import next_alarm
from porting.errors import NothingToCancel
from porting.events import CaseOpened, DataMissing, LinesCompleted
from porting.instructions import (
    Accepted,
    AssignTemporaryNumbers,
    Done,
    Refused,
    SetOutboundOnly,
    SubmitOrder,
)
from porting.reasons import reason
from porting.request import OrderType
from porting.status import Status, WaitingOn
from tests.examples import (
    LOA_DEMAND,
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    ROME,
    WISH,
    a_case,
    a_line,
    an_answer,
    carry_out,
    entered,
    happened,
    instructed,
    later,
)


def an_outbound_case():
    line = a_line(carrier="", outbound_due=later(days=1))
    return a_case(line, order_type=OrderType.OUTBOUND_ONLY)


def test_a_complete_request_is_submitted_at_once() -> None:
    case = a_case()
    (submit,) = case.instructions
    assert isinstance(submit, SubmitOrder)
    assert (submit.lane, submit.reference, submit.numbers) == ("order-1", "PC-1-1", ("+498912345678",))
    assert submit.requested_date == WISH
    assert (case.status, case.waiting_on) == (Status.SUBMITTED, WaitingOn.CARRIER)


def test_the_opening_is_the_first_entry_and_names_every_line() -> None:
    case = a_case(a_line(), a_line("+4930123456"))
    assert case.fresh[0].sequence == 1 and case.fresh[0].actor == PARTNER
    assert happened(case, CaseOpened)[0].numbers == ("+498912345678", "+4930123456")


def test_the_first_announcement_shows_every_line() -> None:
    case = a_case(a_line(), a_line("+4930123456"))
    announcement = case.announce(next_alarm(case))
    assert announcement.version == 1 and [position for position, _ in announcement.lines] == [0, 1]
    assert not case.has_news


def test_a_carrier_that_takes_so_many_numbers_gets_as_many_orders_as_it_needs() -> None:
    """R07; a range that is larger than what it takes stands alone, since it cannot be split (R03)."""
    lines = [a_line(), a_line("+498912345679"), a_line("+498912345680"), a_line("+4989010710X", count=10)]
    case = a_case(*lines, capabilities={"telnyx": Capabilities(max_numbers=2)})
    assert [line.order for line in case.lines] == [1, 1, 2, 3]
    assert [order.reference for order in case.orders] == ["PC-1-1", "PC-1-2", "PC-1-3"]
    assert all(order.capabilities.max_numbers == 2 for order in case.orders)


def test_lines_that_cannot_go_together_go_in_orders_of_their_own() -> None:
    """R07: another country, another number type or another carrier; the partner still sees one case."""
    lines = (
        a_line(),
        a_line("+390612345678", ROME),
        a_line("+498912345679"),
        a_line("+4915112345678", number_type="MOBILE"),
        a_line("+4989777777", carrier="coin"),
    )
    case = a_case(*lines)
    assert [line.order for line in case.lines] == [1, 2, 1, 3, 4]
    assert [order.carrier for order in case.orders] == ["telnyx", "telnyx", "telnyx", "coin"]
    assert [one.numbers for one in instructed(case, SubmitOrder)] == [
        ("+498912345678", "+498912345679"), ("+390612345678",), ("+4915112345678",), ("+4989777777",)
    ]
    assert len({one.lane for one in case.instructions}) == 4
    assert len({order.reference for order in case.orders}) == 4


def test_a_request_that_lacks_something_stands_in_missing_data_at_once_and_is_not_sent() -> None:
    """R11: each missing item is named."""
    case = a_case(a_line(demands=(PIN_DEMAND, LOA_DEMAND)))
    assert case.status is Status.MISSING_DATA and case.waiting_on is WaitingOn.PARTNER
    assert [(item.id, item.field) for item in case.missing] == [("M1", "losing_carrier.pin"), ("M2", "loa")]
    assert case.instructions == []
    (event,) = happened(case, DataMissing)
    assert [asked.field for asked in event.asked] == ["losing_carrier.pin", "loa"]


def test_an_order_waits_for_its_incomplete_line_while_another_goes_on() -> None:
    """R07, R11."""
    case = a_case(a_line(), a_line("+498912345679", demands=(PIN_DEMAND,)), a_line("+390612345678", ROME))
    assert [one.numbers for one in case.instructions] == [("+390612345678",)]
    assert [line.status for line in case.lines] == ["SUBMITTED", "MISSING_DATA", "SUBMITTED"]


def test_lines_that_lack_the_same_are_asked_once() -> None:
    case = a_case(*(a_line(f"+49891234567{n}", demands=(PIN_DEMAND,)) for n in range(3)))
    (item,) = case.missing
    assert len(item.numbers) == 3 and len(happened(case, DataMissing)) == 1


def test_each_line_is_given_a_temporary_number_with_ivp_and_none_without() -> None:
    """R31: asked for country by country, a range as one line."""
    case = a_case(a_line(), a_line("+4989010710X"), a_line("+390612345678", ROME), ivp=True)
    wanted = [(one.country, one.numbers) for one in instructed(case, AssignTemporaryNumbers)]
    assert wanted == [("DE", ("+498912345678", "+4989010710X")), ("IT", ("+390612345678",))]
    assert all(line.temporary and line.temporary.status == "REQUESTED" for line in case.lines)
    assert instructed(a_case(), AssignTemporaryNumbers) == []


def test_outbound_only_needs_no_carrier_and_is_done_a_business_day_later() -> None:
    """R06: the numbers are switched, and the lines are COMPLETED."""
    case = an_outbound_case()
    assert case.orders == [] and case.instructions == [] and case.waiting_on is WaitingOn.CUTOVER
    assert next_alarm(case) == later(days=1) == case.header(None).deadline
    verbs.ring(case, later(days=1))
    (switch,) = instructed(case, SetOutboundOnly)
    assert switch.completes and switch.numbers == ("+498912345678",)
    assert case.status is Status.SUBMITTED and case.header(None).deadline is not None
    verbs.ring(case, later(days=2))
    assert len(case.instructions) == 1
    carry_out(case, SetOutboundOnly, Done(), later(days=2))
    assert case.status is Status.COMPLETED and case.is_over
    assert happened(case, LinesCompleted)[0].outbound_only
    assert case.lines[0].completed_at == later(days=2)


def test_outbound_only_is_cancelled_at_once_and_care_hears_when_the_switch_was_faster() -> None:
    case = an_outbound_case()
    verbs.ring(case, later(days=1))
    verbs.tell(case, Cancel(actor=PARTNER, reason="no longer needed"), later(days=1))
    assert case.status is Status.TERMINATED and not case.is_over
    carry_out(case, SetOutboundOnly, Done(), later(days=1))
    assert case.fresh[-1].event.kind == "care_needed" and case.is_over
    assert case.status is Status.TERMINATED


def test_an_incomplete_outbound_only_order_is_switched_once_it_is_complete() -> None:
    case = a_case(
        a_line(carrier="", outbound_due=later(days=1), demands=(PIN_DEMAND,)), order_type=OrderType.OUTBOUND_ONLY
    )
    verbs.ring(case, later(days=3))
    assert case.instructions == []
    verbs.tell(case, an_answer(case), later(days=3))
    verbs.ring(case, later(days=3))
    assert [type(one) for one in case.instructions] == [SetOutboundOnly]


def test_a_submission_refused_for_a_detail_asks_the_partner() -> None:
    """R19."""
    case = a_case()
    carry_out(case, SubmitOrder, Refused(reasons=(reason("ACCOUNT_MISMATCH"),)))
    assert case.status is Status.MISSING_DATA and case.missing[0].field == "losing_carrier.account_number"


def test_a_refused_submission_asks_only_for_lines_that_are_open_still() -> None:
    case = a_case(a_line(), a_line("+498912345679"))
    verbs.tell(case, entered(NewsKind.REJECTED, "+498912345679"), MONDAY)
    carry_out(case, SubmitOrder, Refused(reasons=(reason("PIN_INVALID"),)))
    assert [line.status for line in case.lines] == ["MISSING_DATA", "REJECTED"]
    assert case.missing[0].numbers == ("+498912345678",)


def test_an_answer_that_comes_twice_counts_once() -> None:
    case = a_case()
    (submit,) = case.instructions
    refused = Refused(reasons=(reason("PIN_INVALID"),))
    verbs.done(case, submit, refused, MONDAY)
    verbs.tell(case, an_answer(case), MONDAY)
    verbs.done(case, submit, refused, MONDAY)
    assert case.status is Status.SUBMITTED


def test_a_line_that_is_completed_anew_after_its_switch_began_is_switched_again() -> None:
    case = an_outbound_case()
    verbs.ring(case, later(days=1))
    verbs.tell(case, entered(NewsKind.MISSING_DATA), later(days=1))
    carry_out(case, SetOutboundOnly, Done(), later(days=1))
    verbs.tell(case, an_answer(case), later(days=2))
    verbs.ring(case, later(days=2))
    carry_out(case, SetOutboundOnly, Done(), later(days=2))
    assert case.status is Status.COMPLETED


def test_a_submission_refused_for_good_rejects_the_lines() -> None:
    case = a_case()
    carry_out(case, SubmitOrder, Refused(reasons=(reason("NOT_PORTABLE"),)))
    assert case.status is Status.REJECTED and case.is_over


def test_a_submission_refused_for_anything_else_is_cares() -> None:
    """An order that the carrier never took would wait for ever, even where the reason is the carrier's own."""
    for code in ("OTHER", "DONOR_SILENT"):
        case = a_case()
        carry_out(case, SubmitOrder, Refused(reasons=(reason(code),)))
        assert (case.status, case.waiting_on) == (Status.SUBMITTED, WaitingOn.CARE)
        assert case.lines[0].reasons[0].code == code


def test_a_submission_accepted_without_a_word_counts_as_sent() -> None:
    case = a_case()
    carry_out(case, SubmitOrder, Accepted())
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    assert case.lines[0].cancellation == "REQUESTED"


def test_a_case_that_is_over_takes_no_cancellation() -> None:
    case = a_case()
    carry_out(case, SubmitOrder, Refused(reasons=(reason("NOT_PORTABLE"),)))
    with pytest.raises(NothingToCancel):
        verbs.check(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
