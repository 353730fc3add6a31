"""What carriers say, late, twice, in the wrong order, of the impossible; and how orders split (R07, R17, R19, R21)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from porting import verbs
from porting.capabilities import Capabilities
from porting.case import Case
from porting.events import (
    CareNeeded,
    CommentAdded,
    DateConfirmed,
    DateMoved,
    LinesCompleted,
    NewsIgnored,
    OrderSent,
    OrderSplit,
    is_internal,
)
from porting.instructions import Accepted, ActivateNumbers, AmendOrder, SubmitOrder
from porting.orders import News, OrderStatus
from porting.reasons import reason
from porting.status import Status, WaitingOn
from tests.examples import (
    LOA_DEMAND,
    MONDAY,
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
    forget,
    happened,
    hear,
    instructed,
    later,
    local,
    news,
)

FIRST, SECOND, THIRD = "+498912345678", "+498912345679", "+498912345680"


def shown(case: Case, status: OrderStatus = OrderStatus.RECEIVED, /, **orders: tuple[str, ...]) -> News:
    """The orders that the carrier made of ours, by their ids."""
    return news(*(
        a_snapshot(case, status, numbers=numbers, carrier_order_id=id_.replace("_", "-"), as_of=MONDAY, date=WISH)
        for id_, numbers in orders.items()
    ))


def ignored(case: Case) -> list[str]:
    return [event.why for event in happened(case, NewsIgnored)]


def test_a_case_runs_through_from_the_order_to_the_number_in_service() -> None:
    """R16."""
    case = a_case()
    carry_out(case, SubmitOrder, Accepted(news=news(a_snapshot(case, OrderStatus.RECEIVED, as_of=MONDAY))))
    hear(case, OrderStatus.ACKNOWLEDGED, later(days=1))
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=3), date=WISH)
    hear(case, OrderStatus.PORTED, local(WISH, 14), date=WISH)
    assert [entry.event.kind for entry in case.fresh] == [
        "case_opened", "order_sent", "order_acknowledged", "date_confirmed", "lines_completed", "case_closed"
    ]
    assert [one.numbers for one in instructed(case, ActivateNumbers)] == [(FIRST,)]


def test_what_is_older_than_what_is_known_changes_nothing() -> None:
    """R17: messages overtake each other."""
    case = a_case_in(Status.CONFIRMED)
    hear(case, OrderStatus.ACKNOWLEDGED, later(days=1), as_of=MONDAY - timedelta(seconds=1))
    assert ignored(case) == ["it is older than what is known"] and case.status is Status.CONFIRMED


def test_what_is_said_again_changes_nothing() -> None:
    case = a_case_in(Status.CONFIRMED)
    for day in (1, 2):
        hear(case, OrderStatus.DATE_CONFIRMED, later(days=day), date=WISH)
    assert ignored(case) == ["it says what is known already"] * 2 and happened(case, DateConfirmed) == []


def test_that_an_order_was_received_is_no_news_however_often_it_is_read() -> None:
    case = a_sent_case()
    for status in (OrderStatus.RECEIVED, OrderStatus.DRAFT, OrderStatus.RECEIVED):
        hear(case, status, later(days=1))
    assert ignored(case) == [] and case.status is Status.SUBMITTED


STORY = (
    (1, OrderStatus.ACKNOWLEDGED, {}),
    (2, OrderStatus.DATE_CONFIRMED, {"date": WISH}),
    (3, OrderStatus.DATE_CONFIRMED, {"date": date(2026, 12, 16)}),
    (4, OrderStatus.PORTED, {"date": date(2026, 12, 16)}),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_the_news_comes_the_line_ends_where_the_carrier_ended(order: tuple[int, ...]) -> None:
    """R17: webhooks are reordered, doubled and late; each is read as of its own time."""
    case = a_sent_case()
    for place in (*order, order[0]):
        days, status, said = STORY[place]
        hear(case, status, later(days=10), as_of=later(days=days), **said)
    assert case.status is Status.COMPLETED
    assert len(happened(case, LinesCompleted)) == 1


def test_news_that_comes_before_the_submissions_answer_is_believed() -> None:
    """The webhook was faster: the order is ours by its reference."""
    case = a_case()
    hear(case, OrderStatus.ACKNOWLEDGED, later(hours=1))
    assert case.status is Status.PENDING_APPROVAL and case.orders[0].carrier_order_id == "T-1"
    carry_out(case, SubmitOrder, Accepted(news=news(a_snapshot(case, OrderStatus.RECEIVED, as_of=MONDAY))))
    assert case.status is Status.PENDING_APPROVAL and ignored(case) == []
    assert len(happened(case, OrderSent)) == 1


def test_news_of_an_order_that_is_not_ours_is_none_of_our_business() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    stranger = a_snapshot(case, OrderStatus.CANCELLED, carrier_order_id="T-77", reference="PC-2-1")
    verbs.hear(case, news(stranger), later(days=1))
    assert case.status is Status.PENDING_APPROVAL and not case.has_news


def test_a_date_that_is_over_is_left_to_care() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=date(2026, 11, 16))
    assert (case.status, case.waiting_on) == (Status.PENDING_APPROVAL, WaitingOn.CARE)
    assert "2026-11-16" in happened(case, CareNeeded)[0].why


def test_a_confirmed_date_is_not_moved_to_one_that_is_over() -> None:
    case = a_confirmed_case()
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=date(2026, 11, 16))
    assert case.waiting_on is WaitingOn.CARE and case.lines[0].plan and case.lines[0].plan.date == WISH


def test_a_date_of_today_or_yesterday_can_still_come_true() -> None:
    """The confirmation was read late: the delay is told, and nobody is asked for a PBX."""
    case = a_sent_case()
    hear(case, OrderStatus.DATE_CONFIRMED, local(WISH, 20), date=WISH)
    verbs.ring(case, local(WISH, 20))
    assert case.status is Status.CONFIRMED and case.fresh[-1].event.kind == "cutover_delayed"


def test_a_date_without_a_plan_for_each_place_is_left_to_care() -> None:
    """It is beyond every calendar, or was never computed."""
    case = a_case_in(Status.PENDING_APPROVAL)
    said = a_snapshot(case, OrderStatus.DATE_CONFIRMED, date=date(2031, 1, 7), as_of=later(days=1))
    verbs.hear(case, News(snapshots=(said,)), later(days=1))
    assert case.waiting_on is WaitingOn.CARE and case.lines[0].plan is None


def test_a_confirmation_without_a_date_is_left_to_care() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1))
    assert happened(case, CareNeeded)[0].why == "The carrier confirms and names no date."


def test_a_status_that_we_do_not_know_is_left_to_care_in_the_carriers_word() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    hear(case, OrderStatus.UNKNOWN, later(days=1), raw_status="sv-frozen")
    assert "sv-frozen" in happened(case, CareNeeded)[0].why and case.orders[0].carrier_status == "sv-frozen"
    assert case.status is Status.PENDING_APPROVAL


def test_another_date_than_the_wish_is_a_confirmation_that_names_both() -> None:
    """R08, R21: the wish is no promise."""
    case = a_sent_case()
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=date(2026, 12, 16))
    (event,) = happened(case, DateConfirmed)
    assert (event.date, event.wished) == (date(2026, 12, 16), WISH)


def test_a_confirmed_date_that_the_carrier_changes_is_told_as_moved() -> None:
    """R17: CONFIRMED to CONFIRMED."""
    case = a_confirmed_case()
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=date(2026, 12, 16))
    (event,) = happened(case, DateMoved)
    assert (event.before, event.date, event.last_day_for_change) == (WISH, date(2026, 12, 16), date(2026, 12, 9))


@pytest.mark.parametrize("day", [WISH, None])
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PENDING_APPROVAL, Status.MISSING_DATA])
def test_what_is_ported_without_ever_being_confirmed_is_completed_all_the_same(
    status: Status, day: date | None
) -> None:
    """The numbers are with us: they must serve, and the story is made up for by legal moves (R17)."""
    case = a_case_in(status)
    hear(case, OrderStatus.PORTED, later(days=15), date=day)
    assert case.status is Status.COMPLETED and case.silence is None
    assert len(happened(case, DateConfirmed)) == (1 if day else 0)
    assert [one.numbers for one in instructed(case, ActivateNumbers)] == [(FIRST,)]


@pytest.mark.parametrize("status", [Status.TERMINATED, Status.REJECTED, Status.OUTBOUND])
def test_what_is_ported_after_its_end_stays_ended_and_is_cares(status: Status) -> None:
    """R17: the message is kept as ignored; but somebody has a number too many."""
    case = a_case_in(status)
    hear(case, OrderStatus.PORTED, later(days=31), date=WISH)
    assert case.status is status and ignored(case) == ["no line of the order is open any more"]
    assert happened(case, CareNeeded)[0].numbers == (FIRST,)


def test_a_carriers_comment_is_kept_for_care() -> None:
    case = a_case_in(Status.PENDING_APPROVAL)
    verbs.hear(case, News(snapshots=(), comment="We asked the donor again."), later(days=1))
    (event,) = happened(case, CommentAdded)
    assert event.internal and event.text == "We asked the donor again." and case.fresh[0].actor.role == "carrier"


def test_a_carrier_may_make_several_orders_of_one_at_once() -> None:
    """R07: the partner sees one case; each part is told as sent."""
    case = a_case(a_line(), a_line(SECOND))
    carry_out(case, SubmitOrder, Accepted(news=shown(case, T_1=(FIRST,), T_2=(SECOND,))))
    assert [line.order for line in case.lines] == [1, 2]
    assert [(event.numbers, event.carrier_order_id) for event in happened(case, OrderSent)] == [
        ((FIRST,), "T-1"), ((SECOND,), "T-2")
    ]
    assert happened(case, OrderSplit) == []


def test_the_parts_of_an_order_go_their_own_ways() -> None:
    case = a_case(a_line(), a_line(SECOND))
    carry_out(case, SubmitOrder, Accepted(news=shown(case, T_1=(FIRST,), T_2=(SECOND,))))
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), order=1, date=WISH)
    hear(case, OrderStatus.EXCEPTION, later(days=1), order=2, reasons=(reason("PIN_INVALID"),))
    assert [line.status for line in case.lines] == ["CONFIRMED", "MISSING_DATA"]
    verbs.tell(case, an_answer(case), later(days=2))
    assert [(one.order, one.carrier_order_id, one.numbers) for one in instructed(case, AmendOrder)] == [
        (2, "T-2", (SECOND,))
    ]


def test_a_carrier_may_split_an_order_later_and_again() -> None:
    """R07: a part can be split like the whole."""
    case = a_sent_case(a_line(), a_line(SECOND), a_line(THIRD))
    verbs.hear(case, shown(case, T_1=(FIRST,), T_2=(SECOND, THIRD)), MONDAY)
    verbs.hear(case, shown(case, T_1=(FIRST,), T_2=(SECOND,), T_3=(THIRD,)), MONDAY)
    assert [line.order for line in case.lines] == [1, 2, 3]
    assert [event.numbers for event in happened(case, OrderSplit)] == [(SECOND, THIRD), (THIRD,)]
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), order=3, date=WISH)
    assert [line.status for line in case.lines] == ["SUBMITTED", "SUBMITTED", "CONFIRMED"]


def test_a_second_order_where_a_carrier_makes_one_of_each_is_put_before_care_once() -> None:
    """R07, R20: it is no split; no line goes over to it, and care reads its id."""
    case = a_sent_case(a_line(), a_line(SECOND), capabilities={"telnyx": Capabilities(may_split=False)})
    doubled = shown(case, T_1=(FIRST, SECOND), T_2=(FIRST, SECOND))
    verbs.hear(case, doubled, MONDAY)
    verbs.hear(case, doubled, later(days=1))
    assert ([order.carrier_order_id for order in case.orders], [line.order for line in case.lines]) == (["T-1"], [1, 1])
    assert case.waiting_on is WaitingOn.CARE and "T-2" in case.order(1).for_care
    assert [event.why for event in happened(case, CareNeeded)] == [case.order(1).for_care]


def test_the_same_order_shown_twice_is_taken_over_once() -> None:
    case = a_case(a_line(), a_line(SECOND))
    said = shown(case, T_1=(FIRST,), T_2=(SECOND,))
    verbs.hear(case, News(snapshots=(*said.snapshots, *said.snapshots)), MONDAY)
    verbs.hear(case, said, MONDAY)
    assert [order.carrier_order_id for order in case.orders] == ["T-1", "T-2"]


def test_an_order_whose_lines_all_went_to_others_can_be_spoken_of() -> None:
    """Nothing of it is left to move, and nothing breaks."""
    case = a_sent_case(a_line(), a_line(SECOND))
    verbs.hear(case, shown(case, T_2=(FIRST,), T_3=(SECOND,)), MONDAY)
    for status in OrderStatus:
        hear(case, status, later(days=1), date=WISH, reasons=(reason("OTHER"),), numbers=())
    assert [line.status for line in case.lines] == ["SUBMITTED", "SUBMITTED"]


def test_a_cancelled_order_has_no_claim_on_the_lines_of_a_living_one() -> None:
    """An order that was given up and made anew at the carrier, under the same reference."""
    for ids in (("T-1", "T-2"), ("T-2", "T-1")):
        case = a_case(a_line())
        dead = a_snapshot(case, OrderStatus.CANCELLED, carrier_order_id=ids[0], as_of=MONDAY)
        living = a_snapshot(case, OrderStatus.ACKNOWLEDGED, carrier_order_id=ids[1], as_of=MONDAY)
        verbs.hear(case, news(dead, living), MONDAY)
        assert case.status is Status.PENDING_APPROVAL and case.orders[0].carrier_order_id == ids[1]


def test_a_range_goes_with_its_first_number_and_care_hears_when_it_is_torn() -> None:
    """R03: a range is never split."""
    case = a_sent_case(a_line("+4989010710X"), a_line(SECOND))
    half = tuple(f"+4989010710{n}" for n in range(5))
    rest = tuple(f"+4989010710{n}" for n in range(5, 10))
    verbs.hear(case, shown(case, T_1=(*rest, SECOND), T_2=half), MONDAY)
    assert [line.order for line in case.lines] == [2, 1]
    assert [event.numbers for event in happened(case, CareNeeded)] == [("+4989010710X",)]


def test_orders_of_two_carriers_hold_each_other_up_in_nothing() -> None:
    """R07: one waits for the partner while the other is ported."""
    case = a_sent_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.EXCEPTION, later(days=1), order=1, reasons=(reason("LOA_INVALID"),))
    hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), order=2, date=WISH)
    hear(case, OrderStatus.PORTED, local(WISH), order=2, date=WISH)
    assert [line.status for line in case.lines] == ["MISSING_DATA", "COMPLETED"]
    assert case.status is Status.MISSING_DATA and case.closed_at is None


def test_a_case_that_is_read_after_its_end_says_so_and_stays() -> None:
    case = a_case_in(Status.COMPLETED)
    hear(case, OrderStatus.EXCEPTION, later(days=20), reasons=(reason("PIN_INVALID"),))
    assert case.status is Status.COMPLETED and ignored(case) == ["no line of the order is open any more"]
    assert happened(case, CareNeeded) == []


def test_an_incomplete_order_hears_nothing_because_no_carrier_has_it() -> None:
    case = a_case(a_line(demands=(LOA_DEMAND,)))
    verbs.hear(case, News(snapshots=()), later(days=1))
    assert not case.orders[0].sent and case.status is Status.MISSING_DATA


def test_what_the_carriers_people_call_an_order_is_noted_for_care_once():
    """R20: whoever asks them needs it; when it changes, it is noted again."""
    case = a_sent_case()
    forget(case)
    for minutes, name in enumerate(("", "sr_1", "sr_1", "", "sr_1", "sr_2")):
        hear(case, OrderStatus.EXCEPTION, later(minutes=minutes), reasons=(reason("OTHER"),), known_as=name)
    noted = [entry.event for entry in case.fresh if entry.event.kind == "order_known_as"]
    assert [(one.carrier, one.known_as) for one in noted] == [("telnyx", "sr_1"), ("telnyx", "sr_2")]
    assert all(is_internal(one) for one in noted)
