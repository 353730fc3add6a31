"""Changing a confirmed date: in time, paid once, one at a time, in force when the carrier says so (R21, R23-R25)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from porting import errors, verbs
from porting.capabilities import Capabilities
from porting.case import Case
from porting.commands import AddComment, Cancel, NewsKind
from porting.events import (
    DateChangeAccepted,
    DateChangeAsked,
    DateChangeCountered,
    DateChangeDeclined,
    DateConfirmed,
    DateMoved,
)
from porting.instructions import Accepted, ChangeOrderDate, Refused
from porting.orders import OrderStatus
from porting.policy import Policy
from porting.reasons import reason
from porting.status import Status
from tests.examples import (
    CARE,
    MONDAY,
    MUNICH,
    NEW_YORK,
    PARTNER,
    PIN_DEMAND,
    ROME,
    WISH,
    a_case,
    a_case_in,
    a_change,
    a_confirmed_case,
    a_line,
    a_plan,
    a_snapshot,
    an_answer,
    carry_out,
    entered,
    forget,
    happened,
    hear,
    instructed,
    kinds,
    later,
    local,
    news,
)

LATER_DAY, PROPOSED, THIRD = date(2026, 12, 17), date(2026, 12, 21), date(2026, 12, 22)
MILAN_LINE = a_line("+390612345678", ROME)


def test_a_carrier_that_changes_no_date_is_not_asked_and_nothing_is_charged() -> None:
    """R24, R25: what it confirmed on our wish stands; to believe in another date would port on the wrong day."""
    able = Capabilities(can_change_date=False)
    case = a_confirmed_case(a_line(), a_line("+498912345679"), capabilities={"telnyx": able})
    with pytest.raises(errors.DateIsFixed, match="keeps the date") as refused:
        verbs.tell(case, a_change(LATER_DAY), MONDAY)
    assert refused.value.facts["numbers"] == ["+498912345678", "+498912345679"]
    assert (case.date_change, instructed(case, ChangeOrderDate), kinds(case)) == (None, [], [])
    assert {line.plan for line in case.lines} == {a_plan(WISH)}


def asked(case: Case, day: date = LATER_DAY, at: datetime = MONDAY, **changes: object) -> Case:
    """The partner asked, and the carrier took note."""
    forget(case)
    verbs.tell(case, a_change(day, **changes), at)
    while instructed(case, ChangeOrderDate):
        carry_out(case, ChangeOrderDate, Accepted(), at)
    return case


def countered(case: Case, at: datetime = MONDAY) -> Case:
    hear(case, OrderStatus.DATE_CONFIRMED, at, date=WISH, requested_date=PROPOSED, proposed_date=PROPOSED,
         date_declined=True)
    return case


def test_a_change_is_asked_of_the_carrier_and_the_old_date_stands() -> None:
    """R25."""
    case = a_confirmed_case()
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    (wanted,) = instructed(case, ChangeOrderDate)
    assert (wanted.date, wanted.change_id, wanted.numbers) == (LATER_DAY, "D1", ("+498912345678",))
    assert case.lines[0].plan and case.lines[0].plan.date == WISH
    assert case.date_change and case.date_change.status == "PENDING"


def test_the_fee_is_charged_when_the_change_is_asked() -> None:
    """R24: 50 in the partner's currency."""
    case = asked(a_confirmed_case())
    (event,) = happened(case, DateChangeAsked)
    assert (event.fee, event.currency, event.waived_because, event.change_id) == ("50.00", "EUR", "", "D1")
    assert (event.before, event.date) == (WISH, LATER_DAY)


def test_the_partner_confirms_the_fee_in_the_call_that_asks() -> None:
    """R24: what is refused is charged nothing and changes nothing."""
    case = a_confirmed_case()
    with pytest.raises(errors.FeeNotAccepted, match=r"50\.00 EUR"):
        verbs.tell(case, a_change(LATER_DAY, accept_fee=False), MONDAY)
    assert not case.has_news and case.date_change is None


