"""Every write of every adapter under every break: one order, whatever happens on the way (R07, fault 9, I3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from carriers.contract import CarrierRequest, Trouble, TroubleKind
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot, OrderStatus
from tests.carriers.acts import able, persistently, possible, shows_orders, taken
from tests.carriers.counterpart import Act, Counterpart, Misuse, Story
from tests.carriers.wire import CARRIED_OUT, Break

pytestmark = pytest.mark.timeout(300)
Write = Callable[[CarrierRequest], Awaitable[Accepted | Refused]]
GIVEN_UP = (OrderStatus.CANCELLED, OrderStatus.CANCEL_PENDING)
TROUBLE = {
    Break.BUSY: {TroubleKind.UNAVAILABLE},
    Break.FAILS_BEFORE_WRITE: {TroubleKind.OUTCOME_UNKNOWN},
    Break.FAILS_AFTER_WRITE: {TroubleKind.OUTCOME_UNKNOWN},
    Break.SILENT: {TroubleKind.OUTCOME_UNKNOWN},
    Break.SILENT_BEFORE_WRITE: {TroubleKind.OUTCOME_UNKNOWN},
    Break.DROPPED: {TroubleKind.OUTCOME_UNKNOWN},
    Break.DROPPED_BEFORE_WRITE: {TroubleKind.OUTCOME_UNKNOWN},
}


@pytest.mark.parametrize("kind", Break)
async def test_a_submit_that_breaks_at_any_write_makes_one_order(counterpart: Counterpart, kind: Break) -> None:
    possible(counterpart, kind)
    broken = 0
    for at in range(12):
        reference = f"PC-{at}-1"
        counterpart.strike(kind, at=at)
        orders = await taken(counterpart, reference=reference)
        assert {one.reference for one in orders} == {reference}
        assert (await counterpart.orders(reference), await counterpart.sent(reference)) == (1, 1), at
        if not counterpart.struck():
            break
        broken += 1
    assert broken


@pytest.mark.parametrize("kind", TROUBLE)
async def test_of_a_broken_write_the_right_kind_of_trouble_is_told(counterpart: Counterpart, kind: Break) -> None:
    """Of what may have taken effect nobody says that it did not; a pause that the carrier asks for is passed on."""
    possible(counterpart, kind)
    counterpart.strike(kind)
    with pytest.raises(Trouble) as caught:
        await counterpart.carrier.submit(counterpart.request())
    assert caught.value.kind in TROUBLE[kind]
    assert kind not in CARRIED_OUT or caught.value.kind is not TroubleKind.UNAVAILABLE
    assert (caught.value.retry_after is not None) == (kind is Break.BUSY)


async def test_a_repeated_submit_finds_the_order(counterpart: Counterpart) -> None:
    (first,) = await taken(counterpart)
    (again,) = await taken(counterpart)
    assert again.id == first.id
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)


async def test_a_submit_long_after_is_still_the_same_order(counterpart: Counterpart) -> None:
    """Three days late: the repeat finds an order that went on meanwhile."""
    (first,) = await taken(counterpart)
    await counterpart.days_pass(3)
    (again,) = await taken(counterpart)
    assert again.id == first.id
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)


async def test_orders_of_two_references_are_two_orders(counterpart: Counterpart) -> None:
    """R07: one reference is one order, also when its name begins another's."""
    (one,) = await taken(counterpart, reference="PC-1-1")
    (other,) = await taken(counterpart, counterpart.lines[1], reference="PC-1-11")
    assert one.id != other.id
    assert (await counterpart.orders("PC-1-1"), await counterpart.orders("PC-1-11")) == (1, 1)
    shows_orders(counterpart)
    assert [s.reference for s in await counterpart.carrier.read("PC-1-1", "")] == ["PC-1-1"]


async def test_two_workers_that_send_one_order_at_once_make_one(counterpart: Counterpart) -> None:
    order = counterpart.request()
    submits = (persistently(lambda: counterpart.carrier.submit(order)) for _ in range(3))
    answers = await asyncio.gather(*submits)
    assert all(isinstance(answer, Accepted) for answer in answers), answers
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)


@pytest.mark.parametrize("kind", Break)
async def test_a_corrected_order_is_sent_once_more_and_not_twice(counterpart: Counterpart, kind: Break) -> None:
    """R19"""
    possible(counterpart, kind)
    possible(counterpart, Story.REFUSED)
    able(counterpart, lambda can: not can.new_order_after_refusal, "what it refuses goes to it as a new order")
    for at in range(12):
        reference = f"PC-{at}-1"
        order = await stopped(counterpart, counterpart.lines[at], reference)
        counterpart.strike(kind, at=at)
        answer = await persistently(lambda order=order: counterpart.carrier.amend(order))
        assert isinstance(answer, Accepted), answer
        assert (await counterpart.orders(reference), await counterpart.sent(reference)) == (1, 2), at
        if not counterpart.struck():
            return
    raise AssertionError("no end of writes")


@pytest.mark.parametrize("kind", Break)
async def test_a_corrected_order_is_a_new_one_where_the_old_is_closed(counterpart: Counterpart, kind: Break) -> None:
    """R19: the refused one is left as it is, and the new one is made once."""
    possible(counterpart, kind)
    able(counterpart, lambda can: can.new_order_after_refusal, "what it refuses is corrected in the same order")
    order = await stopped(counterpart, counterpart.lines[0], "PC-1-1")
    assert isinstance(await counterpart.carrier.amend(order), Refused)
    counterpart.strike(kind)
    (anew,) = await taken(counterpart, reference="PC-1-1.2")
    assert (anew.carrier_order_id != order.carrier_order_id, counterpart.struck()) == (True, 1)
    assert (await counterpart.sent("PC-1-1"), await counterpart.sent("PC-1-1.2")) == (1, 1)


