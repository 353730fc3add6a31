"""Ports that are carried out at our word: at the hour of cut-over, once, never before, never for what is off (R22)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from porting import verbs
from porting.commands import Cancel, NewsKind
from porting.instructions import Accepted, ActivateNumbers, ActivateOrder, CancelOrder, Refused
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import Status, WaitingOn
from porting.waiting import waits_for
from tests.examples import (
    PARTNER,
    WISH,
    a_change,
    a_confirmed_case,
    a_line,
    a_plan,
    a_snapshot,
    carry_out,
    entered,
    forget,
    instructed,
    kinds,
    local,
)
from tests.rules.approved import UNTIL, an_approved_case, approves, read

HOUR = local(WISH)


def told(case):
    """The orders to port that stand."""
    return [one for one in instructed(case, ActivateOrder) if one.due]


def ported(case, at=HOUR, **more):
    shown = a_snapshot(case, OrderStatus.PORTED, as_of=at, date=date(2026, 12, 9), first_possible=True, **more)
    return Accepted(news=read(shown, case=case, at=at))


def test_the_carrier_is_told_at_the_hour_and_not_a_second_before():
    """R22."""
    case = an_approved_case()
    verbs.ring(case, HOUR - timedelta(seconds=1))
    assert told(case) == []
    verbs.ring(case, HOUR)
    assert [(one.numbers, one.date) for one in told(case)] == [(("+498912345678",), WISH)]
    assert kinds(case) == ["cutover_near", "activation_asked"]


def test_it_is_told_once():
    case = an_approved_case()
    for minutes in (0, 1, 60):
        verbs.ring(case, HOUR + timedelta(minutes=minutes))
    assert len(told(case)) == 1


def test_the_carriers_word_completes_the_lines():
    """R16, R17."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    carry_out(case, ActivateOrder, ported(case), HOUR)
    assert case.status is Status.COMPLETED and instructed(case, ActivateNumbers)


def test_the_lines_due_are_told_together_and_the_others_on_their_day():
    """R07: two dates in one order."""
    later = date(2026, 12, 21)
    case = an_approved_case(a_line(), a_line("+498912345679"), a_line("+498912345670", requested_date=later))
    verbs.ring(case, HOUR)
    assert [one.numbers for one in told(case)] == [("+498912345678", "+498912345679")]
    there = ("+498912345678", "+498912345679")
    shown = a_snapshot(
        case, OrderStatus.DATE_CONFIRMED, as_of=HOUR, date=date(2026, 12, 9), first_possible=True, valid_until=UNTIL,
        ported=there,
    )
    carry_out(case, ActivateOrder, Accepted(news=read(shown, case=case, at=HOUR)), HOUR)
    assert [line.status for line in case.lines] == [Status.COMPLETED, Status.COMPLETED, Status.CONFIRMED]
    verbs.ring(case, local(later))
    assert [one.numbers for one in told(case)] == [("+498912345670",)]


def test_a_refusal_leaves_the_port_to_care_with_the_reasons():
    """R27."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    why = (reason("ACTIVATION_FAILED", carrier_code="99"),)
    carry_out(case, ActivateOrder, Refused(reasons=why), HOUR)
    assert case.status is Status.PORTING_INCOMPLETE and case.lines[0].reasons == why
    assert case.waiting_on is WaitingOn.CARE


def test_after_a_refusal_care_enters_another_day_and_the_carrier_is_told_then():
    """R17: PORTING_INCOMPLETE becomes CONFIRMED again."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    carry_out(case, ActivateOrder, Refused(reasons=(reason("CARRIER_FAULT"),)), HOUR)
    day = date(2026, 12, 16)
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=day), HOUR)
    verbs.ring(case, local(day, 13, 59))
    assert told(case) == []
    verbs.ring(case, local(day))
    assert [one.date for one in told(case)] == [day]


def test_a_date_that_moves_while_the_word_waits_calls_it_off():
    """R25: never early."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    approves(case, date(2026, 12, 18), at=HOUR)
    assert told(case) == [] and case.lines[0].plan.date == date(2026, 12, 18)
    carry_out(case, ActivateOrder, Accepted(), HOUR)
    verbs.ring(case, local(date(2026, 12, 18)))
    assert [one.date for one in told(case)] == [date(2026, 12, 18)]


def test_a_changed_date_is_the_only_one_told():
    case = an_approved_case()
    day = date(2026, 12, 21)
    verbs.tell(case, a_change(day, plans=(a_plan(day),)), local(date(2026, 12, 1)))
    verbs.ring(case, HOUR)
    assert told(case) == []


def test_a_cancellation_calls_it_off_and_its_refusal_brings_it_back():
    case = an_approved_case()
    verbs.ring(case, HOUR)
    verbs.tell(case, Cancel(actor=PARTNER, reason="the customer stays"), HOUR)
    assert told(case) == []
    carry_out(case, ActivateOrder, Accepted(), HOUR)
    carry_out(case, CancelOrder, Refused(reasons=(reason("TOO_LATE"),)), HOUR)
    verbs.ring(case, HOUR)
    assert len(told(case)) == 1


def test_an_answer_that_comes_although_it_was_called_off_still_counts():
    """The carrier was told a moment before: what it did is done."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    sent = told(case)[0]
    verbs.tell(case, Cancel(actor=PARTNER, reason="the customer stays"), HOUR)
    verbs.done(case, sent, ported(case), HOUR)
    assert case.status is Status.COMPLETED


def test_after_the_next_business_day_care_decides_and_no_word_goes_out():
    """R27: a carrier that was away for days is not told at night, days late."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    verbs.ring(case, a_plan(WISH).incomplete_at)
    assert told(case) == [] and case.status is Status.PORTING_INCOMPLETE


def test_a_process_that_slept_through_all_of_it_tells_nothing():
    """R27."""
    case = an_approved_case()
    verbs.ring(case, a_plan(WISH).incomplete_at + timedelta(days=3))
    assert instructed(case, ActivateOrder) == [] and case.status is Status.PORTING_INCOMPLETE


def test_the_delay_is_told_four_hours_later_as_ever():
    """R27."""
    case = an_approved_case()
    verbs.ring(case, HOUR)
    carry_out(case, ActivateOrder, Accepted(), HOUR)
    forget(case)
    verbs.ring(case, HOUR + timedelta(hours=4))
    assert kinds(case) == ["cutover_delayed"]


@pytest.mark.parametrize("at", [HOUR, HOUR + timedelta(days=1)])
def test_a_carrier_that_ports_by_itself_is_told_nothing(at):
    case = a_confirmed_case()
    verbs.ring(case, at)
    assert instructed(case, ActivateOrder) == []


def test_the_next_step_names_who_acts():
    """R20."""
    case = an_approved_case()
    assert waits_for(case).next_step.endswith("then we tell the carrier to port.")
    verbs.ring(case, HOUR)
    waits = waits_for(case)
    assert waits.whom is WaitingOn.CARRIER and waits.until == a_plan(WISH).late_at
    assert waits.next_step == "The carrier was told to port +498912345678; its word that it is done is awaited."
