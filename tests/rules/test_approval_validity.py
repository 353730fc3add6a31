"""A losing carrier's approval is good for so long: warned of before, told and left to care after (R20, R21)."""

from __future__ import annotations

from datetime import date

from porting import verbs
from porting.diary import next_alarm
from porting.events import ApprovalEnds, ApprovalLapsed, CareNeeded, is_internal
from porting.instructions import Accepted, ActivateOrder, Refused
from porting.orders import OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from porting.status import Status, WaitingOn
from porting.validity import plan_validity
from porting.waiting import waits_for
from tests.examples import MUNICH, WISH, carry_out, forget, happened, hear, instructed, local
from tests.rules.approved import FIRST, an_approved_case, approves

SHORT = date(2026, 12, 18)


def an_incomplete_case(until=SHORT):
    """Ported on the day, and the carrier refused."""
    case = an_approved_case()
    approves(case, until=until)
    verbs.ring(case, local(WISH))
    carry_out(case, ActivateOrder, Refused(reasons=(reason("CARRIER_FAULT"),)), local(WISH))
    forget(case)
    return case


def test_it_is_warned_ten_calendar_days_before_and_lapses_with_the_last_day():
    kept = plan_validity(MUNICH, date(2027, 3, 1), Policy())
    assert (kept.warned_at, kept.lapses_at) == (local(date(2027, 2, 19), 9), local(date(2027, 3, 2), 0))
    sooner = plan_validity(MUNICH, date(2027, 3, 1), Policy(approval_warning_days=3))
    assert sooner.warned_at == local(date(2027, 2, 26), 9)


def test_all_concerned_are_warned_while_lines_are_open():
    case = an_approved_case()
    approves(case, until=SHORT)
    forget(case)
    verbs.ring(case, local(date(2026, 12, 8), 8, 59))
    assert happened(case, ApprovalEnds) == []
    verbs.ring(case, local(date(2026, 12, 8), 9))
    verbs.ring(case, local(date(2026, 12, 8), 10))
    warned = happened(case, ApprovalEnds)
    assert [(one.numbers, one.last_day) for one in warned] == [(("+498912345678",), SHORT)]
    assert not is_internal(warned[0])


def test_nobody_is_warned_once_all_is_ported():
    case = an_approved_case()
    hear(case, OrderStatus.PORTED, local(WISH), date=WISH)
    assert next_alarm(case) is None


def test_what_is_not_ported_when_it_lapses_is_left_to_care():
    """R27."""
    case = an_incomplete_case()
    verbs.ring(case, local(date(2026, 12, 18), 23, 59))
    assert happened(case, ApprovalLapsed) == []
    verbs.ring(case, local(date(2026, 12, 19), 0))
    assert happened(case, ApprovalLapsed)[0].last_day == SHORT
    assert "Fri 18 Dec 2026" in happened(case, CareNeeded)[0].why
    assert case.waiting_on is WaitingOn.CARE and waits_for(case).whom is WaitingOn.CARE


def test_a_word_that_waits_for_a_silent_carrier_is_called_off_with_the_approval():
    """R22: nothing is ported on an approval that is over."""
    case = an_approved_case()
    approves(case, until=WISH)
    verbs.ring(case, local(WISH))
    verbs.ring(case, local(date(2026, 12, 15), 0))
    assert case.order(1).lapsed and [one.due for one in instructed(case, ActivateOrder)] == [()]
    carry_out(case, ActivateOrder, Accepted(), local(date(2026, 12, 15), 0))


def test_an_approval_that_lapsed_while_the_process_slept_tells_no_carrier():
    case = an_approved_case()
    approves(case, until=WISH)
    verbs.ring(case, local(date(2026, 12, 15), 1))
    assert [one for one in instructed(case, ActivateOrder) if one.due] == []


def test_a_later_approval_brings_the_lines_back():
    """R17: PORTING_INCOMPLETE becomes CONFIRMED."""
    case = an_incomplete_case()
    verbs.ring(case, local(date(2026, 12, 19), 0))
    approves(case, date(2027, 1, 11), date(2027, 4, 11), local(date(2027, 1, 4)))
    assert case.status is Status.CONFIRMED and case.lines[0].plan.date == date(2027, 1, 11)
    assert not (case.order(1).lapsed or case.order(1).warned or case.order(1).for_care)


def test_a_repeated_approval_does_not_try_again_what_care_has():
    """R27."""
    case = an_incomplete_case()
    approves(case, FIRST, date(2026, 12, 17), local(date(2026, 12, 15)))
    assert case.status is Status.PORTING_INCOMPLETE
