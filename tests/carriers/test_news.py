"""Whatever a carrier says, and however it arrives, a case moves only as the rules allow (R17, R19, R20, R27, I5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from carriers.contract import BadSignature
from porting import verbs
from porting.capabilities import DateModel, Inlet
from porting.case import Case
from porting.orders import OrderSnapshot, OrderStatus
from porting.status import Status, WaitingOn
from tests.carriers.acts import able, enter, possible, read_into, sent_case, shows_orders, with_plans
from tests.carriers.counterpart import Counterpart, Misuse, Story
from tests.examples import kinds

pytestmark = pytest.mark.timeout(120)
NEWS = (Story.NEWS_TWICE, Story.NEWS_REORDERED, Story.NEWS_DAYS_LATE, Story.NEWS_LOST, Story.NEWS_FROM_START)
WRONG_BY = timedelta(hours=5)


async def lived(counterpart: Counterpart, story: Story, days: float = 1) -> Case:
    """A case that heard what the carrier did with its order since."""
    possible(counterpart, story)
    await counterpart.tells(story)
    case = await sent_case(counterpart)
    await counterpart.days_pass(days)
    await read_into(counterpart, case)
    return case


async def test_a_confirmed_order_confirms_its_lines(counterpart: Counterpart) -> None:
    """R21"""
    case = await lived(counterpart, Story.CONFIRMED, 4)
    assert (case.status, case.waiting_on) == (Status.CONFIRMED, WaitingOn.CUTOVER)
    assert kinds(case).count("date_confirmed") == 1


async def test_what_the_partner_can_mend_is_asked_of_the_partner(counterpart: Counterpart) -> None:
    """R19: our code, the carrier's own code and its words beside it."""
    case = await lived(counterpart, Story.REFUSED)
    assert (case.status, case.waiting_on) == (Status.MISSING_DATA, WaitingOn.PARTNER)
    (reason,) = case.lines[0].reasons
    assert reason.carrier_code and reason.text and reason.field


async def test_what_nobody_can_mend_ends_the_line(counterpart: Counterpart) -> None:
    """R19"""
    case = await lived(counterpart, Story.REJECTED)
    assert (case.status, case.waiting_on) == (Status.REJECTED, WaitingOn.NOBODY)
    assert case.lines[0].reasons[0].carrier_code


async def test_a_status_that_nobody_knows_is_kept_raw_and_put_before_care(counterpart: Counterpart) -> None:
    """R20: never a crash and never a guess."""
    case = await lived(counterpart, Story.UNKNOWN_STATUS, 0.5)
    assert (case.waiting_on, case.order(1).carrier_status) == (WaitingOn.CARE, counterpart.strange)
    assert case.status in (Status.SUBMITTED, Status.PENDING_APPROVAL)
    assert counterpart.strange in case.order(1).for_care


async def test_a_date_that_is_over_confirms_nothing(counterpart: Counterpart) -> None:
    """R20, R21: put before care. Where it is the first possible date, it leaves the wish as it is."""
    case = await lived(counterpart, Story.PAST_DATE, 0.5)
    can, plan = counterpart.carrier.capabilities, case.lines[0].plan
    if can.date_model is DateModel.FIRST_POSSIBLE:
        assert plan is not None and plan.date == counterpart.request().requested_date
        return
    assert plan is None and case.status in (Status.SUBMITTED, Status.PENDING_APPROVAL)
    # Whoever enters it learns at the door that it is over, and the case goes on waiting for a date that can be.
    assert case.waiting_on is (WaitingOn.CARRIER if can.is_by_hand else WaitingOn.CARE)


@pytest.mark.parametrize("story", NEWS)
async def test_news_comes_to_the_same_however_it_arrives(counterpart: Counterpart, story: Story) -> None:
    """R17: what comes in is a hint; the order is read, and the case stands where the carrier stands."""
    case = await lived(counterpart, story, 4)
    assert case.status is Status.CONFIRMED
    before = kinds(case)
    for _ in await counterpart.hints():
        await read_into(counterpart, case)
    assert set(kinds(case)[len(before) :]) <= {"news_ignored"}


@pytest.mark.parametrize("story", [Story.NEWS_TWICE, Story.NEWS_FROM_START])
async def test_a_message_that_comes_again_is_told_by_its_own_id(counterpart: Counterpart, story: Story) -> None:
    possible(counterpart, story)
    able(counterpart, lambda can: can.inlets != (Inlet.BY_HAND,), "no messages come in, so none bears an id")
    await counterpart.tells(story)
    await sent_case(counterpart)
    await counterpart.days_pass(1)
    ids = [hint.dedupe for hint in await counterpart.hints()]
    assert len(ids) > len(set(ids)) and all(ids)


async def test_news_three_days_late_comes_in_by_asking(counterpart: Counterpart) -> None:
    """What no message brought is in the list of events, under the ids that the messages would have had."""
    possible(counterpart, Story.NEWS_DAYS_LATE)
    able(counterpart, lambda can: Inlet.POLL in can.inlets, "none of its inlets is a list of what happened")
    await counterpart.tells(Story.NEWS_DAYS_LATE)
    await sent_case(counterpart)
    await counterpart.days_pass(3)
    found, cursor = await counterpart.carrier.events_since("")
    assert {hint.reference for hint in found} == {"PC-1-1"}
    again, _ = await counterpart.carrier.events_since(cursor)
    assert {hint.dedupe for hint in again} <= {hint.dedupe for hint in found}


