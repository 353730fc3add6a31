"""A desk with a morning's work on it, served over HTTP: every screen in its full, empty and long states."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
import uvicorn

from activities.carrier_request import carrier_request
from activities.task_book import TaskTable
from carriers.by_hand import CAPABILITIES, ByHandCarrier
from porting import verbs
from porting.commands import AskValidation, ChangeDate, NewsKind
from porting.instructions import Checked, SubmitOrder, ValidateNumbers
from porting.line import TemporaryNumber, TemporaryStatus
from service import port_out_calls
from service.calls import Call
from storage.partners import Partner, add_partner
from storage.staff import open_session
from tests.doors.desk_world import CARE, STAFF_ID, World, template

NORTHWIND = Partner(id="PA-northwind", name="Northwind Voice", currency="GBP")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@dataclass(frozen=True)
class Served:
    """A desk at `url`; `screens` are the addresses of its pages by what they show."""

    url: str
    world: World
    cookie: str
    screens: dict[str, str]


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    """The desk with its scenes, until the block ends."""
    world = await World.made(folder, await template(_made(folder / "template")), sandbox=True)
    screens = await scenes(world)
    async with world.database.begin() as connection:
        cookie = (await open_session(connection, STAFF_ID, world.wall)).token
    taken = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(world.app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[taken]))
    await _answers(url)
    yield Served(url, world, cookie, screens)
    server.should_exit = True
    await serving
    await world.database.close()


async def _answers(url: str) -> None:
    """Until the desk answers: the socket listens already, so the call waits for it."""
    async with httpx2.AsyncClient(timeout=30) as client:
        await client.get(f"{url}/desk/login")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def scenes(world: World) -> dict[str, str]:
    """Opens the cases, and says where each screen is."""
    async with world.database.begin() as connection:
        await add_partner(connection, NORTHWIND, world.now)
    await _others(world)
    mixed, moved, silent = await _mixed(world), await _moved(world), await _silent(world)
    big, long = await _big(world), await _long(world)
    by_hand, task, question = await _by_hand(world)
    closed = await world.confirmed("+498912340001", reference="closed", end_customer=named("Optik Lang"))
    await world.news(closed, NewsKind.ACTIVATED)
    await _leaving(world)
    world.advance(days=8, hours=2)
    at = "/desk/cases"
    return {
        "queue": "/desk", "queue of the carrier": "/desk?waiting=CARRIER", "all cases": "/desk?waiting=ALL",
        "search": "/desk?q=bakery", "nothing found": "/desk?q=%2B441234567890",
        "case": f"{at}/{mixed}", "case with a date change": f"{at}/{moved}", "silent partner": f"{at}/{silent}",
        "big case": f"{at}/{big}?page=2", "long words": f"{at}/{long}", "closed case": f"{at}/{closed}",
        "timeline of care": f"{at}/{mixed}?show=internal", "date": f"{at}/{mixed}/date",
        "january": f"{at}/{moved}/date?month=2027-01",
        "extension": f"{at}/{silent}/extension", "carrier news": f"{at}/{mixed}/carrier-news",
        "cancellation": f"{at}/{mixed}/cancellation", "cancellation of many": f"{at}/{big}/cancellation",
        "mail": f"{at}/{mixed}/mails/1", "no case": f"{at}/PC-nothing", "no date": f"{at}/{silent}/date",
        "case by hand": f"{at}/{by_hand}", "task": f"{at}/{by_hand}/tasks/{task}",
        "task that validates": f"{at}/{by_hand}/tasks/{question}", "sheet": f"{at}/{by_hand}/tasks/{task}/sheet",
        "overdue": "/desk?waiting=OVERDUE", "validation": f"{at}/{mixed}/validation", "port-outs": "/desk/port-outs",
    }  # fmt: skip


def named(name: str) -> dict[str, object]:
    address = {"street": "Sendlinger Straße", "house_number": "12", "postal_code": "80331", "city": "München",
               "region": "BY", "country": "DE"}  # fmt: skip
    return {"name": name, "contact_name": "Anna Huber", "email": "anna@huber.example", "address": address}


async def _others(world: World) -> None:
    failed = await world.confirmed("+498912340010", reference="NW-2041", end_customer=named("Studio Rosso"))
    await world.news(failed, NewsKind.FAILED, code="ACTIVATION_FAILED")
    for number, name in (("+493012345601", "Café Morgenrot"), ("+498912340020", "Zahnarztpraxis Dr. Weiß")):
        sent = await world.open(number, partner=NORTHWIND, reference=f"NW-{number[-4:]}", end_customer=named(name))
        await world.send(sent)
    await world.open("+498912340030", reference="A-118", end_customer=named("Blumen Iris"))
    soon = {"reference": "A-119", "end_customer": named("Hotel Isarblick")}
    await world.confirmed("+4989123402X", day=date(2026, 12, 15), **soon)


async def _leaving(world: World) -> None:
    """Notices of a number of ours, of a part of a range, and of a number that nobody here has."""
    leaving = await world.confirmed("+4989123451XX", reference="leaving", end_customer=named("Praxis Sommer"))
    await world.news(leaving, NewsKind.ACTIVATED)
    said = (("+498912345117", "Example Telecom"), ("+4989123451XX", "Long Words of a Winning Carrier GmbH & Co. KG"),
            ("+4930999888XX", ""))  # fmt: skip
    async with world.database.begin() as connection:
        for number, winner in said:
            notice = port_out_calls.notice_of(CARE, number, winner, date(2026, 12, 21), world.now)
            await port_out_calls.enter(connection, notice, world.now)


async def _by_hand(world: World) -> tuple[str, str, str]:
    """An order and a question that care passes on by hand, both late; the case and its two tasks."""
    paper = await world.letter(name="Authority Harbour Dental.pdf")
    case_id = await world.open(
        "+498912347040", "+498912347041", reference="A-140", documents=[paper], end_customer=named("Praxis am Hafen")
    )
    case = world.engine.cases[case_id]
    case.orders[0].capabilities = CAPABILITIES
    verbs.tell(case, AskValidation(actor=CARE.actor, numbers=("+498912347040", "+498912347041")), world.now)
    carrier = ByHandCarrier(TaskTable(world.database, world.calendars, lambda: world.now))
    for instruction in list(case.instructions):
        if isinstance(instruction, SubmitOrder):
            request = await carrier_request(world.database, instruction)
            verbs.done(case, instruction, await carrier.submit(request), world.now)
        elif isinstance(instruction, ValidateNumbers):
            request = await carrier_request(world.database, instruction)
            verbs.done(case, instruction, Checked(task=await carrier.check(request)), world.now)
    order, question = (task.id for task in case.orders[0].tasks)
    await world.engine.announce(case_id)
    return case_id, order, question


async def _mixed(world: World) -> str:
    """Some lines confirmed, one refused, with temporary numbers, comments, mails and a document."""
    paper = await world.letter(name="Vollmacht Bäckerei Huber.pdf")
    case_id = await world.open(
        "+498912301071X", "+498912301080", "+498912301081", "+498912301082", ivp=True, reference="order-4711",
        documents=[paper], requested_date="2026-12-21", end_customer=named("Bäckerei Huber GmbH (bakery)"),
    )  # fmt: skip
    world.advance(minutes=4)
    for line, number in zip(world.engine.cases[case_id].lines, ("+49322110012X", "+493221100131"), strict=False):
        line.temporary = TemporaryNumber(TemporaryStatus.ACTIVE, number, world.now)
    await world.send(case_id)
    await world.comment(case_id, "The customer prefers a morning.\nThey know that the hour is the donor’s.")
    world.advance(hours=20)
    await world.news(case_id, NewsKind.CONFIRMED, "+498912301071X", "+498912301080", day=date(2026, 12, 22))
    await world.news(case_id, NewsKind.MISSING_DATA, "+498912301081", code="PIN_INVALID")
    await world.news(case_id, NewsKind.REJECTED, "+498912301082", code="NUMBER_INACTIVE")
    await world.comment(case_id, "Called the donor: Mr Berger looks into the PIN.", internal=True)
    subject = f"[{case_id}] +498912301071X CONFIRMED: cut-over Tue 22 Dec 2026, 14:00"
    html = "<body><h1>The date is confirmed</h1><p>+498912301071X moves on Tue 22 Dec 2026.</p></body>"
    text = "The date is confirmed.\n" * 12
    await world.mail(case_id, subject=subject, html=html, text=text, attachments=["cutover.ics"])
    await world.mail(case_id, sequence=2, subject=f"[{case_id}] +498912301081 MISSING_DATA: the PIN", state="FAILED")
    return case_id


async def _moved(world: World) -> str:
    order = {"reference": "A-120", "end_customer": named("Kanzlei Vogt")}
    case_id = await world.confirmed("+498912340040", day=date(2026, 12, 29), **order)
    await world.calls.change_date(Call(CARE, case_id, "move"), date(2027, 1, 12), [], True)
    assert isinstance(world.engine.told[-1][1], ChangeDate)
    return case_id


async def _silent(world: World) -> str:
    return await world.open("+498912340050", reference="A-121", documents=[], end_customer=named("Autohaus Stern"))


async def _big(world: World) -> str:
    numbers = [f"+4989777{n:05}" for n in range(130)]
    order = {"reference": "A-122", "end_customer": named("Stadtwerke Nord")}
    return await world.confirmed(*numbers, day=date(2027, 1, 19), **order)


async def _long(world: World) -> str:
    text = f"{LONG} <script>alert(1)</script> {{{{7*7}}}}"
    case_id = await world.open("+498912340060", reference=LONG[:120], end_customer=named(LONG[:190]), comment=text)
    await world.comment(case_id, text, internal=True)
    return case_id