def test_care_can_waive_the_fee_with_a_reason() -> None:
    """R24: even where the fee was accepted."""
    for accept in (False, True):
        case = a_confirmed_case()
        verbs.tell(case, a_change(LATER_DAY, actor=CARE, accept_fee=accept, waive_fee_reason="our mistake"), MONDAY)
        (event,) = happened(case, DateChangeAsked)
        assert (event.fee, event.waived_because) == ("0.00", "our mistake")


def test_a_partner_waives_nothing() -> None:
    case = a_confirmed_case()
    with pytest.raises(errors.FeeNotAccepted):
        verbs.check(case, a_change(LATER_DAY, accept_fee=False, waive_fee_reason="please"), MONDAY)
    verbs.tell(case, a_change(LATER_DAY, waive_fee_reason="please"), MONDAY)
    assert happened(case, DateChangeAsked)[0].fee == "50.00"


def test_the_fee_is_the_one_of_the_cases_own_policy() -> None:
    case = a_confirmed_case(policy=Policy(change_fee="80.00"))
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    assert happened(case, DateChangeAsked)[0].fee == "80.00"


LAST_MOMENT = local(date(2026, 12, 8), 0)


def test_a_change_is_in_time_through_the_last_second_of_the_fifth_business_day_before() -> None:
    """R23: a Monday date can be moved through the Monday before."""
    verbs.check(a_confirmed_case(), a_change(LATER_DAY), LAST_MOMENT - timedelta(microseconds=1))


def test_a_change_a_moment_after_the_last_day_is_refused_naming_that_day() -> None:
    """R23."""
    with pytest.raises(errors.TooLate) as refused:
        verbs.check(a_confirmed_case(), a_change(LATER_DAY), LAST_MOMENT)
    assert refused.value.facts["last_day"] == date(2026, 12, 7)
    assert "2026-12-07" in refused.value.detail


def test_the_line_with_the_earliest_date_decides_whether_it_is_in_time() -> None:
    case = a_confirmed_case(a_line(), MILAN_LINE)
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=PROPOSED)
    with pytest.raises(errors.TooLate):
        verbs.check(case, a_change(THIRD), LAST_MOMENT)
    verbs.check(case, a_change(THIRD, numbers=("+390612345678",)), LAST_MOMENT)


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.CONFIRMED])
def test_only_a_confirmed_date_can_be_changed(status: Status) -> None:
    """R23."""
    case = a_case_in(status)
    for numbers in ((), ("+498912345678",)):
        with pytest.raises(errors.NotConfirmed):
            verbs.check(case, a_change(LATER_DAY, numbers=numbers), MONDAY)


def test_the_date_that_stands_is_no_change() -> None:
    with pytest.raises(errors.SameDate):
        verbs.check(a_confirmed_case(), a_change(WISH), MONDAY)


def test_there_is_one_change_at_a_time() -> None:
    """R25: also while the first is only on its way to the carrier."""
    case = a_confirmed_case(a_line(), MILAN_LINE)
    verbs.tell(case, a_change(LATER_DAY, numbers=("+498912345678",)), MONDAY)
    with pytest.raises(errors.ChangePending):
        verbs.tell(case, a_change(THIRD, change_id="D2", numbers=("+390612345678",)), MONDAY)
    assert len(happened(case, DateChangeAsked)) == 1


def test_the_lines_of_an_order_move_together() -> None:
    """R25: the carrier keeps one date an order; the refusal names its lines."""
    case = a_confirmed_case(a_line(), a_line("+498912345679"), MILAN_LINE)
    with pytest.raises(errors.OrderMovesTogether) as refused:
        verbs.check(case, a_change(LATER_DAY, numbers=("+498912345678",)), MONDAY)
    assert refused.value.facts["numbers"] == ["+498912345678", "+498912345679"]


