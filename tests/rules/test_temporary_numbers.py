"""Temporary numbers: one a line, usable, tried again, never on two lines, given back (R31, R32, R33)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from porting import verbs
from porting.case import Case
from porting.commands import Cancel
from porting.diary import next_alarm
from porting.events import TemporaryNumbersActive, TemporaryNumbersReleased, TemporaryNumbersUnavailable
from porting.instructions import (
    Assigned,
    AssignTemporaryNumbers,
    Done,
    ReleaseTemporaryNumbers,
    SubmitOrder,
    TemporaryNumbersFound,
)
from porting.orders import OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from porting.status import FINAL, Status
from tests.examples import (
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    ROME,
    WISH,
    a_case,
    a_line,
    a_snapshot,
    carry_out,
    forget,
    happened,
    hear,
    instructed,
    later,
)

FIRST, SECOND = "+498912345678", "+498912345679"


def given(case: Case, *numbers: str, at: datetime = MONDAY, price: str = "0.00") -> None:
    """The inventory gives these lines a number and has none for the others that it was asked for."""
    wanted = instructed(case, AssignTemporaryNumbers)[0].numbers
    found = tuple(Assigned(number, f"{number}-T", at) for number in wanted if number in numbers)
    rest = tuple(number for number in wanted if number not in numbers)
    carry_out(case, AssignTemporaryNumbers, TemporaryNumbersFound(assigned=found, unavailable=rest, price=price), at)


def test_the_partner_is_told_when_the_numbers_work_and_for_which_lines() -> None:
    """R31, R42: with the pool's price."""
    case = a_case(a_line(), a_line(SECOND), ivp=True)
    given(case, FIRST, SECOND, at=later(minutes=1), price="1.50")
    (event,) = happened(case, TemporaryNumbersActive)
    assert event.numbers == (FIRST, SECOND) and event.price == "1.50"
    temporary = case.lines[0].temporary
    assert temporary and (temporary.number, temporary.active_at) == (f"{FIRST}-T", later(minutes=1))


def test_care_is_told_once_when_none_is_to_be_had_and_the_case_goes_on() -> None:
    """R32."""
    case = a_case(ivp=True)
    given(case)
    assert len(happened(case, TemporaryNumbersUnavailable)) == 1
    assert len(instructed(case, SubmitOrder)) == 1 and case.status is Status.SUBMITTED
    for _ in range(3):
        alarm = next_alarm(case)
        assert alarm is not None
        verbs.ring(case, alarm)
        given(case, at=alarm)
    assert len(happened(case, TemporaryNumbersUnavailable)) == 1


