"""Whom a case waits for, since when, until when, and the sentence that says what comes next (R20, R21, R22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from porting import verbs
from porting.case import Case
from porting.commands import AddComment, Cancel, NewsKind
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import Status, WaitingOn
from tests.examples import (
    MONDAY,
    NEW_YORK,
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
    a_plan,
    a_sent_case,
    a_snapshot,
    an_answer,
    entered,
    hear,
    later,
    local,
    news,
)


def said(case: Case) -> tuple[str, str]:
    header = case.header(None)
    return header.waiting_on, header.next_step


WAITS = [
    (Status.SUBMITTED, "CARRIER", "takes in the order"),
    (Status.PENDING_APPROVAL, "CARRIER", "The losing carrier decides"),
    (Status.MISSING_DATA, "PARTNER", "gives or corrects by Wed 30 Dec 2026"),
    (Status.CONFIRMED, "CUTOVER", "moves to us on Mon 14 Dec 2026, 14:00"),
    (Status.PORTING_INCOMPLETE, "CARE", "has it repaired"),
    (Status.COMPLETED, "NOBODY", "closed as COMPLETED"),
    (Status.REJECTED, "NOBODY", "closed as REJECTED"),
    (Status.TERMINATED, "NOBODY", "closed as TERMINATED"),
    (Status.OUTBOUND, "NOBODY", "closed as OUTBOUND"),
]


@pytest.mark.parametrize(("status", "whom", "words"), WAITS)
def test_every_status_says_whom_it_waits_for_and_what_comes_next(status: Status, whom: str, words: str) -> None:
    """R20."""
    case = a_case_in(status)
    assert said(case)[0] == whom and words in said(case)[1]


@pytest.mark.parametrize("status", list(Status))
def test_there_is_a_deadline_and_a_named_line_while_somebody_is_waited_for(status: Status) -> None:
    header = a_case_in(status).header(None)
    waits = header.waiting_on is not WaitingOn.NOBODY
    assert (header.deadline is not None) is waits
    assert ("+498912345678" in header.next_step) or not waits


def test_since_when_it_waits_changes_only_with_whom_it_waits_for() -> None:
    case = a_case()
    hear(case, OrderStatus.ACKNOWLEDGED, later(days=1))
    assert case.waiting_since == MONDAY
    hear(case, OrderStatus.EXCEPTION, later(days=2), reasons=(reason("PIN_INVALID"),))
    assert case.waiting_since == later(days=2)
    verbs.tell(case, an_answer(case), later(days=3))
    assert (case.waiting_on, case.waiting_since) == (WaitingOn.CARRIER, later(days=3))


def test_the_partners_deadline_is_the_end_of_the_silence_clock() -> None:
    case = a_case_missing()
    assert case.header(None).deadline == later(days=30)
    verbs.tell(case, AddComment(actor=PARTNER, comment_id="C", text="soon"), later(days=3))
    assert case.header(None).deadline == later(days=33)


def test_the_sentence_to_the_partner_lists_each_thing_once_and_three_at_the_most() -> None:
    demands = tuple(replace(PIN_DEMAND, field=f"f{n}", prompt=f"Give {n}.") for n in range(5))
    case = a_case(a_line(demands=demands), a_line("+390612345678", ROME, demands=demands))
    step = case.header(None).next_step
    assert "Give 0; Give 1; Give 2; and 2 more." in step and step.count("Give 0") == 1


def test_one_line_that_lacks_something_makes_the_case_wait_for_the_partner() -> None:
    """R18, R20: the line that decides the status is the one that is named."""
    case = a_case(a_line(), a_line("+390612345678", ROME, demands=(PIN_DEMAND,)))
    assert said(case)[0] == "PARTNER" and "+390612345678 becomes outbound-only" in said(case)[1]


def test_the_carrier_is_waited_for_until_the_wished_day_is_over() -> None:
    case = a_sent_case()
    assert case.header(None).deadline == case.lines[0].wish_passes_at
    verbs.ring(case, case.lines[0].wish_passes_at)
    assert "wished date Mon 14 Dec 2026 passed" in said(case)[1] and said(case)[0] == "CARRIER"


def test_a_pending_date_change_waits_for_the_carrier_and_the_old_date_stands() -> None:
    """R25."""
    case = a_confirmed_case()
    verbs.tell(case, a_change(date(2026, 12, 17)), MONDAY)
    whom, step = said(case)
    assert whom == "CARRIER" and "Thu 17 Dec 2026" in step and "Mon 14 Dec 2026 stands" in step


def test_a_late_cutover_waits_for_the_carrier_until_the_next_business_day_ends() -> None:
    """R27: the late line is named, not the one whose day is still to come."""
    case = a_sent_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.DATE_CONFIRMED, order=1, date=date(2026, 12, 17))
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=WISH)
    verbs.ring(case, local(WISH, 18, place=ROME))
    whom, step = said(case)
    assert whom == "CARRIER" and "+390612345678 is late" in step and "+498912345678" not in step
    assert case.header(None).deadline == a_plan(WISH, ROME).incomplete_at


def test_the_earliest_cutover_is_the_one_that_is_told() -> None:
    case = a_sent_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.DATE_CONFIRMED, order=1, date=date(2026, 12, 17))
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=WISH)
    assert "Mon 14 Dec 2026" in said(case)[1]
    assert case.header(None).deadline == a_plan(WISH, ROME).cutover_at


def test_the_hour_is_told_in_the_lines_own_zone_wherever_the_partner_wants_it() -> None:
    """R22: a partner's zone moves the hour; the sentence shows it where the PBX stands."""
    case = a_sent_case()
    plan = replace(a_plan(), cutover_at=local(WISH, 14, place=NEW_YORK))
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH), plans=(plan,)), later(hours=1))
    assert "Mon 14 Dec 2026, 20:00 (Europe/Berlin)" in said(case)[1]


