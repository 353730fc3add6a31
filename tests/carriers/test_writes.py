"""Every write of every adapter under every break: one order, whatever happens on the way (R07, fault 9, I3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from carriers.contract import CarrierRequest, Trouble, TroubleKind
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot, OrderStatus
from tests.carriers.acts import persistently, possible, taken
from tests.carriers.counterpart import Counterpart, Misuse, Story
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
        snapshots = await taken(counterpart, reference=reference)
        assert {one.reference for one in snapshots} == {reference}
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
    assert again.carrier_order_id == first.carrier_order_id
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)


async def test_a_submit_long_after_is_still_the_same_order(counterpart: Counterpart) -> None:
    """Three days late: the repeat finds an order that went on meanwhile."""
    (first,) = await taken(counterpart)
    await counterpart.days_pass(3)
    (again,) = await taken(counterpart)
    assert again.carrier_order_id == first.carrier_order_id
    assert (await counterpart.orders(), await counterpart.sent()) == (1, 1)


async def test_orders_of_two_references_are_two_orders(counterpart: Counterpart) -> None:
    """R07: one reference is one order, also when its name begins another's."""
    (one,) = await taken(counterpart, reference="PC-1-1")
    (other,) = await taken(counterpart, counterpart.lines[1], reference="PC-1-11")
    assert one.carrier_order_id != other.carrier_order_id
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
    if not counterpart.carrier.capabilities.can_change_date:
        pytest.skip(f"{counterpart.carrier.name}: its capabilities say that a date change is not asked of it")
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
    await persistently(lambda: counterpart.carrier.tell(order, "The porter is at the door."))
    assert (await counterpart.said()).count("The porter is at the door.") == 1


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
