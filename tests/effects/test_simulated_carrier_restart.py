"""The simulated carrier keeps every promise across a kill -9: schedule, webhooks, ids, scripts, signing key."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from carriers.contract import Hint, Trouble
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import TelnyxAccess
from carriers.telnyx_webhooks import verified_hint
from porting.orders import OrderStatus
from sandbox.clock import SandboxClock
from tests.effects.carrier_stand import KEY, MUNICH, a_request, serving, zone_of
from tests.house.sources import ROOT

NEIGHBOUR = "+498912345679"


class Carrier:
    """The simulated carrier in a process of its own, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.clock = SandboxClock(folder / "clock")
        self.clock.begin()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._arguments = [
            "-m", "sandbox.carrier", "--database", str(folder / "carrier.db"), "--port", str(self.port),
            "--key", KEY, "--clock", str(folder / "clock"),
        ]  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None
        self.control = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", headers={"authorization": f"Bearer {KEY}"}, timeout=30
        )

    async def start(self) -> None:
        """Returns when it answers."""
        self._process = await asyncio.create_subprocess_exec(sys.executable, *self._arguments, cwd=ROOT)
        while True:
            try:
                await self.due()
                return
            except httpx2.ConnectError:
                assert self._process.returncode is None, "the simulated carrier ended"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def due(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.control.get("/_sim/due")).json()
        return found

    async def advance(self, **by: float) -> None:
        target = self.clock.now() + timedelta(**by)
        while (due := (await self.due())["next"]) and datetime.fromisoformat(due) <= target:
            self.clock.set_to(datetime.fromisoformat(due))
            await self.control.post("/_sim/run", json={"to": self.clock.now().isoformat()})
        self.clock.set_to(target)


@asynccontextmanager
async def a_mailman() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]], list[int], asyncio.Event]]:
    """Takes webhooks as they come; answers with the statuses of the list, and 204 when there are none left."""
    taken: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []
    rang = asyncio.Event()

    async def hear(request: Request) -> Response:
        status = answers.pop(0) if answers else 204
        if status < 300:
            taken.append((dict(request.headers), await request.body()))
            rang.set()
        return Response(status_code=status)

    async with serving(Starlette(routes=[Route("/hook", hear, methods=["POST"])])) as url:
        yield f"{url}/hook", taken, answers, rang


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Carrier]:
    carrier = Carrier(tmp_path)
    await carrier.start()
    try:
        yield carrier
    finally:
        await carrier.kill()
        await carrier.control.aclose()


async def an_adapter(process: Carrier, hook: str) -> TelnyxCarrier:
    key = (await process.control.get("/_sim/public-key")).json()["public_key"]
    access = TelnyxAccess(api_key=KEY, base_url=f"http://127.0.0.1:{process.port}/v2", strict=True)
    return TelnyxCarrier(access, public_key=key, webhook_url=hook, zone_of=zone_of, now=process.clock.now)


async def status(adapter: TelnyxCarrier) -> OrderStatus:
    (shown,) = await adapter.read("PC-1-1")
    return shown.status


async def test_a_carrier_killed_again_and_again_keeps_its_promises(process: Carrier) -> None:
    async with a_mailman() as (hook, taken, answers, _):
        adapter = await an_adapter(process, hook)
        steps = [{"do": "acknowledge"}, {"do": "http_500"}, {"after": "1bd", "do": "confirm", "date": "+5bd"}]
        await process.control.put(f"/_sim/scripts/{MUNICH}", json={"steps": steps})
        await adapter.submit(a_request(requested_date=None))
        before = await process.due()
        await process.kill()
        await process.start()
        assert await process.due() == before

        answers[:] = [503]
        await process.advance(days=1)
        assert (taken, (await process.due())["undelivered"]) == ([], 1)
        await process.kill()
        await process.start()
        await process.advance(minutes=2)
        assert len(taken) == 1

        await process.kill()
        await process.start()
        await process.advance(days=2)
        assert len(taken) == 2
        await process.kill()
        await process.start()
        await process.advance(days=10)
        assert len(taken) == 3
        hints = [_verified(adapter, headers, body) for headers, body in taken]
        assert len({hint.dedupe for hint in hints}) == 3
        with pytest.raises(Trouble, match="the carrier failed"):
            await adapter.read("PC-1-1")
        assert await status(adapter) is OrderStatus.PORTED
        listed, _ = await adapter.events_since((process.clock.now() - timedelta(days=60)).isoformat())
        assert [hint.dedupe for hint in listed] == [hint.dedupe for hint in hints]
        await adapter.close()


async def test_a_split_order_and_what_lies_beside_orders_outlive_a_kill(process: Carrier) -> None:
    """R07: the webhook of the split leads to both orders, each with its own line, before the kill and after."""
    async with a_mailman() as (hook, taken, _, _):
        adapter = await an_adapter(process, hook)
        await process.control.put(f"/_sim/scripts/{NEIGHBOUR}", json={"steps": [{"after": "1bd", "do": "split"}]})
        await adapter.submit(a_request(MUNICH, NEIGHBOUR, requested_date=None))
        paper = {"report_type": "export_porting_orders_csv", "params": {"filters": {"status__in": ["draft"]}}}
        made = (await process.control.post("/v2/porting/reports", json=paper)).json()["data"]
        await process.advance(days=2)
        (split,) = [hint for hint in (_verified(adapter, *one) for one in taken) if hint.kind == "porting_order.split"]
        before = await adapter.read("", split.carrier_order_id)
        await process.kill()
        await process.start()
        after = await adapter.read("", split.carrier_order_id)
        assert sorted(order.numbers for order in after) == [(MUNICH,), (NEIGHBOUR,)]
        assert {order.carrier_order_id for order in after} == {order.carrier_order_id for order in before}
        kept = (await process.control.get(f"/v2/porting/reports/{made['id']}")).json()["data"]
        assert (kept["id"], kept["params"]) == (made["id"], paper["params"])
        await adapter.close()


def _verified(adapter: TelnyxCarrier, headers: dict[str, str], body: bytes) -> Hint:
    """As of the time it was signed: the signing key is still the first one."""
    signed_at = datetime.fromtimestamp(int(headers["telnyx-timestamp"]), UTC)
    return verified_hint(headers, body, adapter._public_key, signed_at)


async def test_time_passes_by_itself_when_nobody_steers(process: Carrier) -> None:
    """In `make run` the carrier acts at the pace of its clock: here the clock leaps, and nobody asks it to run."""
    async with a_mailman() as (hook, _, _, rang):
        adapter = await an_adapter(process, hook)
        await adapter.submit(a_request(requested_date=None))
        process.clock.set_to(process.clock.now() + timedelta(days=1, seconds=1))
        async with asyncio.timeout(20):
            await rang.wait()
        assert await status(adapter) is OrderStatus.ACKNOWLEDGED
        await adapter.close()