def test_a_cancellation_that_was_asked_for_is_what_is_waited_for() -> None:
    for case in (a_case_in(Status.SUBMITTED), a_case_in(Status.CONFIRMED), a_case_in(Status.MISSING_DATA)):
        verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
        assert said(case)[0] == "CARRIER" and "answers the cancellation of +498912345678" in said(case)[1]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PENDING_APPROVAL, Status.CONFIRMED])
def test_what_only_care_can_settle_waits_for_care_in_every_status(status: Status) -> None:
    """An unknown status of a confirmed order would otherwise pass unseen until the cut-over."""
    case = a_case_in(status)
    hear(case, OrderStatus.UNKNOWN, later(days=1), raw_status="on-hold")
    whom, step = said(case)
    assert whom == "CARE" and "+498912345678" in step and "on-hold" in step


def test_care_is_waited_for_until_the_carrier_says_something_else() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    hear(case, OrderStatus.UNKNOWN, later(days=1), raw_status="on-hold")
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=2), date=WISH)
    assert said(case)[0] == "CUTOVER"


def test_care_is_waited_for_until_care_enters_what_the_carrier_said() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    hear(case, OrderStatus.UNKNOWN, later(days=1), raw_status="on-hold")
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=WISH), later(days=2))
    assert said(case)[0] == "CUTOVER"


def test_the_last_day_for_a_change_is_the_earliest_of_the_confirmed_lines() -> None:
    """R23."""
    case = a_sent_case(a_line(), a_line("+390612345678", ROME))
    assert case.header(None).last_day_for_date_change is None
    hear(case, OrderStatus.DATE_CONFIRMED, order=1, date=date(2026, 12, 17))
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=WISH)
    assert case.header(None).last_day_for_date_change == date(2026, 12, 7)


def test_only_the_lines_that_move_next_are_named_with_their_hour() -> None:
    """R20: one case, two days; the other line's day comes later."""
    first, second = "+498912345678", "+498912345679"
    case = a_sent_case(a_line(first), a_line(second))
    verbs.tell(case, entered(NewsKind.CONFIRMED, second, day=date(2026, 12, 14)), later(days=1))
    verbs.tell(case, entered(NewsKind.CONFIRMED, first, day=date(2026, 12, 16)), later(days=1))
    assert said(case)[1].startswith(f"{second} moves to us on Mon 14 Dec 2026")