async def stopped(counterpart: Counterpart, line: str, reference: str) -> CarrierRequest:
    """An order that the carrier stopped for a reason that the partner has mended since."""
    counterpart.heal()
    await counterpart.tells(Story.REFUSED, line)
    (first,) = await taken(counterpart, line, reference=reference)
    await counterpart.days_pass(1)
    (shown,) = await counterpart.carrier.read(reference, first.carrier_order_id)
    assert shown.status is OrderStatus.EXCEPTION and shown.reasons
    return counterpart.request(line, reference=reference, carrier_order_id=first.carrier_order_id)


async def confirmed(counterpart: Counterpart) -> tuple[CarrierRequest, OrderSnapshot]:
    await counterpart.tells(Story.CONFIRMED)
    (first,) = await taken(counterpart)
    await counterpart.days_pass(4)
    (shown,) = await counterpart.carrier.read(first.reference, first.carrier_order_id)
    assert shown.status is OrderStatus.DATE_CONFIRMED and shown.date
    return counterpart.request(carrier_order_id=first.carrier_order_id), shown


@pytest.mark.parametrize("kind", Break)
async def test_another_date_is_asked_for_whatever_breaks(counterpart: Counterpart, kind: Break) -> None:
    """R25"""
    possible(counterpart, kind)
    able(counterpart, lambda can: can.can_change_date, "it is never asked for another date: it is ours, or stays")
    order, _ = await confirmed(counterpart)
    counterpart.strike(kind)
    answer = await persistently(lambda: counterpart.carrier.change_date(order, counterpart.day()))
    assert isinstance(answer, Accepted), answer
    (shown,) = await counterpart.carrier.read(order.reference, order.carrier_order_id)
    assert (shown.requested_date, counterpart.struck()) == (counterpart.day(), 1)


@pytest.mark.parametrize("kind", Break)
async def test_an_order_is_cancelled_whatever_breaks(counterpart: Counterpart, kind: Break) -> None:
    possible(counterpart, kind)
    (first,) = await taken(counterpart)
    order = counterpart.request(carrier_order_id=first.carrier_order_id)
    counterpart.strike(kind)
    answer = await persistently(lambda: counterpart.carrier.cancel(order, True, "the partner gave it up"))
    assert isinstance(answer, Accepted), answer
    (shown,) = await counterpart.carrier.read(order.reference, order.carrier_order_id)
    assert shown.status in GIVEN_UP


@pytest.mark.parametrize("kind", Break)
async def test_a_comment_is_said_once(counterpart: Counterpart, kind: Break) -> None:
    possible(counterpart, kind)
    (first,) = await taken(counterpart)
    order = counterpart.request(carrier_order_id=first.carrier_order_id)
    counterpart.strike(kind)
    answer = await persistently(lambda: counterpart.carrier.tell(order, "The porter is at the door."))
    if Act.TELL in counterpart.cannot:
        assert isinstance(answer, Refused) and answer.reasons[0].text and not counterpart.struck()
        return
    assert isinstance(answer, Accepted)
    assert ((await counterpart.said()).count("The porter is at the door."), counterpart.struck()) == (1, 1)


@pytest.mark.parametrize("kind", Break)
async def test_our_word_ports_the_numbers_once_whatever_breaks(counterpart: Counterpart, kind: Break) -> None:
    """R22, R27"""
    possible(counterpart, kind)
    able(counterpart, lambda can: can.can_activate, "it ports by itself on the day")
    order, _ = await confirmed(counterpart)
    counterpart.strike(kind)
    answer = await persistently(lambda: counterpart.carrier.activate(order))
    assert isinstance(answer, Accepted), answer
    await counterpart.days_pass(0.1)
    (shown,) = await counterpart.carrier.read(order.reference, order.carrier_order_id)
    assert (shown.status, counterpart.struck()) == (OrderStatus.PORTED, 1)
    assert await counterpart.ported() == [*order.numbers]


async def test_what_is_asked_by_hand_is_one_task_however_often(counterpart: Counterpart) -> None:
    """R43: an instruction that is carried out again finds its task; the next one about what the whole order says
    renews it, any other is another task."""
    able(counterpart, lambda can: can.is_by_hand, "nobody is asked by hand")
    call, order = counterpart.carrier, counterpart.request()
    for instruction in (1, 2):
        asked = replace(order, instruction=instruction)
        calls = (
            lambda asked=asked: call.submit(asked),
            lambda asked=asked: call.amend(asked),
            lambda asked=asked: call.change_date(asked, counterpart.day()),
            lambda asked=asked: call.cancel(asked, True, "given up"),
            lambda asked=asked: call.tell(asked, "The porter is at the door."),
            lambda asked=asked: call.activate(asked),
        )
        for one in calls:
            first, again = await asyncio.gather(one(), one())
            assert isinstance(first, Accepted) and first == again
        assert (await counterpart.orders(), await counterpart.sent()) == (1, 2)
        assert len(await counterpart.said()) == instruction


async def test_an_order_that_is_not_there_is_read_as_nothing(counterpart: Counterpart) -> None:
    possible(counterpart, Misuse.UNKNOWN_ORDER)
    assert await counterpart.carrier.read("PC-404-1", "") == ()


async def test_a_carrier_that_cannot_be_reached_carried_nothing(counterpart: Counterpart) -> None:
    """And it is no trouble for good: the same call works once the carrier is back."""
    possible(counterpart, Break.DROPPED)
    counterpart.cut()
    with pytest.raises(Trouble) as caught:
        await counterpart.carrier.submit(counterpart.request())
    assert not caught.value.permanent
    assert await counterpart.orders() == 0
    counterpart.heal()
    await taken(counterpart)
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)
