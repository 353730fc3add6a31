"""The adapter makes, finds, amends and cancels orders at the simulated carrier, with the vendor's SDK on strict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from porting.instructions import Accepted
from porting.orders import OrderStatus
from tests.effects.carrier_stand import MUNICH, WISH, Stand, a_request, a_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path) as made:
        yield made


async def test_an_order_is_made_filled_and_sent(stand: Stand) -> None:
    answer = await stand.carrier.submit(a_request())
    assert isinstance(answer, Accepted) and answer.news
    (snapshot,) = answer.news.snapshots
    assert snapshot.status is OrderStatus.RECEIVED
    assert snapshot.raw_status == "in-process"
    assert (snapshot.reference, snapshot.numbers, snapshot.requested_date) == ("PC-1-1", (MUNICH,), WISH)
    assert await stand.counts() == {"create": 1, "update": 1, "confirm": 1, "orders": 1}


async def test_an_order_lives_its_life(stand: Stand) -> None:
    await stand.submitted()
    await stand.advance(days=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED
    await stand.advance(days=2)
    confirmed = await stand.shown()
    assert (confirmed.status, confirmed.date, confirmed.date_declined) == (OrderStatus.DATE_CONFIRMED, WISH, False)
    await stand.advance(days=12)
    ported = await stand.shown()
    assert (ported.status, ported.date) == (OrderStatus.PORTED, date(2027, 1, 25))
    assert [hint.kind for hint in stand.hints] == ["porting_order.status_changed"] * 3
    assert {hint.reference for hint in stand.hints} == {"PC-1-1"}
