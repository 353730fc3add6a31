"""Carriers that fail: noted with the calls, shown once it lasts, over with the first call that succeeds (R20)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.carrier_health import CarrierHealth, WatchedCarrier, watched
from carriers.contract import CarrierRequest, Trouble, TroubleKind
from carriers.listing import ListsOrders
from porting.capabilities import Capabilities
from porting.instructions import Accepted
from storage import carrier_troubles, queries
from storage.carrier_troubles import LASTING
from storage.database import Database
from storage.tables import cases
from tests.effects.stored_cases import store_case
from tests.examples import MONDAY

REQUEST = CarrierRequest(case_id="PC-1", reference="PC-1-1", numbers=("+498912345678",), zone="Europe/Berlin")


class Carrier:
    """Fails while there is trouble."""

    name, capabilities = "north", Capabilities()
    trouble: Trouble | None = Trouble(TroubleKind.UNAVAILABLE, "the carrier failed (503)")

    async def submit(self, order: CarrierRequest) -> Accepted:
        if self.trouble:
            raise self.trouble
        return Accepted()

    async def events_since(self, cursor: str) -> tuple[tuple[()], str]:
        await self.submit(REQUEST)
        return (), cursor


@dataclass
class Stand:
    """A watched carrier, and a clock that is moved by hand."""

    database: Database
    carrier: Carrier
    now: datetime = MONDAY

    @property
    def watched(self) -> WatchedCarrier:
        return watched(self.carrier, CarrierHealth(self.database, lambda: self.now))  # type: ignore[arg-type, return-value]

    async def fails(self, call: Callable[[WatchedCarrier], Any], after: timedelta = timedelta(0)) -> None:
        self.now += after
        with pytest.raises(Trouble):
            await call(self.watched)

    async def shown(self) -> tuple[dict[str, Any], dict[str, int], Any]:
        async with self.database.read() as connection:
            case = await queries.case(connection, "PC-1")
            assert case is not None
            down = await carrier_troubles.of_carriers(connection)
            return down, await carrier_troubles.cases_held_up(connection), case["carrier_down"]


def submit(carrier: WatchedCarrier) -> Any:
    return carrier.submit(REQUEST)


def poll(carrier: WatchedCarrier) -> Any:
    return carrier.events_since("")


@pytest.fixture
async def stand(any_database: Database) -> Stand:
    await store_case(any_database)
    return Stand(any_database, Carrier())


async def test_a_failure_now_and_then_is_nobodys_business(stand: Stand) -> None:
    await stand.fails(submit)
    await stand.fails(submit, LASTING - timedelta(seconds=1))
    assert await stand.shown() == ({}, {}, None)


async def test_trouble_that_lasts_shows_since_when_on_the_case_that_it_holds_up(stand: Stand) -> None:
    """R20: everybody knows whom the case waits for, and since when."""
    await stand.fails(submit)
    await stand.fails(submit, LASTING)
    down, held_up, case = await stand.shown()
    assert (down["north"].since, down["north"].tries, down["north"].reason) == (MONDAY, 2, "the carrier failed (503)")
    assert held_up == {"north": 1}
    assert case == {"carrier": "north", "since": MONDAY, "last_tried_at": MONDAY + LASTING, "tries": 2}


async def test_the_first_success_ends_it_and_new_trouble_begins_anew(stand: Stand) -> None:
    await stand.fails(submit)
    await stand.fails(submit, LASTING)
    trouble, stand.carrier.trouble = stand.carrier.trouble, None
    assert await submit(stand.watched) == Accepted()
    assert await stand.shown() == ({}, {}, None)
    stand.carrier.trouble = trouble
    await stand.fails(submit, timedelta(days=7))
    assert await stand.shown() == ({}, {}, None)


async def test_what_holds_up_one_case_is_not_said_of_the_carrier(stand: Stand) -> None:
    await stand.fails(submit)
    await stand.fails(submit, LASTING)
    stand.carrier.trouble = None
    await poll(stand.watched)
    down, held_up, case = await stand.shown()
    assert (down, held_up, case["since"]) == ({}, {"north": 1}, MONDAY)


async def test_what_is_asked_for_all_cases_is_said_of_none(stand: Stand) -> None:
    await stand.fails(poll)
    await stand.fails(poll, LASTING)
    down, held_up, case = await stand.shown()
    assert (list(down), held_up, case) == (["north"], {}, None)


async def test_a_case_that_is_closed_waits_for_no_carrier(stand: Stand) -> None:
    await stand.fails(submit)
    await stand.fails(submit, LASTING)
    async with stand.database.begin() as connection:
        await connection.execute(cases.update().values(closed_at=stand.now))
    assert (await stand.shown())[1:] == ({}, None)


async def test_no_such_order_is_an_answer(stand: Stand) -> None:
    stand.carrier.trouble = Trouble(TroubleKind.NOT_FOUND, "the carrier knows no such thing")
    await stand.fails(submit)
    await stand.fails(submit, LASTING)
    assert await stand.shown() == ({}, {}, None)


async def test_a_database_that_is_away_changes_no_calls_outcome() -> None:
    """What the carrier took must be told as taken; what failed fails as it did."""
    carrier, health = Carrier(), CarrierHealth(Database("sqlite:////no/such/folder/portdesk.db"), lambda: MONDAY)
    stood = watched(carrier, health)  # type: ignore[arg-type]
    with pytest.raises(Trouble, match="503"):
        await stood.submit(REQUEST)
    carrier.trouble = None
    assert await stood.submit(REQUEST) == Accepted()


def test_whoever_lists_orders_still_does_and_nobody_else() -> None:
    class Lister(Carrier):
        async def open_orders(self) -> tuple[()]:
            return ()

    health = CarrierHealth(Database("sqlite:////no/such/folder/portdesk.db"), lambda: MONDAY)
    assert isinstance(watched(Lister(), health), ListsOrders)  # type: ignore[arg-type]
    assert not isinstance(watched(Carrier(), health), ListsOrders)  # type: ignore[arg-type]
