"""The simulated clearing house: COIN's calls, and under /_sim what steers it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from porting.errors import PortingError
from porting.numbers import NumberRange
from sandbox.carrier.script import BadScript
from sandbox.carrier.store import instant, stamp
from sandbox.coin.doors import Doors
from sandbox.coin.keys import Keys
from sandbox.coin.network import Network, line_of, members
from sandbox.coin.script import read_steps
from sandbox.coin.security import Security
from sandbox.coin.store import Dossier, Store

log = logging.getLogger(__name__)
# How long whoever lets time pass waits for the customer to confirm what was sent.
PATIENCE = 15.0
LONGEST_HOLD = 600.0
LONGEST_WAIT = 0.5


@dataclass(frozen=True, kw_only=True)
class ClearingHouseSettings:
    """`steering_key` opens what lies under /_sim."""

    database: Path
    keys: Keys
    steering_key: str
    now: Callable[[], datetime]


class Steering:
    """Time and scripts of the clearing house."""

    def __init__(self, store: Store, network: Network, doors: Doors, settings: ClearingHouseSettings) -> None:
        self._store = store
        self._network = network
        self._doors = doors
        self._settings = settings
        self._held_until = 0.0
        self._heard_at = 0.0
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        calls = {
            "/due": ("GET", self.due), "/run": ("POST", self.run), "/hold": ("POST", self.hold),
            "/orders": ("GET", self.orders), "/scripts/{number}": ("PUT", self.put_script),
            "/tell": ("POST", self.tell),
        }  # fmt: skip
        return [Route(f"/_sim{path}", self._guarded(call), methods=[verb]) for path, (verb, call) in calls.items()]

    async def keep_running(self) -> None:
        """Does at the clock's own pace what nobody asked to be done."""
        while True:
            await asyncio.sleep(LONGEST_WAIT)
            try:
                if time.monotonic() >= self._held_until:
                    await self._run(self._settings.now(), wait=False)
            except Exception:
                log.exception("the simulated clearing house stumbled")

    async def due(self, request: Request) -> JSONResponse:
        at = self._network.next_due()
        # What was not confirmed comes by the stream again; there is nothing to fetch, so none counts as undelivered.
        return JSONResponse({"next": stamp(at) if at else None, "undelivered": 0})

    async def run(self, request: Request) -> JSONResponse:
        """Answers when everything due by `to` was done, and confirmed if anybody listens."""
        await self._run(instant((await request.json())["to"]), wait=True)
        return await self.due(request)

    async def hold(self, request: Request) -> JSONResponse:
        seconds = float((await request.json())["seconds"])
        self._held_until = time.monotonic() + min(max(seconds, 0.0), LONGEST_HOLD)
        return JSONResponse({})

    async def orders(self, request: Request) -> JSONResponse:
        dossiers = self._store.dossiers()
        return JSONResponse({"items": [_shown(one) for one in dossiers], "received": self._store.received()})

    async def put_script(self, request: Request) -> JSONResponse:
        """A script for a line as ordered; it begins anew, also for a dossier that is under way."""
        try:
            number = str(NumberRange.parse(request.path_params["number"]))
            steps = (await request.json())["steps"]
            read_steps(steps)
        except BadScript as bad:
            return JSONResponse({"errors": [{"pointer": where, "message": what} for where, what in bad.faults]}, 422)
        except (PortingError, ValueError, KeyError, TypeError) as error:
            return JSONResponse({"errors": [{"pointer": "", "message": str(error)}]}, 422)
        with self._store.transaction():
            self._store.put_script(number, steps, self._settings.now())
            for dossier in self._store.dossiers():
                if (not dossier.is_over or dossier.status == "ported") and number in map(line_of, dossier.series):
                    dossier.script = number
                    self._network.save(dossier)
        return JSONResponse({"number": number, "steps": steps})

    async def tell(self, request: Request) -> JSONResponse:
        """Puts any text into the stream, to see how a customer bears it: `{"type", "data"}`."""
        said = await request.json()
        self._store.add_event(said["type"], said["data"], "any")
        return JSONResponse({})

    async def _run(self, until: datetime, *, wait: bool) -> None:
        async with self._turn:
            while self._network.perform(until):
                if wait:
                    await self._confirmed()
            if wait:
                await self._confirmed()

    async def _confirmed(self) -> None:
        """Waits for the customer's stream, also for one that broke off a moment ago."""
        end = time.monotonic() + PATIENCE
        while self._store.unconfirmed() and time.monotonic() < end:
            if self._doors.listeners:
                self._heard_at = time.monotonic()
            elif time.monotonic() - self._heard_at > PATIENCE:
                return
            await asyncio.sleep(0.01)

    def _guarded(self, call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> JSONResponse:
            if request.headers.get("authorization") != f"Bearer {self._settings.steering_key}":
                return JSONResponse({"errors": [{"pointer": "", "message": "the key is not right"}]}, 401)
            answer: JSONResponse = await call(request)
            return answer

        return endpoint


def build(settings: ClearingHouseSettings) -> Starlette:
    """The application on its database, which is made when it is not there."""
    store = Store(settings.database)
    network = Network(store, settings.now)
    doors = Doors(store, network, Security(settings.keys), settings.now)
    steering = Steering(store, network, doors, settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(steering.keep_running())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            store.close()

    return Starlette(routes=[*steering.routes(), *doors.routes()], lifespan=lifespan)


def _shown(dossier: Dossier) -> dict[str, Any]:
    numbers = [number for series in dossier.series for number in members(series)]
    return {"id": dossier.id, "customer_reference": dossier.id, "status": {"value": dossier.status, "details": []},
            "numbers": numbers, "phone_numbers_count": len(numbers), "script": dossier.script or None}  # fmt: skip
