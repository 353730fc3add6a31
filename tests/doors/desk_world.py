"""A desk over a real database, and a process that is a plain value: what the engine does, in a dozen lines."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import insert, update

from desk.app import build_desk
from desk.parts import DeskParts, DeskSettings
from geography.calendars import Calendars
from porting import outcomes, verbs
from porting.case import Case
from porting.commands import AnyCommand, EnterNews, NewsKind
from porting.dates import plan_cutover
from porting.diary import next_alarm
from porting.errors import PortingError
from porting.policy import Policy
from porting.reasons import reason
from service.callers import Caller
from service.calls import Call, Calls
from service.intake import Intake
from service.opening import Desk
from service.told import Telling
from storage import migrate, projection, tables
from storage.database import Database
from storage.documents import NewDocument, add
from storage.partners import Partner, add_partner
from storage.staff import add_staff, open_session

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
LOGIN, PASSWORD = "mia", "correct horse battery staple"
ACME = Partner(id="PA-acme", name="Acme Telecom", currency="EUR")
STAFF_ID = "ST-1"
CARE = Caller(STAFF_ID, "Mia Berg")
URL = "http://127.0.0.1:8000"


class FakeCases:
    """The cases as values; each verb is the real one, and what it announces is recorded as the process would."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database, self.now = database, now
        self.cases: dict[str, Case] = {}
        self.told: list[tuple[str, AnyCommand]] = []
        self.trouble: Exception | None = None

    async def start(self, case: Case) -> None:
        self.cases[case.id] = case

    async def update(self, case_id: str, command: AnyCommand, update_id: str) -> int:
        if self.trouble:
            raise self.trouble
        if update_id not in [known for known, _ in self.told]:
            verbs.tell(self.cases[case_id], command, self.now())
            self.told.append((update_id, command))
            await self.announce(case_id)
        return self.cases[case_id].version

    async def announce(self, case_id: str) -> None:
        case = self.cases[case_id]
        async with self.database.begin() as connection:
            await projection.record(connection, case.announce(next_alarm(case)))


