"""A running stack with its partner and its care desk, and everything that is measured through its doors."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from sqlalchemy import text
from temporalio.client import Client

from bench.process import PATIENCE, Process
from storage.database import Database

T = TypeVar("T")
CARRIER_KEY = "KEY-of-the-simulated-carrier"
PASSWORD = "a password of the bench"
CLIENTS = 16
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
AT_ONCE = [
    {"after": "0m", "do": "acknowledge"},
    {"after": "0m", "do": "confirm"},
    {"do": "activate", "early": "90d"},
]
CONFIRM_ONLY = [{"after": "0m", "do": "acknowledge"}, {"after": "0m", "do": "confirm", "date": "+15bd"}]
SILENT = [{"do": "stay_silent"}]
ON_ITS_WAY = (
    "SELECT (SELECT count(*) FROM cases WHERE started_at IS NULL)"
    " + (SELECT count(*) FROM inbox WHERE next_try_at IS NOT NULL)"
    " + (SELECT count(*) FROM mails WHERE next_try_at IS NOT NULL)"
    " + (SELECT count(*) FROM carrier_orders WHERE NOT sent)"
)
Prepared = list[tuple[str, list[str]]]


class Stand:
    """One running stack, its partner, and a counter of numbers that nobody has ordered yet."""

    def __init__(self, var: Path, database_url: str, **settings: str) -> None:
        self.process = Process(var, database_url, **settings)
        self.ports = self.process.ports
        self.temporal = f"127.0.0.1:{self.ports['TEMPORAL']}"
        self.database = Database(database_url or f"sqlite:///{var}/portdesk.db")
        self.api, self.desk, self.carrier = httpx2.AsyncClient(), httpx2.AsyncClient(), httpx2.AsyncClient()
        self.round = 0
        self._next = 0

    async def begin(self) -> None:
        """The stack, its partner's key, care at the desk, and the bare worker beside it on the same Temporal server."""
        process = self.process
        await process.start()
        process.say("partner", "add", "acme", "--name", "Acme Telecom", "--email", "ops@acme.example")
        key = json.loads(process.say("key", "add", "--partner", "acme", "--json"))[0]["key"]
        self.api = _client(self.ports["API"], key)
        self.carrier = _client(self.ports["CARRIER"], CARRIER_KEY)
        log = process.var / "bare.txt"
        with log.open("wb") as output:
            self._bare = process.begin(["-m", "bench.bare", self.temporal], output)
        await process.until(lambda: b"ready" in log.read_bytes(), "the bare worker")

    async def log_in(self) -> None:
        """Opens the desk's pages to `desk`."""
        secret = self.process.var / "password"
        secret.write_text(PASSWORD)
        self.process.say("staff", "add", "bench", "--password-file", str(secret))
        self.desk = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.ports['API']}", timeout=60)
        page = (await self.desk.get("/desk/login")).raise_for_status().text
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        form = {"csrf": token[1] if token else "", "login": "bench", "password": PASSWORD, "next": ""}
        answer = await self.desk.post("/desk/login", data=form)
        if answer.status_code != 303:
            raise RuntimeError(f"the desk lets nobody in: {answer.status_code}")

    async def end(self) -> None:
        for client in (self.api, self.desk, self.carrier):
            await client.aclose()
        await self.database.close()
        self._bare.kill()
        self.process.end()

    async def bare(self) -> Client:
        """A client without any of ours in it."""
        return await Client.connect(self.temporal)

    def new_round(self) -> str:
        """From here on the cases opened belong together; answers a LIKE pattern for their references."""
        self.round += 1
        return f"round {self.round} %"

    def numbers(self, count: int, wild: str = "") -> list[str]:
        """Munich numbers, or ranges with so many X, that were not used before."""
        taken = range(self._next, self._next + count)
        self._next += count
        first = "8" if wild else "7"
        return [f"+4989{first}{one:0{7 - len(wild)}}{wild}" for one in taken]

    async def script(self, number: str, steps: Sequence[Mapping[str, Any]]) -> None:
        (await self.carrier.put(f"/_sim/scripts/{number}", json={"steps": steps})).raise_for_status()

    async def paper(self) -> str:
        return await upload(self.api)

    async def order(self, numbers: Sequence[str], papers: Sequence[str]) -> str:
        """One case opened over HTTP; its id."""
        answer = await self.api.post(
            "/v1/porting-cases", json=body(f"round {self.round} {numbers[0]}", numbers, papers)
        )
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.text}")
        return str(answer.json()["id"])

    async def prepared(self, count: int, steps: Sequence[Mapping[str, Any]], wild: str = "") -> Prepared:
        """Numbers with their script put and their letter uploaded: all that comes before the order."""

        async def one(number: str) -> tuple[str, list[str]]:
            await self.script(number.replace("X", "0"), steps)
            return number, [await self.paper()]

        return await side_by_side([partial(one, number) for number in self.numbers(count, wild)])

    async def opened(self, prepared: Prepared) -> list[str]:
        """The ids of the cases, opened by so many clients at once."""
        return await side_by_side([partial(self.order, [number], papers) for number, papers in prepared])

    async def count(self, query: str, **values: Any) -> int:
        async with self.database.read() as connection:
            return int((await connection.execute(text(query), values)).scalar_one())

    async def quiet(self) -> None:
        """Nothing is on its way any more: no case to start, no order to send, no message to read, no mail to send."""
        await self.until_none(ON_ITS_WAY, "everything to settle")

    async def until_none(self, query: str, what: str, **values: Any) -> None:
        """Until the count is 0."""
        end = time.monotonic() + PATIENCE
        while await self.count(query, **values) > 0:
            if time.monotonic() > end:
                raise RuntimeError(f"waited in vain for {what}")
            await asyncio.sleep(0.02)


async def upload(api: httpx2.AsyncClient) -> str:
    """The id of a fresh letter of authorisation."""
    file = {"file": ("loa.pdf", PAPER, "application/pdf")}
    answer = await api.post("/v1/documents", files=file, data={"kind": "loa"})
    return str(answer.raise_for_status().json()["id"])


def _client(port: int, key: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}, timeout=120
    )


def body(reference: str, numbers: Sequence[str], papers: Sequence[str]) -> dict[str, Any]:
    """A complete German order."""
    return {
        "reference": reference,
        "order_type": "FULL_PORTING",
        "numbers": list(numbers),
        "end_customer": {
            "name": "Muster GmbH", "contact_name": "Maria Muster", "email": "maria@muster.example",
            "address": {
                "street": "Sonnenstraße", "house_number": "12", "postal_code": "80331", "city": "München",
                "region": "BY", "country": "DE",
            },
        },
        "losing_carrier": {"name": "Deutsche Telekom", "account_number": "5512345678"},
        "documents": list(papers),
    }  # fmt: skip


async def side_by_side(calls: Sequence[Callable[[], Awaitable[T]]], clients: int = CLIENTS) -> list[T]:
    """All of them, so many at a time, as so many clients would; answers in the order of the calls."""
    room = asyncio.Semaphore(clients)

    async def one(call: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await call()

    return await asyncio.gather(*(one(call) for call in calls))


@asynccontextmanager
async def a_stand(var: Path, database_url: str = "", **settings: str) -> AsyncIterator[Stand]:
    stand = Stand(var, database_url, **settings)
    await stand.begin()
    try:
        yield stand
    finally:
        await stand.end()