async def test_snapshots_in_any_order_never_move_a_case_back(counterpart: Counterpart) -> None:
    """R17: each one twice and in every order, after the newest has been heard."""
    possible(counterpart, Story.CONFIRMED)
    shows_orders(counterpart)
    await counterpart.tells(Story.CONFIRMED)
    case, seen = await sent_case(counterpart), list[OrderSnapshot]()
    for days in (0.1, 1, 4):
        await counterpart.days_pass(days)
        seen += await counterpart.carrier.read("PC-1-1", case.order(1).carrier_order_id)
    verbs.hear(case, with_plans(counterpart, seen[-1]), counterpart.now())
    stands = [(line.status, line.plan) for line in case.lines]
    for order in permutations([*seen, seen[0]]):
        for snapshot in order:
            verbs.hear(case, with_plans(counterpart, snapshot), counterpart.now())
            assert [(line.status, line.plan) for line in case.lines] == stands
    assert case.status is Status.CONFIRMED and seen[-1].status is OrderStatus.DATE_CONFIRMED


async def test_entries_in_any_order_never_move_a_case_back(counterpart: Counterpart) -> None:
    """R17, R43: each one twice and in every order, after the last has been entered."""
    able(counterpart, lambda can: can.is_by_hand, "care enters nothing that the carrier says itself")
    await counterpart.tells(Story.CONFIRMED)
    case = await sent_case(counterpart)
    await counterpart.days_pass(1)
    entries = counterpart.entered()
    assert all(enter(counterpart, case, entry) for entry in entries)
    stands = [(line.status, line.plan) for line in case.lines]
    for order in permutations([*entries, *entries]):
        for entry in order:
            enter(counterpart, case, entry)
            assert [(line.status, line.plan) for line in case.lines] == stands
    assert case.status is Status.CONFIRMED


@pytest.mark.parametrize("wrong", [WRONG_BY, -WRONG_BY], ids=["ahead", "behind"])
async def test_a_clock_that_is_hours_wrong_holds_up_no_later_word(counterpart: Counterpart, wrong: timedelta) -> None:
    """R17: the carrier sets it right, and what it says then is taken."""
    possible(counterpart, Story.CONFIRMED)
    shows_orders(counterpart)
    await counterpart.tells(Story.CONFIRMED)
    case = await sent_case(counterpart)
    for days in (1, 3):
        await counterpart.days_pass(days)
        (shown,) = await counterpart.carrier.read("PC-1-1", case.order(1).carrier_order_id)
        off = wrong if days == 1 else timedelta()
        verbs.hear(case, with_plans(counterpart, replace(shown, as_of=shown.as_of + off)), counterpart.now())
    assert (case.status, shown.status) == (Status.CONFIRMED, OrderStatus.DATE_CONFIRMED)


@pytest.mark.parametrize("misuse", [Misuse.OTHERS_ORDER, Misuse.OTHERS_NUMBERS])
async def test_what_is_about_others_never_touches_a_line(counterpart: Counterpart, misuse: Misuse) -> None:
    """R07: neither an order that bears another case's reference, nor numbers that are not in the order."""
    possible(counterpart, misuse)
    await counterpart.tells(Story.CONFIRMED)
    case = await sent_case(counterpart)
    lines = [(line.number, line.status, line.plan) for line in case.lines]
    await counterpart.tampers(misuse)
    found = await counterpart.carrier.read("PC-1-1", "")
    await read_into(counterpart, case)
    assert {one.reference for one in found} <= {"PC-1-1"}
    assert [(line.number, line.status, line.plan) for line in case.lines] == lines


async def test_what_nobody_can_sign_is_never_believed(counterpart: Counterpart) -> None:
    """A carrier without webhooks has a door all the same, and whatever knocks there is sent away."""
    able(counterpart, lambda can: Inlet.WEBHOOK not in can.inlets, "it signs its webhooks; see below")
    with pytest.raises(BadSignature):
        counterpart.carrier.verify({"signature": "x"}, b'{"reference": "PC-1-1"}')


@pytest.mark.parametrize("misuse", [Misuse.FORGED, Misuse.STALE, Misuse.AHEAD])
async def test_only_what_the_carrier_signed_just_now_is_believed(counterpart: Counterpart, misuse: Misuse) -> None:
    possible(counterpart, misuse)
    assert Inlet.WEBHOOK in counterpart.carrier.capabilities.inlets
    await counterpart.tells(Story.CONFIRMED)
    await sent_case(counterpart)
    await counterpart.days_pass(1)
    told = counterpart.deliveries()[-1]
    counterpart.carrier.verify(told.headers, told.body)
    if misuse is not Misuse.FORGED:
        await counterpart.days_pass(3 if misuse is Misuse.STALE else -0.25)
    body = told.body.replace(b"PC-1-1", b"PC-1-2") if misuse is Misuse.FORGED else told.body
    with pytest.raises(BadSignature):
        counterpart.carrier.verify(told.headers, body)