class World:
    """A desk with a partner, a person of care and a clock that stands until it is moved."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.now, self.wall, self.papers = MONDAY, MONDAY, 0
        self.database = Database(f"sqlite:///{folder / 'portdesk.db'}")
        self.calendars = Calendars(lambda: self.now)
        self.engine = FakeCases(self.database, lambda: self.now)
        self.calls = Calls(self.database, Telling(self.database, self.engine), self.calendars, lambda: self.now)
        carriers = dict.fromkeys(("DE", "IT", "US", "GB", "CH", "FR", "AU"), "telnyx")
        desk = Desk(carriers, self.calendars, Policy(), lambda: self.now)
        self.intake = Intake(self.database, desk, self.engine, _no_letters)
        self.parts = DeskParts(
            self.database, self.calls, self.calendars, lambda: self.now, "http://127.0.0.1:8233",
            settings.pop("public_url", URL), DeskSettings(**settings), lambda: self.wall,
        )  # fmt: skip
        self.app = build_desk(self.parts)

    @classmethod
    async def made(cls, folder: Path, template: Path, **settings: Any) -> World:
        shutil.copy(template, folder / "portdesk.db")
        return cls(folder, **settings)

    async def open(self, *numbers: str, partner: Partner = ACME, **changes: Any) -> str:
        """A case of these numbers, complete; with `documents=[]` it lacks the letter of authorisation."""
        if "documents" not in changes:
            changes["documents"] = [await self.letter(partner)]
        body = a_body(*(numbers or ("+498912345678",))) | changes
        return (await self.intake.open(Caller("key", partner.name, partner), body)).case_id

    async def letter(self, partner: Partner = ACME, name: str = "loa.pdf") -> str:
        """A letter of authorisation, uploaded and not on a case yet."""
        self.papers += 1
        document = NewDocument(
            id=f"DOC-{self.papers}", kind="loa", name=name, media_type="application/pdf", content=b"%PDF-1.7",
            uploaded_by=partner.name, partner_id=partner.id,
        )  # fmt: skip
        async with self.database.begin() as connection:
            await add(connection, document, self.now)
        return document.id

    async def news(self, case_id: str, kind: NewsKind, *numbers: str, day: date | None = None, code: str = "") -> None:
        """What a carrier says, at once and whatever the day."""
        case = self.engine.cases[case_id]
        places = {line.place for line in case.lines}
        plans = [plan_cutover(self.calendars.of(place), day, Policy()) for place in sorted(places)] if day else []
        news = EnterNews(
            actor=Caller("x", "telnyx").actor, news=kind, numbers=numbers, date=day, plans=tuple(plans),
            reasons=(reason(code),) if code else (),
        )  # fmt: skip
        verbs.tell(case, news, self.now)
        await self.engine.announce(case_id)

    async def send(self, case_id: str) -> None:
        """The carrier takes the orders: they get ids of its own."""
        case = self.engine.cases[case_id]
        for order in case.orders:
            order.sent, order.carrier_order_id, order.carrier_status = True, f"T-{case_id}-{order.number}", "in-process"
        case.instructions = []
        outcomes.acknowledge(case, case.open_positions(), "telnyx", self.now)
        case.settle(self.now)
        await self.engine.announce(case_id)

    async def confirmed(self, *numbers: str, day: date = date(2026, 12, 22), **changes: Any) -> str:
        """A case whose lines have a date."""
        case_id = await self.open(*numbers, **changes)
        await self.send(case_id)
        await self.news(case_id, NewsKind.CONFIRMED, day=day)
        return case_id

    async def comment(self, case_id: str, text: str, internal: bool = False) -> None:
        await self.calls.comment(Call(CARE, case_id, f"{text}{internal}"), text, internal)

    async def mail(self, case_id: str, **changes: Any) -> None:
        row = {
            "case_id": case_id, "sequence": 1, "recipient": "porting@acme.example", "template": "case_opened",
            "audience": "partner", "subject": f"[{case_id}] +498912345678 SUBMITTED", "message_id": f"<{case_id}@x>",
            "text": "We have your request.", "html": "<h1>We have your request</h1>", "attachments": [], "numbers": [],
            "mime": b"", "sha256": "", "state": "SENT", "tries": 1, "claims": 1, "sent_at": self.now,
            "created_at": self.now,
        } | changes  # fmt: skip
        async with self.database.begin() as connection:
            await connection.execute(insert(tables.mails).values(**row))

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)

    def ring(self, case_id: str) -> None:
        verbs.ring(self.engine.cases[case_id], self.now)

    def visitor(self, **headers: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url=URL, headers=headers)

    @asynccontextmanager
    async def staff(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Somebody who is logged in."""
        async with self.database.begin() as connection:
            session = await open_session(connection, STAFF_ID, self.wall)
        async with self.visitor() as client:
            client.cookies.set("desk", session.token)
            yield client


async def template(folder: Path) -> Path:
    """A migrated database with a partner and a person of care, to be copied."""
    path = folder / "portdesk.db"
    await migrate.upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    async with database.begin() as connection:
        await add_partner(connection, ACME, MONDAY)
        staff_id = await add_staff(connection, LOGIN, "Mia Berg", PASSWORD, MONDAY)
        await connection.execute(update(tables.staff).where(tables.staff.c.id == staff_id).values(id=STAFF_ID))
    await database.close()
    return path


async def _no_letters(*_: object) -> None:
    return


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def hidden(page: str) -> dict[str, str]:
    """What a form of the case carries unseen, from the last form of the page."""
    names = ("csrf", "version", "seen", "key")
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1] for name in names}


def a_body(*numbers: str) -> dict[str, Any]:
    """An opening body that lacks nothing in Germany."""
    return {
        "reference": f"order-{numbers[0]}", "order_type": "FULL_PORTING", "numbers": list(numbers),
        "requested_date": None, "ivp": False, "disconnect_remaining": False, "notify": [], "documents": [],
        "comment": "", "details": {},
        "end_customer": {
            "name": "Bäckerei Huber GmbH", "contact_name": "Anna Huber", "email": "anna@huber.example",
            "address": {"street": "Sendlinger Straße", "house_number": "12", "postal_code": "80331",
                        "city": "München", "region": "BY", "country": "DE"},
        },
        "losing_carrier": {"name": "Deutsche Telekom", "account_number": "4400112233", "pin": "1234",
                           "billing_number": None, "contract_end_date": None},
    }  # fmt: skip


__all__ = ["ACME", "CARE", "MONDAY", "PASSWORD", "FakeCases", "PortingError", "World", "a_body", "field", "hidden"]
