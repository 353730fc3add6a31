"""A test stand for COIN: the real adapter and stream on the official SDK, the simulated network behind real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from activities.carrier_journal import StoredInlet, StoredJournal
from carriers.coin import CoinCarrier
from carriers.coin_client import CoinAccess
from carriers.coin_messages import Sender, dossier_id
from carriers.coin_stream import CoinStream
from carriers.coin_words import read_codes
from carriers.contract import Address, CarrierRequest, EndCustomer, LosingCarrier
from porting.instructions import Accepted
from porting.orders import OrderSnapshot
from sandbox.coin.app import ClearingHouseSettings, build
from sandbox.coin.keys import CONSUMER, OPERATOR, REHEARSED_CODES, Keys, kept_keys
from sandbox.coin.network import DONOR, written
from storage.database import Database
from storage.tables import carrier_messages, inbox
from tests.effects.carrier_stand import KEY, Clock, serving

DUTCH, OTHER_DUTCH, RANGE = "+31882345678", "+31882345679", "+3188234570X"


def a_request(*numbers: str, reference: str = "PC-1-1", **changes: Any) -> CarrierRequest:
    """An order of one Dutch number with everything that COIN asks for, unless told otherwise."""
    where = Address(street="Damrak", house_number="1-3", postal_code="1012 JS", city="Amsterdam", country="NL")
    wanted = CarrierRequest(
        case_id="PC-1",
        reference=reference,
        numbers=numbers or (DUTCH,),
        zone="Europe/Amsterdam",
        end_customer=EndCustomer(name="Voorbeeld B.V.", address=where),
        losing_carrier=LosingCarrier(name="KPN", account_number="1234567"),
    )
    return replace(wanted, **changes)


@dataclass
class Wire:
    """What went over it, and what is done to the next answers: each `(path's end, answer)` strikes once."""

    app: Any
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[tuple[str, tuple[int, str, bytes]]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET" or "/_sim" in scope["path"]:
            await self.app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        self.bodies.append((scope["path"].rsplit("/", 1)[-1], body))
        struck = next((one for one in self.answers if scope["path"].endswith(one[0])), None)
        if struck is None:
            await self.app(scope, _once(body, receive), send)
            return
        self.answers.remove(struck)
        status, kind, content = struck[1]
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def _once(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, and then whatever comes."""
    left = [body]

    async def again() -> Any:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return again


@dataclass
class Stand:
    """Everything a test needs."""

    clock: Clock
    url: str
    keys: Keys
    wire: Wire
    carrier: CoinCarrier
    database: Database
    control: httpx2.AsyncClient

    @property
    def access(self) -> CoinAccess:
        return CoinAccess(
            base_url=self.url, consumer=CONSUMER, private_key_file=self.keys.private,
            shared_key_file=self.keys.shared, sender=Sender(OPERATOR), time_limit=timedelta(seconds=6),
        )  # fmt: skip

    @property
    def dossier(self) -> str:
        return dossier_id(OPERATOR, "PC-1-1")

    async def script(self, number: str, *steps: dict[str, Any]) -> None:
        answer = await self.control.put(f"/_sim/scripts/{number}", json={"steps": list(steps)})
        assert answer.status_code == 200, answer.text

    async def submitted(self, *numbers: str, **changes: Any) -> OrderSnapshot:
        answer = await self.carrier.submit(a_request(*numbers, **changes))
        assert isinstance(answer, Accepted) and answer.news
        return answer.news.snapshots[0]

    async def shown(self, reference: str = "PC-1-1") -> OrderSnapshot:
        (only,) = await self.carrier.read(reference)
        return only

    async def days(self, days: float) -> None:
        """Lets time pass as the sandbox does; what was said has come in when it returns."""
        end = self.clock.at + timedelta(days=days)
        while (due := (await self.control.get("/_sim/due")).json()["next"]) and datetime.fromisoformat(due) <= end:
            self.clock.at = max(self.clock.at, datetime.fromisoformat(due))
            await self._run()
        self.clock.at = end
        await self._run()

    async def tell(self, kind: str, body: dict[str, Any] | str, at: datetime | None = None) -> None:
        """Puts a message of the donor's into the stream, or any text."""
        data: Any = body
        if isinstance(body, dict):
            header = {
                "sender": {"networkoperator": DONOR}, "receiver": {"networkoperator": OPERATOR},
                "timestamp": written(at or self.clock.at),
            }  # fmt: skip
            data = {"message": {"header": header, "body": {kind: body}}}
        text = data if isinstance(data, str) else json.dumps(data)
        await self.control.post("/_sim/tell", json={"type": f"{kind}-v3", "data": text})

    async def orders(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.control.get("/_sim/orders")).json()
        return found

    async def arrivals(self) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            return [dict(row) for row in (await connection.execute(inbox.select().order_by(inbox.c.id))).mappings()]

    async def journal(self) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            rows = await connection.execute(carrier_messages.select().order_by(carrier_messages.c.id))
            return [dict(row) for row in rows.mappings()]

    @asynccontextmanager
    async def streaming(self) -> AsyncIterator[None]:
        """The stream is read meanwhile."""
        stop = asyncio.Event()
        stream = CoinStream(self.access, StoredInlet(self.database, "coin", self.clock.now), self.clock.now)
        running = asyncio.create_task(stream.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110  (another process: there is no event to wait for)
                await asyncio.sleep(0.02)

    async def heard(self, count: int) -> list[dict[str, Any]]:
        """The inbox, once it has so many messages."""

        async def enough() -> bool:
            return len(await self.arrivals()) >= count

        await self.until(enough)
        return await self.arrivals()

    async def all_confirmed(self) -> None:
        """The network has nothing more to send."""

        async def none_left() -> bool:
            await self._run()
            return True

        await self.until(none_left)

    async def _run(self) -> None:
        answer = await self.control.post("/_sim/run", json={"to": self.clock.at.isoformat()})
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def a_stand(folder: Path, database: Database) -> AsyncIterator[Stand]:
    """A network on a free port, an adapter whose journal is a real database."""
    clock, keys = Clock(), kept_keys(folder)
    settings = ClearingHouseSettings(database=folder / "network.db", keys=keys, steering_key=KEY, now=clock.now)
    wire = Wire(build(settings))
    async with serving(wire) as url, httpx2.AsyncClient(
        base_url=url, headers={"authorization": f"Bearer {KEY}"}, timeout=60
    ) as control:
        stand = Stand(clock, url, keys, wire, None, database, control)  # type: ignore[arg-type]
        journal = StoredJournal(database, "coin", clock.now)
        stand.carrier = CoinCarrier(stand.access, journal, read_codes(REHEARSED_CODES), clock.now)
        yield stand