def test_a_line_that_is_not_confirmed_holds_up_no_change_of_the_others() -> None:
    case = a_confirmed_case(a_line(), a_line("+498912345679"))
    verbs.tell(case, entered(NewsKind.MISSING_DATA, "+498912345679"), MONDAY)
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    assert case.date_change and case.date_change.numbers == ("+498912345678",)


def test_lines_that_are_being_cancelled_are_not_moved() -> None:
    case = a_confirmed_case()
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone"), MONDAY)
    with pytest.raises(errors.CancellationPending):
        verbs.check(case, a_change(LATER_DAY), MONDAY)


def test_the_carrier_accepts_and_the_new_date_is_in_force() -> None:
    """R25: with its own plan, its own reminder and its own last day."""
    case = asked(a_confirmed_case())
    case.lines[0].reminded = True
    hear(case, OrderStatus.DATE_CONFIRMED, date=LATER_DAY)
    assert case.lines[0].plan and case.lines[0].plan.date == LATER_DAY and not case.lines[0].reminded
    assert case.date_change and case.date_change.status == "ACCEPTED"
    assert kinds(case) == ["date_change_asked", "date_change_accepted"]
    assert case.header(None).last_day_for_date_change == date(2026, 12, 10)


def test_the_carriers_answer_can_come_with_the_asking() -> None:
    case = a_confirmed_case()
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    said = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=LATER_DAY, as_of=MONDAY)
    carry_out(case, ChangeOrderDate, Accepted(news=news(said)))
    assert case.date_change and case.date_change.status == "ACCEPTED"


def test_the_carrier_declines_and_the_old_date_stands_and_the_fee_is_kept() -> None:
    """R24, R25."""
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=WISH, date_declined=True)
    (event,) = happened(case, DateChangeDeclined)
    assert (event.asked, event.stands) == (LATER_DAY, WISH)
    assert case.date_change and (case.date_change.status, case.date_change.fee) == ("DECLINED", "50.00")
    assert case.lines[0].plan and case.lines[0].plan.date == WISH


def test_the_carrier_refuses_even_to_take_the_change() -> None:
    case = a_confirmed_case()
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    carry_out(case, ChangeOrderDate, Refused(reasons=(reason("TOO_LATE"),)))
    assert happened(case, DateChangeDeclined)[0].reasons[0].code == "TOO_LATE"


def test_after_a_no_another_change_can_be_asked_and_is_paid_again() -> None:
    """R24: once per change."""
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=WISH, date_declined=True)
    verbs.tell(case, a_change(THIRD, change_id="D2"), MONDAY)
    assert [event.fee for event in happened(case, DateChangeAsked)] == ["50.00", "50.00"]


def test_the_carrier_proposes_another_date_and_the_old_one_stands() -> None:
    """R25."""
    case = countered(asked(a_confirmed_case()))
    (event,) = happened(case, DateChangeCountered)
    assert (event.asked, event.proposed, event.stands) == (LATER_DAY, PROPOSED, WISH)
    assert case.date_change and (case.date_change.status, case.date_change.proposed_date) == ("COUNTERED", PROPOSED)
    assert case.lines[0].plan and case.lines[0].plan.date == WISH


def test_taking_up_the_proposal_is_free() -> None:
    """R24, R25: one process, one fee."""
    case = countered(asked(a_confirmed_case()))
    verbs.tell(case, a_change(PROPOSED, change_id="D2", accept_fee=False), MONDAY)
    first, second = happened(case, DateChangeAsked)
    assert (first.fee, second.fee) == ("50.00", "0.00") and second.waived_because


