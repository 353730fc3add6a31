"""The API over a real database, with a process that is a plain value, three keys and a clock that stands."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from json import dumps
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, select

from activities.letters import Letterhead, Letters
from activities.records import RecordActivities
from api.app import create_app
from api.codes import CODES
from api.parts import Limits, Parts
from carriers.contract import BadSignature, Hint, Trouble, TroubleKind
from geography.calendars import Calendars
from notifications.envelope import Sender
from porting import outcomes, verbs
from porting.capabilities import Capabilities
from porting.commands import Actor, EnterNews, NewsKind, Role
from porting.dates import plan_cutover
from porting.errors import CaseClosed
from porting.policy import Policy
from porting.reasons import Reason, reason
from service.bookings import Bookings
from service.calls import Calls
from service.intake import Intake
from service.opening import Desk
from service.told import Telling
from storage import partners, tables
from storage.database import Database
from tests.doors.desk_world import MONDAY, FakeCases

URL = "http://127.0.0.1:8000"
JSON = {"Content-Type": "application/json"}
PROBLEM = "application/problem+json"
PDF = b"%PDF-1.7 letter"
CARRIERS = {**dict.fromkeys(("DE", "IT", "US", "CA", "GB", "CH", "FR"), "telnyx"), "DE:MOBILE": ""}


class Cases(FakeCases):
    """The engine, which can be away, slow, or have forgotten a case."""

    away: Exception | None = None
    started = 0

    async def start(self, case: Any) -> None:
        if self.away:
            raise self.away
        self.started += 1
        await super().start(case)

    async def update(self, case_id: str, command: Any, update_id: str) -> int:
        if self.away:
            raise self.away
        if case_id in self.cases and self.cases[case_id].closed_at:
            raise CaseClosed("The case is closed.")
        return await super().update(case_id, command, update_id)


class SignedCarrier:
    """A carrier whose signature is the word `good`."""

    name = "telnyx"
    capabilities = Capabilities()

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        if headers.get("x-signature") != "good":
            raise BadSignature
        if not body.startswith(b"id="):
            raise Trouble(TroubleKind.GARBAGE, "secret words of the carrier")
        dedupe = body.decode()
        return Hint(dedupe=dedupe, reference="PC-1-1", carrier_order_id="T-1", kind="status", occurred_at=MONDAY)


class ApiWorld:
    """Everything that launch assembles, small."""

    def __init__(self, database: Database, **limits: int) -> None:
        self.now, self.database = MONDAY, database
        self.calendars = Calendars(self.time)
        self.engine = Cases(database, self.time)
        sender = Sender(address="porting@portdesk.example", name="Porting desk", host="portdesk.example")
        records = RecordActivities(database, Letters(Letterhead(sender, ("care@portdesk.example",), URL)))
        desk = Desk(CARRIERS, self.calendars, Policy(), self.time)
        self.intake = Intake(database, desk, self.engine, records.write_letters)
        self.calls = Calls(database, Telling(database, self.engine), self.calendars, self.time)
        self.engine_answers = True
        self.app = create_app(Parts(
            database=database, intake=self.intake, calls=self.calls, carriers={"telnyx": SignedCarrier()},
            bookings=Bookings(database, self.calendars, Policy(), self.time), now=self.time,
            engine_answers=self.answers, cursor_secret="s" * 32, limits=Limits(**limits),
        ))  # fmt: skip
        self.keys: dict[str, str] = {}

    @classmethod
    async def made(cls, folder: Path, template: Path, **limits: int) -> ApiWorld:
        shutil.copy(template, folder / "portdesk.db")
        world = cls(Database(f"sqlite:///{folder / 'portdesk.db'}"), **limits)
        await world.people()
        return world

    async def people(self) -> None:
        async with self.database.begin() as connection:
            for name, currency in (("acme", "EUR"), ("beta", "GBP")):
                mail = (f"porting@{name}.example",)
                partner = partners.Partner(id=name, name=name.title(), currency=currency, emails=mail)
                await partners.add_partner(connection, partner, MONDAY)
                self.keys[name] = (await partners.issue_key(connection, name, name, MONDAY)).secret
            self.keys["care"] = (await partners.issue_key(connection, None, "Vera", MONDAY)).secret

    def time(self) -> datetime:
        return self.now

    async def answers(self) -> bool:
        return self.engine_answers

    def client(self, who: str = "", **headers: str) -> httpx2.AsyncClient:
        """Somebody with the key of `acme`, `beta` or `care`, or with none."""
        if who:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url=URL, headers=headers)

    async def send(self, case_id: str) -> None:
        """The carrier takes the orders."""
        case = self.engine.cases[case_id]
        for order in case.orders:
            order.sent, order.carrier_order_id, order.carrier_status = True, f"T-{order.number}", "in-process"
        case.instructions = []
        outcomes.acknowledge(case, case.open_positions(), "telnyx", self.now)
        case.settle(self.now)
        await self.engine.announce(case_id)

    async def news(
        self, case_id: str, kind: NewsKind, day: date | None = None, code: str = "", given: tuple[Reason, ...] = ()
    ) -> None:
        """What the carrier says, and why: a code of ours, or whole reasons."""
        case = self.engine.cases[case_id]
        places = sorted({line.place for line in case.lines})
        plans = tuple(plan_cutover(self.calendars.of(place), day, case.policy) for place in places if day)
        said = EnterNews(
            actor=Actor(Role.CARRIER, "telnyx"), news=kind, date=day, plans=plans,
            reasons=(reason(code),) if code else given,
        )  # fmt: skip
        verbs.tell(case, said, self.now)
        await self.engine.announce(case_id)

    async def count(self, table: str) -> int:
        async with self.database.read() as connection:
            found = await connection.execute(select(func.count()).select_from(getattr(tables, table)))
            return int(found.scalar_one())

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


class Caller:
    """The calls of the tests in short words."""

    def __init__(self, client: httpx2.AsyncClient, world: ApiWorld) -> None:
        self.client, self.world, self.papers = client, world, 0

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        return await self.client.get(path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx2.Response:
        if json is None:
            return await self.client.post(path, **more)
        content = dumps(json)  # in ASCII, so that broken signs can be sent
        return await self.client.post(path, content=content, headers={**JSON, **more.pop("headers", {})}, **more)

    async def open(self, *numbers: str, **changes: Any) -> httpx2.Response:
        return await self.post("/v1/porting-cases", a_body(*numbers, **changes))

    async def opened(self, *numbers: str, **changes: Any) -> dict[str, Any]:
        """A case that lacks nothing, with the carrier."""
        if "documents" not in changes:
            changes["documents"] = [await self.upload()]
        answer = await self.open(*numbers, **changes)
        assert answer.status_code == 201, answer.text
        await self.world.send(answer.json()["id"])
        return dict((await self.get(f"/v1/porting-cases/{answer.json()['id']}")).json())

    async def confirmed(self, *numbers: str, day: date = date(2026, 12, 22), **changes: Any) -> str:
        """The id of a case with a date."""
        case_id = str((await self.opened(*numbers, **changes))["id"])
        await self.world.news(case_id, NewsKind.CONFIRMED, day)
        return case_id

    async def upload(self, kind: str = "loa", content: bytes = PDF, path: str = "/v1/documents") -> str:
        self.papers += 1
        answer = await self.client.post(path, files={"file": ("loa.pdf", content)}, data={"kind": kind})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def a_body(*numbers: str, **changes: Any) -> dict[str, Any]:
    """An opening body that lacks nothing in Germany but the letter of authorisation."""
    body: dict[str, Any] = {
        "reference": "order-1",
        "numbers": list(numbers or ("+498912345678",)),
        "end_customer": {
            "name": "Bäckerei Huber GmbH",
            "address": {"street": "Marienplatz", "house_number": "1", "postal_code": "80331", "city": "München"},
        },
        "losing_carrier": {"name": "Deutsche Telekom", "account_number": "4400112233", "pin": "0815-canary"},
    }
    return body | changes


@asynccontextmanager
async def calling(world: ApiWorld, who: str, **headers: str) -> AsyncIterator[Caller]:
    async with world.client(who, **headers) as client:
        yield Caller(client, world)


async def at_once(*calls: Any) -> list[httpx2.Response]:
    return list(await asyncio.gather(*calls))


def is_problem(answer: httpx2.Response, status: int, code: str) -> bool:
    """Whether it is that problem, complete and in words of ours."""
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"], body["code"]) == (status, PROBLEM, code), answer.text
    assert body["status"] == status and body["title"] and body["detail"] and body["type"] == f"/problems/{code}"
    assert body["instance"] == answer.request.url.path
    assert code in CODES
    return True
