"""A test stand for the carrier: the real adapter on the vendor's SDK, the simulated carrier behind real HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from carriers.contract import Address, BadSignature, CarrierRequest, Document, EndCustomer, Hint, LosingCarrier
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import CALLS_PER_SECOND, TelnyxAccess
from geography.places import place_of
from porting.instructions import Accepted
from porting.numbers import NumberRange
from porting.orders import OrderSnapshot
from sandbox.carrier.app import CarrierSettings, build
from tests.carriers.counterpart import Delivery
from tests.effects.telnyx_document import Recorder

MONDAY = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
WISH = date(2027, 1, 25)
KEY = "KEY-of-the-stand"
MUNICH = "+498912345678"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def a_document(kind: str = "loa", content: bytes = b"%PDF-1.4 signed", id_: str = "DOC-1") -> Document:
    async def load() -> bytes:
        return content

    return Document(id=id_, kind=kind, name=f"{kind}.pdf", media_type="application/pdf", load=load)


def a_request(*numbers: str, reference: str = "PC-1-1", **changes: Any) -> CarrierRequest:
    """An order of one Munich number with everything that a carrier asks for, unless told otherwise."""
    wanted = CarrierRequest(
        case_id="PC-1",
        reference=reference,
        numbers=numbers or (MUNICH,),
        zone=zone_of(numbers[0] if numbers else MUNICH),
        requested_date=WISH,
        end_customer=EndCustomer(
            name="Beispiel GmbH",
            contact_name="Erika Beispiel",
            address=Address(street="Marienplatz", house_number="1", postal_code="80331", city="Munich", country="DE"),
        ),
        losing_carrier=LosingCarrier(name="Altnetz", account_number="A-1", pin="1234"),
        documents=(a_document(),),
    )
    return replace(wanted, **changes)


def zone_of(number: str) -> str:
    return place_of(NumberRange(number)).time_zone


@dataclass
class Stand:
    """Everything a test needs: `carrier` is the adapter, `hints` what its webhooks brought, `refused` what did not."""

    clock: Clock
    url: str
    carrier: TelnyxCarrier
    control: httpx2.AsyncClient
    new_carrier: Callable[..., TelnyxCarrier]
    recorder: Recorder
    public_key: str = ""
    webhook_url: str = ""
    hints: list[Hint] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    deaf: bool = False

    async def script(self, number: str, *steps: dict[str, Any]) -> None:
        answer = await self.control.put(f"/_sim/scripts/{number}", json={"steps": list(steps)})
        assert answer.status_code == 200, answer.text

    async def advance(self, **by: float) -> None:
        await self.until(self.clock.at + timedelta(**by))

    async def until(self, moment: datetime) -> None:
        """Lets time pass as the sandbox does: from one due instant to the next."""
        while (due := await self.next_due()) and due <= moment:
            self.clock.at = max(self.clock.at, due)
            await self._run()
        self.clock.at = moment
        await self._run()

    async def next_due(self) -> datetime | None:
        found = (await self.control.get("/_sim/due")).json()["next"]
        return datetime.fromisoformat(found) if found else None

    async def received(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.control.get("/_sim/orders")).json()
        return found

    async def counts(self, reference: str = "PC-1-1") -> dict[str, int]:
        counted: dict[str, int] = (await self.received())["references"].get(reference, {})
        return counted

    async def webhooks(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await self.control.get("/_sim/webhooks")).json()["items"]
        return listed

    async def submitted(self, *numbers: str, **changes: Any) -> OrderSnapshot:
        """The first order of a request that was taken."""
        answer = await self.carrier.submit(a_request(*numbers, **changes))
        assert isinstance(answer, Accepted) and answer.news
        return answer.news.snapshots[0]

    async def shown(self, reference: str = "PC-1-1") -> OrderSnapshot:
        """The only order under the reference as it is now."""
        (only,) = await self.carrier.read(reference)
        return only

    async def _run(self) -> None:
        answer = await self.control.post("/_sim/run", json={"to": self.clock.at.isoformat()})
        assert answer.status_code == 200, answer.text

    async def hear(self, request: Request) -> Response:
        """The webhook's door: it takes what is signed, once more each time."""
        if self.deaf:
            return Response(status_code=503)
        self.deliveries.append(Delivery(dict(request.headers), await request.body(), self.clock.at))
        try:
            self.hints.append(self.carrier.verify(request.headers, await request.body()))
        except BadSignature as error:
            self.refused.append(str(error))
            return Response(status_code=403)
        return Response(status_code=204)


@asynccontextmanager
async def a_stand(folder: Path, **adapter: Any) -> AsyncIterator[Stand]:
    """A stand on two free ports of this process."""
    clock = Clock()
    recorder = Recorder(build(CarrierSettings(database=folder / "carrier.db", api_key=KEY, now=clock.now)))
    heard: list[Stand] = []

    async def door(request: Request) -> Response:
        return await heard[0].hear(request)

    sink = Starlette(routes=[Route("/carriers/telnyx/webhook", door, methods=["POST"])])
    async with serving(recorder) as url, serving(sink) as hook:
        control = httpx2.AsyncClient(base_url=url, headers={"authorization": f"Bearer {KEY}"}, timeout=30)
        key = (await control.get("/_sim/public-key")).json()["public_key"]

        def new_carrier(
            time_limit: float = 10.0, strict: bool = True, calls_per_second: float = CALLS_PER_SECOND, **changes: Any
        ) -> TelnyxCarrier:
            access = TelnyxAccess(
                api_key=KEY, base_url=f"{url}/v2", time_limit=timedelta(seconds=time_limit), strict=strict,
                calls_per_second=calls_per_second,
            )  # fmt: skip
            chosen = {
                "public_key": key, "webhook_url": f"{hook}/carriers/telnyx/webhook", "zone_of": zone_of,
                "now": clock.now, **changes,
            }  # fmt: skip
            return TelnyxCarrier(access, **chosen)

        stand = Stand(
            clock, url, new_carrier(**adapter), control, new_carrier, recorder, key, f"{hook}/carriers/telnyx/webhook"
        )
        heard.append(stand)
        try:
            yield stand
        finally:
            await stand.carrier.close()
            await control.aclose()
    violations = recorder.violations()
    assert not violations, "\n".join(violations)


@asynccontextmanager
async def serving(app: Callable[..., Awaitable[None]]) -> AsyncIterator[str]:
    """The application on a free port, over real HTTP."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        serve = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            # It listens already: whoever calls before the server is up waits in the queue.
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serve