def test_a_proposal_can_be_taken_up_after_the_last_day_but_not_after_the_cutover() -> None:
    """R23: the partner asked in time; the carrier took its time to answer."""
    case = countered(asked(a_confirmed_case(), at=LAST_MOMENT - timedelta(seconds=1)), LAST_MOMENT)
    verbs.check(case, a_change(PROPOSED, change_id="D2", accept_fee=False), LAST_MOMENT)
    with pytest.raises(errors.TooLate):
        verbs.check(case, a_change(THIRD, change_id="D2"), LAST_MOMENT)
    with pytest.raises(errors.TooLate):
        verbs.check(case, a_change(PROPOSED, change_id="D2"), local(WISH))


def test_another_date_than_the_proposed_one_costs_again() -> None:
    case = countered(asked(a_confirmed_case()))
    with pytest.raises(errors.FeeNotAccepted):
        verbs.check(case, a_change(THIRD, change_id="D2", accept_fee=False), MONDAY)


def test_a_proposal_for_one_line_is_none_for_another() -> None:
    case = asked(a_confirmed_case(a_line(), MILAN_LINE), numbers=("+498912345678",))
    countered(case)
    with pytest.raises(errors.FeeNotAccepted):
        verbs.check(case, a_change(PROPOSED, numbers=("+390612345678",), accept_fee=False), MONDAY)


def test_a_no_to_the_first_change_is_none_to_the_second() -> None:
    """The carrier still shows its old no beside the new wish until it has looked at that."""
    case = asked(a_confirmed_case())
    no = {"date": WISH, "requested_date": WISH, "date_declined": True}
    hear(case, OrderStatus.DATE_CONFIRMED, MONDAY, **no)
    verbs.tell(case, a_change(THIRD, change_id="D2"), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, MONDAY, **no)
    assert case.date_change and case.date_change.status == "PENDING", "read before it was asked"
    carry_out(case, ChangeOrderDate, Accepted())
    hear(case, OrderStatus.DATE_CONFIRMED, later(hours=1), date=WISH, requested_date=THIRD, proposed_date=THIRD,
         date_declined=True)
    assert case.date_change.status == "PENDING", "the new wish beside the old no"
    hear(case, OrderStatus.DATE_CONFIRMED, later(hours=2), **no)
    assert case.date_change.status == "DECLINED"


def test_a_no_is_heard_while_something_else_is_on_its_way() -> None:
    """Another order's asking, or a comment, delays no answer."""
    case = a_confirmed_case(a_line(), MILAN_LINE)
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    carry_out(case, ChangeOrderDate, Accepted())
    verbs.tell(case, AddComment(actor=CARE, comment_id="C1", text="please", to_carrier=True), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, later(hours=1), date=WISH, requested_date=WISH, date_declined=True)
    assert case.date_change and case.date_change.waiting == (2,)


def test_a_no_that_leaves_our_wish_standing_is_a_no() -> None:
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=LATER_DAY, proposed_date=LATER_DAY,
         date_declined=True)
    assert case.date_change and case.date_change.status == "DECLINED"


def test_the_echo_of_our_own_asking_is_no_answer() -> None:
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=LATER_DAY)
    assert case.date_change and case.date_change.status == "PENDING"


def test_a_third_date_from_a_carrier_that_knows_the_change_is_its_answer() -> None:
    """R25: the date is taken, and no change hangs for ever."""
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=THIRD, requested_date=LATER_DAY)
    assert case.date_change and case.date_change.status == "DECLINED"
    assert kinds(case) == ["date_change_asked", "date_moved", "date_change_declined"]
    assert happened(case, DateChangeDeclined)[0].stands == THIRD


def test_a_no_that_comes_with_a_third_date_is_one_no() -> None:
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=THIRD, requested_date=LATER_DAY, date_declined=True)
    assert kinds(case) == ["date_change_asked", "date_change_declined", "date_moved"]


def test_a_date_moved_by_a_carrier_that_does_not_know_the_change_leaves_it_pending() -> None:
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.DATE_CONFIRMED, date=THIRD, requested_date=WISH)
    assert case.date_change and case.date_change.status == "PENDING"
    assert len(happened(case, DateMoved)) == 1


