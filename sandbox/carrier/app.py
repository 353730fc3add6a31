"""The simulated carrier's application: Telnyx's porting API under /v2, and what steers it under /_sim."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nacl.signing import SigningKey
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox.carrier.activation_api import ActivationApi
from sandbox.carrier.acts import Acts
from sandbox.carrier.busy import BusyDoor
from sandbox.carrier.checks_api import ChecksApi
from sandbox.carrier.control import Control
from sandbox.carrier.days import Days
from sandbox.carrier.events_api import EventsApi
from sandbox.carrier.extras_api import ExtrasApi
from sandbox.carrier.faults import Faults
from sandbox.carrier.groups_api import GroupsApi
from sandbox.carrier.http import Counter, Operation
from sandbox.carrier.intake import Intake
from sandbox.carrier.loa_api import LoaApi
from sandbox.carrier.mailbag import Mailbag
from sandbox.carrier.numbers_api import NumbersApi
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.proofs_api import ProofsApi
from sandbox.carrier.reports_api import ReportsApi
from sandbox.carrier.runner import Runner
from sandbox.carrier.shelf import Shelf
from sandbox.carrier.store import Store


@dataclass(frozen=True, kw_only=True)
class CarrierSettings:
    """`signing_seed` are 32 bytes of ed25519; without them a key is made once and kept beside the database."""

    database: Path
    api_key: str
    now: Callable[[], datetime]
    signing_seed: bytes | None = None


def build(settings: CarrierSettings) -> Starlette:
    """The application on its database, which is made when it is not there."""
    store = Store(settings.database)
    days = Days(settings.now)
    bag = Mailbag(store, _signing_key(settings))
    acts = Acts(store, days, bag)
    runner = Runner(store, acts, bag, settings.now)
    shelf = Shelf(store)
    busy = BusyDoor(shelf)
    counter = Counter(store, Faults(store, days), busy, settings.api_key, settings.now)
    control = Control(store, acts, bag, runner, busy, settings.now, settings.api_key)
    routes: list[Route] = [counter.route(operation) for operation in _operations(store, shelf, acts, days, bag)]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(runner.keep_running(counter.changed))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await runner.close()
            store.close()

    return Starlette(routes=[*routes, *control.routes()], lifespan=lifespan)


def _operations(store: Store, shelf: Shelf, acts: Acts, days: Days, bag: Mailbag) -> Iterable[Operation]:
    """Orders last: `/porting_orders/exception_types` must not be taken for an order's id."""
    intake = Intake(store)
    orders = OrdersApi(store, shelf, intake, acts, days)
    yield from ChecksApi(store, intake).operations()
    yield from LoaApi(store, shelf, orders).operations()
    yield from ReportsApi(store, shelf).operations()
    yield from GroupsApi(shelf).operations()
    yield from EventsApi(bag).operations()
    yield from NumbersApi(store, shelf, orders).operations()
    yield from ActivationApi(store, shelf, orders, acts, days).operations()
    yield from ProofsApi(shelf, orders).operations()
    yield from ExtrasApi(store, orders, acts, days).operations()
    yield from orders.operations()


def _signing_key(settings: CarrierSettings) -> SigningKey:
    if settings.signing_seed is not None:
        return SigningKey(settings.signing_seed)
    kept = settings.database.with_suffix(".key")
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_bytes(bytes(SigningKey.generate()))
    return SigningKey(kept.read_bytes())