def test_it_is_tried_again_with_growing_pauses_up_to_a_day() -> None:
    """R32."""
    case = a_case(ivp=True)
    at, pauses = MONDAY, []
    for _ in range(10):
        given(case, at=at)
        alarm = min(case.lines[0].temporary.next_try, later(days=300))  # type: ignore[union-attr]
        pauses.append(int((alarm - at).total_seconds() // 60))
        at = alarm
        verbs.ring(case, at)
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]


def test_a_number_found_at_a_later_try_is_told_like_any_other() -> None:
    case = a_case(ivp=True)
    given(case)
    verbs.ring(case, later(minutes=15))
    given(case, FIRST, at=later(minutes=15))
    assert len(happened(case, TemporaryNumbersActive)) == 1 and next_alarm(case) == case.lines[0].wish_passes_at


def test_lines_with_and_without_a_number_are_told_apart() -> None:
    case = a_case(a_line(), a_line(SECOND), ivp=True)
    given(case, FIRST)
    assert happened(case, TemporaryNumbersActive)[0].numbers == (FIRST,)
    assert happened(case, TemporaryNumbersUnavailable)[0].numbers == (SECOND,)
    verbs.ring(case, later(minutes=15))
    assert instructed(case, AssignTemporaryNumbers)[0].numbers == (SECOND,)


def test_a_line_that_the_inventory_says_nothing_of_is_tried_again() -> None:
    case = a_case(ivp=True)
    carry_out(case, AssignTemporaryNumbers, TemporaryNumbersFound(assigned=(), unavailable=()))
    assert case.lines[0].temporary and case.lines[0].temporary.next_try == later(minutes=15)


def test_a_try_comes_once_however_often_the_clock_is_looked_at() -> None:
    """R33: two questions could bring two numbers for one line."""
    case = a_case(ivp=True)
    given(case)
    verbs.ring(case, later(minutes=15))
    verbs.ring(case, later(minutes=16))
    assert len(instructed(case, AssignTemporaryNumbers)) == 1


ENDS = {
    Status.COMPLETED: {"status": OrderStatus.PORTED, "date": WISH},
    Status.REJECTED: {"status": OrderStatus.EXCEPTION, "reasons": (reason("NOT_PORTABLE"),)},
    Status.TERMINATED: {"status": OrderStatus.CANCELLED},
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_number_is_given_back_24_hours_after_its_line_is_final(end: Status) -> None:
    """R33: so that calls in forwarding do not fall; then 30 days of quarantine."""
    case = a_case(ivp=True)
    given(case, FIRST)
    hear(case, as_of=later(days=1), at=later(days=1), **ENDS[end])
    assert case.status is end and next_alarm(case) == later(days=2) and not case.is_over
    verbs.ring(case, later(days=2) - timedelta(seconds=1))
    assert instructed(case, ReleaseTemporaryNumbers) == []
    verbs.ring(case, later(days=2))
    (release,) = instructed(case, ReleaseTemporaryNumbers)
    assert (release.numbers, release.quarantine_days) == ((FIRST,), 30)
    assert next_alarm(case) is None
    carry_out(case, ReleaseTemporaryNumbers, Done(), later(days=2))
    assert happened(case, TemporaryNumbersReleased)[0].released == (f"{FIRST}-T",)


def test_an_open_line_keeps_its_number() -> None:
    case = a_case(a_line(), a_line("+390612345678", ROME, demands=(PIN_DEMAND,)), ivp=True)
    given(case, FIRST)
    given(case, "+390612345678")
    hear(case, OrderStatus.PORTED, later(days=1), date=WISH)
    verbs.ring(case, later(days=2))
    assert [one.numbers for one in instructed(case, ReleaseTemporaryNumbers)] == [(FIRST,)]


def test_a_number_that_comes_for_a_line_already_final_is_given_back_and_nobody_is_told() -> None:
    """R42: nor charged; it was asked for while the line was open."""
    case = a_case(a_line(demands=(PIN_DEMAND,)), ivp=True)
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    forget(case)
    given(case, FIRST, at=later(minutes=5))
    assert happened(case, TemporaryNumbersActive) == [] and not case.is_over
    verbs.ring(case, later(days=1))
    carry_out(case, ReleaseTemporaryNumbers, Done(), later(days=1))
    assert case.is_over and case.lines[0].temporary and case.lines[0].temporary.status == "RELEASED"


def test_no_number_is_looked_for_any_more_when_the_line_is_final() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), ivp=True)
    given(case)
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    assert next_alarm(case) is None and case.is_over


def test_a_lack_that_comes_to_light_after_the_end_troubles_nobody() -> None:
    case = a_case(a_line(demands=(PIN_DEMAND,)), ivp=True)
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    given(case)
    assert happened(case, TemporaryNumbersUnavailable) == [] and case.is_over


def test_hours_and_pauses_are_those_of_the_policy_of_the_case() -> None:
    policy = Policy(temporary_number_release_hours=1, temporary_number_retry_minutes=2)
    case = a_case(ivp=True, policy=policy)
    given(case)
    assert next_alarm(case) == later(minutes=2)
    verbs.ring(case, later(minutes=2))
    given(case, FIRST, at=later(minutes=2))
    hear(case, OrderStatus.CANCELLED, later(days=1))
    assert next_alarm(case) == later(days=1, hours=1)


def test_a_case_without_ivp_keeps_and_seeks_nothing() -> None:
    case = a_case()
    hear(case, OrderStatus.CANCELLED)
    assert case.status in FINAL and case.lines[0].temporary is None and next_alarm(case) is None
    assert a_snapshot(case, OrderStatus.CANCELLED).numbers == (FIRST,)