def test_a_change_that_is_answered_by_an_exception_is_over() -> None:
    """The carrier stops the order instead: the date stands no more, and a later yes is a confirmation."""
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.EXCEPTION, reasons=(reason("PIN_INVALID"),))
    assert case.date_change and (case.date_change.status, case.date_change.waiting) == ("DECLINED", ())
    assert happened(case, DateChangeDeclined) == [], "no carrier said so"
    verbs.tell(case, an_answer(case), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, date=LATER_DAY)
    assert len(happened(case, DateConfirmed)) == 1 and case.date_change.status == "DECLINED"


def test_an_exception_that_stops_no_line_leaves_the_change_pending() -> None:
    case = asked(a_confirmed_case())
    hear(case, OrderStatus.EXCEPTION, reasons=(reason("OTHER"),))
    assert case.date_change and case.date_change.status == "PENDING"


@pytest.mark.parametrize("status", [OrderStatus.PORTED, OrderStatus.CANCELLED])
def test_a_change_lapses_when_its_lines_are_final(status: OrderStatus) -> None:
    case = asked(a_confirmed_case())
    hear(case, status, date=WISH)
    assert case.date_change and case.date_change.status == "DECLINED" and case.closed_at


def test_a_late_refusal_of_a_lapsed_change_declines_no_newer_one() -> None:
    case = a_confirmed_case()
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    hear(case, OrderStatus.EXCEPTION, reasons=(reason("PIN_INVALID"),))
    verbs.tell(case, an_answer(case), MONDAY)
    hear(case, OrderStatus.DATE_CONFIRMED, date=WISH)
    verbs.tell(case, a_change(THIRD, change_id="D2"), MONDAY)
    carry_out(case, ChangeOrderDate, Refused(reasons=(reason("TOO_LATE"),)))
    assert case.date_change and (case.date_change.id, case.date_change.status) == ("D2", "PENDING")


def test_a_change_over_two_orders_is_pending_until_both_have_answered_and_ends_with_the_worse() -> None:
    """R25."""
    case = asked(a_confirmed_case(a_line(), MILAN_LINE))
    hear(case, OrderStatus.DATE_CONFIRMED, order=1, date=WISH, requested_date=WISH, date_declined=True)
    assert case.date_change and (case.date_change.status, case.date_change.waiting) == ("PENDING", (2,))
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=LATER_DAY)
    assert case.date_change.status == "DECLINED"
    assert [line.plan.date for line in case.lines if line.plan] == [WISH, LATER_DAY]


def test_an_accepted_date_is_told_with_the_hour_of_each_place() -> None:
    lines = (a_line("+12125550123", NEW_YORK), a_line("+12135550123", "US-CA@America/Los_Angeles"))
    plans = tuple(
        a_plan(day, place) for day in (WISH, LATER_DAY) for place in (NEW_YORK, "US-CA@America/Los_Angeles")
    )
    case = a_case(*lines)
    verbs.hear(case, news(a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH), plans=plans), MONDAY)
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    said = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=LATER_DAY, as_of=later(days=1))
    verbs.hear(case, news(said, plans=plans), later(days=1))
    accepted = happened(case, DateChangeAccepted)
    assert [(event.numbers, event.time_zone) for event in accepted] == [
        (("+12125550123",), "America/New_York"), (("+12135550123",), "America/Los_Angeles")
    ]
    assert accepted[1].cutover_at - accepted[0].cutover_at == timedelta(hours=3)


