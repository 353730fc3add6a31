"""What is asked of a carrier without changing anything, under every break: trouble that passes, never a crash (R20)."""

from __future__ import annotations

from typing import cast

import pytest

from carriers.contract import PortCarrier, Trouble, TroubleKind
from carriers.listing import ListsOrders
from porting.instructions import Accepted, Refused
from tests.carriers.acts import able, possible, shows_orders, taken
from tests.carriers.counterpart import Act, Counterpart, Look, Misuse, Story, is_asked
from tests.carriers.test_kills import asked
from tests.carriers.wire import GARBLED, Break

pytestmark = pytest.mark.timeout(300)
MOST_READS = 8


async def references(carrier: PortCarrier, look: Look) -> set[str]:
    """Whose orders it shows."""
    match look:
        case Look.ORDER:
            return {one.reference for one in await carrier.read("PC-1-1", "")}
        case Look.EVENTS:
            return {one.reference for one in (await carrier.events_since(""))[0]}
        case Look.LIST:
            return {one.reference for one in await cast(ListsOrders, carrier).open_orders()}


@pytest.mark.parametrize("kind", Break)
@pytest.mark.parametrize("look", Look)
async def test_a_read_that_breaks_is_trouble_that_passes(counterpart: Counterpart, look: Look, kind: Break) -> None:
    """Nothing took effect, so nothing is unknown of its outcome; and an answer of any shape is no crash."""
    possible(counterpart, look)
    able(counterpart, lambda _: look is not Look.LIST or isinstance(counterpart.carrier, ListsOrders), "it has no list")
    await counterpart.tells(Story.CONFIRMED)
    await taken(counterpart)
    await counterpart.days_pass(1)
    for at in range(MOST_READS):
        counterpart.strike(kind, at=at, reads=True)
        try:
            seen = await references(counterpart.carrier, look)
        except Trouble as trouble:
            assert trouble.kind is (TroubleKind.GARBAGE if kind in GARBLED else TroubleKind.UNAVAILABLE), at
            assert (trouble.retry_after is not None) == (kind is Break.BUSY)
            seen = await references(counterpart.carrier, look)
        else:
            assert not counterpart.struck(), "what came was believed"
        assert seen == {"PC-1-1"}
        if not counterpart.struck():
            break
    assert at


@pytest.mark.parametrize("act", [Act.CANCEL, Act.CHANGE_DATE, Act.ACTIVATE, Act.TELL])
async def test_what_is_asked_of_an_order_that_is_not_there_makes_none(counterpart: Counterpart, act: Act) -> None:
    """It is answered in words, or passes over: never a crash, and never an order."""
    possible(counterpart, Misuse.UNKNOWN_ORDER)
    shows_orders(counterpart)
    able(counterpart, lambda can: is_asked(act, can), f"{act} is never asked of it")
    order = counterpart.request(carrier_order_id="no-such-order")
    answer = await asked(counterpart.carrier, act, order, counterpart)
    shown = answer.news.snapshots if isinstance(answer, Accepted) and answer.news else ()
    assert isinstance(answer, Accepted | Refused) and shown == ()
    assert (await counterpart.orders(), await counterpart.sent()) == (0, 0)
