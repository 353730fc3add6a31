"""Thirty days of silence: reminders, what starts the clock anew, and what happens at their end (R28, R29, R30, R33)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from porting import verbs
from porting.case import Case
from porting.commands import AddComment, AddDocument, Cancel, ExtendClock, NewsKind
from porting.diary import next_alarm
from porting.errors import NotWaitingForPartner
from porting.events import CareNeeded, ClockExtended, LinesWentOutbound, PartnerReminded
from porting.instructions import (
    Assigned,
    AssignTemporaryNumbers,
    CancelOrder,
    Done,
    Refused,
    ReleaseTemporaryNumbers,
    SetOutboundOnly,
    TemporaryNumbersFound,
)
from porting.orders import OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from porting.status import Status
from tests.examples import (
    CARE,
    LOA_DEMAND,
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    ROME,
    WISH,
    a_case,
    a_case_in,
    a_case_missing,
    a_change,
    a_confirmed_case,
    a_line,
    a_sent_case,
    an_answer,
    carry_out,
    entered,
    forget,
    happened,
    hear,
    instructed,
    later,
)

EXTENSION = ExtendClock(actor=CARE, days=10, reason="the customer is away")


def days_of_reminders(case: Case, days: int = 60) -> list[int]:
    """Lets each alarm ring; the days on which the partner was reminded."""
    reminded: list[int] = []
    while (alarm := next_alarm(case)) is not None and alarm <= later(days=days):
        forget(case)
        verbs.ring(case, alarm)
        reminded += [(alarm - MONDAY).days for _ in happened(case, PartnerReminded)]
    return reminded


def test_the_partner_is_reminded_after_7_14_21_and_27_days() -> None:
    """R28."""
    assert days_of_reminders(a_case_missing()) == [7, 14, 21, 27]


def test_a_reminder_names_the_days_the_deadline_and_what_is_asked() -> None:
    case = a_case_missing(PIN_DEMAND, LOA_DEMAND)
    verbs.tell(case, an_answer(case, "M1"), MONDAY)
    verbs.ring(case, later(days=7))
    (reminder,) = happened(case, PartnerReminded)
    assert (reminder.days, reminder.deadline, reminder.numbers) == (7, later(days=30), ("+498912345678",))
    assert [asked.id for asked in reminder.asked] == ["M2"]


def test_after_an_outage_the_partner_gets_the_latest_reminder_only() -> None:
    case = a_case_missing()
    verbs.ring(case, later(days=22))
    assert [one.days for one in happened(case, PartnerReminded)] == [21]
    assert next_alarm(case) == later(days=27)


def test_after_an_outage_past_the_end_nobody_is_reminded_of_what_is_over() -> None:
    case = a_case_missing()
    verbs.ring(case, later(days=45))
    assert happened(case, PartnerReminded) == [] and case.status is Status.OUTBOUND


def test_a_second_before_the_end_the_line_still_waits() -> None:
    """R29."""
    case = a_case_missing()
    verbs.ring(case, later(days=30) - timedelta(seconds=1))
    assert case.status is Status.MISSING_DATA and next_alarm(case) == later(days=30)
    verbs.ring(case, later(days=30))
    assert case.status is Status.OUTBOUND


PARTNER_ACTS = [
    AddComment(actor=PARTNER, comment_id="C1", text="we are on it"),
    AddDocument(actor=PARTNER, document_id="F1", document_kind="loa", name="loa.pdf"),
    Cancel(actor=PARTNER, reason="not this one", numbers=("+390612345678",)),
]


@pytest.mark.parametrize("act", PARTNER_ACTS, ids=lambda act: act.kind)
def test_any_act_of_the_partner_starts_the_clock_anew(act) -> None:
    """R28: with its reminders."""
    case = a_case(a_line(demands=(PIN_DEMAND,)), a_line("+390612345678", ROME))
    verbs.ring(case, later(days=20))
    verbs.tell(case, act, later(days=20))
    assert next_alarm(case) == later(days=27)
    verbs.ring(case, later(days=49))
    assert case.lines[0].status is Status.MISSING_DATA
    verbs.ring(case, later(days=50))
    assert case.lines[0].status is Status.OUTBOUND


def test_an_answer_to_one_of_two_items_starts_the_clock_anew() -> None:
    case = a_case_missing(PIN_DEMAND, LOA_DEMAND)
    verbs.tell(case, an_answer(case, "M1"), later(days=29))
    assert case.silence and case.silence.deadline(case.policy) == later(days=59)


def test_a_date_change_is_an_act_of_the_partner_too() -> None:
    case = a_confirmed_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.EXCEPTION, MONDAY, order=2, reasons=(reason("PIN_INVALID"),))
    verbs.tell(case, a_change(WISH.replace(day=17), numbers=("+498912345678",)), later(days=2))
    assert case.silence and case.silence.since == later(days=2)


@pytest.mark.parametrize("internal", [True, False])
def test_care_writing_does_not_start_the_clock_anew(internal: bool) -> None:
    """R28: the partner's act counts, nobody else's."""
    case = a_case_missing()
    verbs.tell(case, AddComment(actor=CARE, comment_id="C1", text="hello?", internal=internal), later(days=20))
    assert case.silence and case.silence.deadline(case.policy) == later(days=30)


def test_what_is_asked_anew_starts_the_clock_anew() -> None:
    """R29: nobody has less than the full time for anything."""
    case = a_case_in(Status.MISSING_DATA)
    hear(case, OrderStatus.EXCEPTION, later(days=29), reasons=(reason("PIN_INVALID"), reason("LOA_INVALID")))
    verbs.ring(case, later(days=58))
    assert case.status is Status.MISSING_DATA
    verbs.ring(case, later(days=59))
    assert case.status is Status.OUTBOUND


def test_a_line_asked_later_gives_the_others_its_time_too() -> None:
    """One clock a case."""
    case = a_case(
        a_line(demands=(PIN_DEMAND,)), a_line("+390612345678", ROME)
    )
    verbs.tell(case, entered(NewsKind.MISSING_DATA, "+390612345678"), later(days=10))
    assert next_alarm(case) == later(days=17)
    verbs.ring(case, later(days=40))
    assert [line.status for line in case.lines] == ["OUTBOUND", "OUTBOUND"]
    assert len(happened(case, LinesWentOutbound)) == 1


def test_care_extends_the_clock_with_a_reason_that_stays() -> None:
    """R30."""
    case = a_case_missing()
    verbs.tell(case, EXTENSION, later(days=5))
    (event,) = happened(case, ClockExtended)
    assert (event.days, event.reason, event.deadline) == (10, "the customer is away", later(days=40))
    assert case.fresh[0].actor == CARE


def test_an_extended_clock_reminds_once_more_before_its_end() -> None:
    case = a_case_missing()
    verbs.tell(case, EXTENSION, later(days=5))
    assert days_of_reminders(case) == [7, 14, 21, 27, 37]
    assert case.lines[0].final_at == later(days=40)


def test_an_extension_brings_no_reminder_of_a_day_that_is_over() -> None:
    case = a_case_missing()
    verbs.ring(case, later(days=29))
    forget(case)
    verbs.tell(case, ExtendClock(actor=CARE, days=1, reason="one more day"), later(days=29))
    assert next_alarm(case) == later(days=31)


def test_an_act_of_the_partner_never_shortens_what_care_gave() -> None:
    """R30: the extended deadline was promised."""
    case = a_case_missing()
    verbs.tell(case, ExtendClock(actor=CARE, days=60, reason="the courts"), later(days=5))
    verbs.tell(case, AddComment(actor=PARTNER, comment_id="C1", text="thanks"), later(days=6))
    assert case.silence and case.silence.deadline(case.policy) == later(days=90)
    verbs.tell(case, AddComment(actor=PARTNER, comment_id="C2", text="nearly"), later(days=80))
    assert case.silence.deadline(case.policy) == later(days=110)


def test_there_is_nothing_to_extend_while_nothing_is_missing() -> None:
    with pytest.raises(NotWaitingForPartner):
        verbs.check(a_case(), EXTENSION, MONDAY)


def test_the_clock_stops_when_nothing_is_missing_any_more() -> None:
    case = a_case_missing()
    verbs.tell(case, an_answer(case), later(days=29))
    verbs.ring(case, later(days=60))
    assert case.silence is None and happened(case, LinesWentOutbound) == []


def test_the_end_sets_the_numbers_outbound_only_and_cancels_at_the_carrier() -> None:
    """R29: on the number platform and at the carrier, and the partner is told."""
    case = a_case_in(Status.MISSING_DATA)
    verbs.ring(case, later(days=30))
    (switch,), (cancel,) = instructed(case, SetOutboundOnly), instructed(case, CancelOrder)
    assert switch.numbers == cancel.numbers == ("+498912345678",)
    assert not switch.completes and cancel.whole and cancel.carrier_order_id == "T-1"
    assert happened(case, LinesWentOutbound)[0].silent_since == MONDAY
    assert case.closed_at == later(days=30) and not case.is_over


def test_an_order_that_was_never_sent_is_not_cancelled() -> None:
    case = a_case_missing()
    verbs.ring(case, later(days=30))
    assert [type(one) for one in case.instructions] == [SetOutboundOnly]


def test_only_the_silent_lines_go_and_the_rest_of_their_order_stays() -> None:
    """R29: the case closes when no open line is left."""
    case = a_sent_case(a_line(), a_line("+498912345679"))
    verbs.tell(case, entered(NewsKind.MISSING_DATA, "+498912345678"), MONDAY)
    verbs.ring(case, later(days=30))
    (cancel,) = instructed(case, CancelOrder)
    assert cancel.numbers == ("+498912345678",) and not cancel.whole
    assert case.lines[1].status is Status.SUBMITTED and case.closed_at is None


def test_nothing_is_asked_any_more_of_a_line_that_went_outbound() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), a_line("+390612345678", ROME))
    verbs.ring(case, later(days=30))
    assert not any(item.is_open for item in case.missing)


def test_the_temporary_number_of_a_line_gone_outbound_is_given_back_a_day_later() -> None:
    """R29, R33; the case is kept until then."""
    case = a_case(a_line(demands=(PIN_DEMAND,)), ivp=True)
    given = Assigned("+498912345678", "+498999000001", MONDAY)
    carry_out(case, AssignTemporaryNumbers, TemporaryNumbersFound(assigned=(given,), unavailable=()))
    verbs.ring(case, later(days=30))
    carry_out(case, SetOutboundOnly, Done(), later(days=30))
    assert not case.is_over and next_alarm(case) == later(days=31)
    verbs.ring(case, later(days=31))
    (release,) = instructed(case, ReleaseTemporaryNumbers)
    assert release.quarantine_days == 30
    carry_out(case, ReleaseTemporaryNumbers, Done(), later(days=31))
    assert case.is_over and case.lines[0].temporary and case.lines[0].temporary.status == "RELEASED"


def test_care_hears_when_the_carrier_does_not_cancel_what_ran_out() -> None:
    case = a_case_in(Status.OUTBOUND)
    carry_out(case, CancelOrder, Refused(reasons=(reason("TOO_LATE"),)), later(days=31))
    assert len(happened(case, CareNeeded)) == 1 and case.status is Status.OUTBOUND


def test_the_days_are_those_of_the_policy_that_the_case_was_opened_under() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), policy=Policy(silence_days=5, reminder_days=(0, 2, 5, 9)))
    assert days_of_reminders(case) == [2]
    assert case.lines[0].final_at == later(days=5)