def test_a_split_order_takes_its_share_of_the_pending_change_along() -> None:
    """R07, R25."""
    case = a_confirmed_case(a_line(), a_line("+498912345679"))
    verbs.tell(case, a_change(LATER_DAY), MONDAY)
    parts = (
        a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, numbers=("+498912345678",)),
        a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, numbers=("+498912345679",), carrier_order_id="T-9"),
    )
    verbs.hear(case, news(*parts), later(hours=1))
    assert case.date_change and case.date_change.waiting == (1, 2)
    assert [(one.order, one.carrier_order_id, one.numbers) for one in instructed(case, ChangeOrderDate)] == [
        (1, "T-1", ("+498912345678",)), (2, "T-9", ("+498912345679",))
    ]
    hear(case, OrderStatus.DATE_CONFIRMED, later(hours=2), order=2, date=LATER_DAY)
    assert case.date_change.status == "PENDING" and case.lines[1].plan and case.lines[1].plan.date == LATER_DAY


def test_an_order_whose_confirmed_lines_were_split_away_has_no_change_to_decline() -> None:
    """What is left of it, a line that failed, waits for no date."""
    case = a_confirmed_case(a_line(), a_line("+498912345679"))
    verbs.tell(case, entered(NewsKind.FAILED, "+498912345679"), MONDAY)
    asked(case)
    parts = (
        a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=WISH, date_declined=True,
                   numbers=("+498912345679",), as_of=later(hours=1)),
        a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=WISH, requested_date=LATER_DAY,
                   numbers=("+498912345678",), carrier_order_id="T-9", as_of=later(hours=1)),
    )
    verbs.hear(case, news(*parts), later(hours=1))
    assert case.date_change and (case.date_change.status, case.date_change.waiting) == ("PENDING", (2,))


def test_a_proposal_of_one_order_beside_the_no_of_another_is_a_no() -> None:
    case = asked(a_confirmed_case(a_line(), MILAN_LINE))
    countered(case)
    hear(case, OrderStatus.DATE_CONFIRMED, order=2, date=WISH, requested_date=WISH, date_declined=True)
    with pytest.raises(errors.FeeNotAccepted):
        verbs.check(case, a_change(PROPOSED, change_id="D2", accept_fee=False), MONDAY)


def test_care_enters_the_carriers_yes() -> None:
    """R25, R43."""
    case = asked(a_confirmed_case())
    verbs.tell(case, entered(NewsKind.CONFIRMED, day=LATER_DAY), MONDAY)
    assert case.date_change and case.date_change.status == "ACCEPTED"
    assert kinds(case)[-1] == "date_change_accepted"


def test_care_enters_the_carriers_no_and_its_proposal() -> None:
    case = asked(a_confirmed_case())
    verbs.tell(case, entered(NewsKind.DATE_DECLINED), MONDAY)
    assert case.date_change and case.date_change.status == "DECLINED"
    other = asked(a_confirmed_case())
    verbs.tell(other, entered(NewsKind.DATE_DECLINED, day=PROPOSED), MONDAY)
    assert other.date_change and other.date_change.proposed_date == PROPOSED
    assert other.lines[0].plan and other.lines[0].plan.date == WISH


def test_care_enters_a_third_date_and_the_change_is_over() -> None:
    case = asked(a_confirmed_case())
    verbs.tell(case, entered(NewsKind.DATE_MOVED, day=THIRD), MONDAY)
    assert case.date_change and case.date_change.status == "DECLINED"
    assert kinds(case)[-2:] == ["date_moved", "date_change_declined"]


def test_a_no_that_nobody_waits_for_is_refused() -> None:
    case = a_confirmed_case(a_line(), MILAN_LINE)
    with pytest.raises(errors.NotConfirmed):
        verbs.check(case, entered(NewsKind.DATE_DECLINED), MONDAY)
    asked(case, numbers=("+498912345678",))
    with pytest.raises(errors.NotConfirmed):
        verbs.check(case, entered(NewsKind.DATE_DECLINED, "+390612345678"), MONDAY)


def test_an_incomplete_case_has_no_date_to_change() -> None:
    case = a_case(a_line(place=MUNICH, demands=(PIN_DEMAND,)))
    with pytest.raises(errors.NotConfirmed):
        verbs.check(case, a_change(LATER_DAY), MONDAY)
