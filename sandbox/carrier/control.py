"""The calls with which a rehearsal steers the simulated carrier; no vendor has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from porting.errors import PortingError
from porting.numbers import NumberRange
from sandbox.carrier.acts import Acts
from sandbox.carrier.busy import BusyDoor
from sandbox.carrier.mailbag import Mailbag
from sandbox.carrier.order import Order
from sandbox.carrier.runner import Runner
from sandbox.carrier.script import BadScript, read_steps
from sandbox.carrier.shapes import order_json
from sandbox.carrier.store import Store, instant, stamp

LONGEST_HOLD = 600.0


class Control:
    """Scripts, time, and what was received."""

    def __init__(
        self,
        store: Store,
        acts: Acts,
        bag: Mailbag,
        runner: Runner,
        busy: BusyDoor,
        now: Callable[[], datetime],
        api_key: str,
    ) -> None:
        self._store = store
        self._busy = busy
        self._acts = acts
        self._bag = bag
        self._runner = runner
        self._now = now
        self._api_key = api_key

    def routes(self) -> list[Route]:
        calls: dict[str, tuple[str, Callable[[Request], Any]]] = {
            "/scripts/{number}": ("PUT", self.put_script),
            "/due": ("GET", self.due),
            "/run": ("POST", self.run),
            "/hold": ("POST", self.hold),
            "/orders": ("GET", self.orders),
            "/webhooks": ("GET", self.webhooks),
            "/public-key": ("GET", self.public_key),
            "/rate-limit": ("PUT", self.rate_limit),
        }
        return [Route(f"/_sim{path}", self._guarded(call), methods=[method]) for path, (method, call) in calls.items()]

    async def put_script(self, request: Request) -> JSONResponse:
        """A script for a line as ordered; it begins anew, also for an order that is under way."""
        try:
            number = str(NumberRange.parse(request.path_params["number"]))
            body = await request.json()
            steps = body.get("steps") if isinstance(body, dict) else None
            read_steps(steps)
        except PortingError as error:
            return _unprocessable([("/number", str(error))])
        except BadScript as error:
            return _unprocessable(error.faults)
        except ValueError:
            return _unprocessable([("", "the body must be a JSON object with `steps`")])
        with self._store.transaction():
            self._store.put_script(number, steps or [], self._now())
            for order in self._holding(number):
                order.script = number
                self._acts.save(order)
        return JSONResponse({"number": number, "steps": steps})

    async def due(self, request: Request) -> JSONResponse:
        next_due = self._runner.next_due()
        return JSONResponse({"next": stamp(next_due) if next_due else None, "undelivered": self._bag.undelivered()})

    async def run(self, request: Request) -> JSONResponse:
        """Answers when everything due by `to` has been done and told."""
        try:
            body = await request.json()
            until = instant(body["to"])
        except (ValueError, KeyError, TypeError):
            return _unprocessable([("/to", "an instant like 2027-01-04T08:00:00Z is expected")])
        if until.tzinfo is None:
            return _unprocessable([("/to", "the instant needs its offset, like 2027-01-04T08:00:00Z")])
        await self._runner.run(until)
        return await self.due(request)

    async def hold(self, request: Request) -> JSONResponse:
        """Nothing happens at the clock's own pace for so many seconds, since whoever steers it says when."""
        try:
            seconds = float((await request.json())["seconds"])
        except (ValueError, KeyError, TypeError):
            return _unprocessable([("/seconds", "a number of seconds is expected")])
        self._runner.hold(min(max(seconds, 0.0), LONGEST_HOLD))
        return JSONResponse({})

    async def rate_limit(self, request: Request) -> JSONResponse:
        """The account's own limit: so many requests in so many seconds; 0 requests switch it off."""
        try:
            body = await request.json()
            requests, seconds = int(body["requests"]), float(body["seconds"])
        except (ValueError, KeyError, TypeError):
            return _unprocessable([("", "numbers are expected as `requests` and `seconds`")])
        if requests < 0 or not 0 < seconds <= LONGEST_HOLD:
            return _unprocessable([("", "not fewer than 0 requests, in more than 0 seconds")])
        with self._store.transaction():
            self._busy.limit(requests, seconds, self._now())
        return JSONResponse({"requests": requests, "seconds": seconds})

    async def orders(self, request: Request) -> JSONResponse:
        """The orders with all their numbers, what was received in its order, and how much of it a reference."""
        received = self._store.received()
        counts: dict[str, Counter[str]] = {}
        orders = self._store.orders()
        for one in received:
            counts.setdefault(one["reference"], Counter())[one["verb"]] += 1
        for order in orders:
            counts.setdefault(order.reference, Counter())["orders"] += 1
        return JSONResponse(
            {"items": [_shown(order) for order in orders], "references": counts, "received": received}
        )

    async def webhooks(self, request: Request) -> JSONResponse:
        return JSONResponse({"items": self._bag.webhooks()})

    async def public_key(self, request: Request) -> JSONResponse:
        return JSONResponse({"public_key": self._bag.public_key})

    def _guarded(self, call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> JSONResponse:
            if request.headers.get("authorization") != f"Bearer {self._api_key}":
                return JSONResponse({"errors": [{"pointer": "", "message": "the API key is not right"}]}, 401)
            answer: JSONResponse = await call(request)
            return answer

        return endpoint

    def _holding(self, line: str) -> list[Order]:
        range_ = NumberRange(line)
        return [
            order
            for order in self._store.orders()
            if not order.is_over and any(range_.contains(number) for number in order.numbers)
        ]


def _shown(order: Order) -> dict[str, Any]:
    return {**order_json(order, with_numbers=False), "numbers": order.numbers, "script": order.script or None,
            "counts": order.counts}  # fmt: skip


def _unprocessable(faults: Any) -> JSONResponse:
    return JSONResponse({"errors": [{"pointer": where, "message": what} for where, what in faults]}, 422)
