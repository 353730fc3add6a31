"""Two API and three worker processes over one PostgreSQL: whole lives go as told, and nothing happens twice."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import psutil
import pytest

from sandbox.demo.lines import Result
from sandbox.demo.player import play_all
from sandbox.demo.story import read_stories
from storage import tables
from storage.archive_tables import presences
from storage.database import Database
from storage.durations import histograms
from tests.effects.databases import Server, postgresql  # noqa: F401
from tests.effects.stack_process import StackProcess
from tests.house.sources import ROOT

pytestmark = pytest.mark.timeout(600)
# Opened, confirmed, its date changed, completed; a correction; several orders; a carrier that stays away; a refusal.
STORIES = ("01", "02", "04", "06", "08", "11", "13")
PARTS = {"api", "api-2", "worker", "worker-2", "worker-3"}


@pytest.fixture(scope="module")
async def url(postgresql: Server) -> str:  # noqa: F811
    connection = await asyncpg.connect(postgresql.url("postgres"))
    await connection.execute("CREATE DATABASE wide")
    await connection.close()
    return postgresql.url("wide")


@pytest.fixture(scope="module")
def stack(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    many = {
        "PORTDESK_API_PROCESSES": "2", "PORTDESK_WORKER_PROCESSES": "3", "PORTDESK_DATABASE_URL": url,
        "PORTDESK_CLEARING_HOUSE_PORT": "0",
    }  # fmt: skip
    made = StackProcess(tmp_path_factory.mktemp("wide") / "var", ["-m", "tests.journeys.wide_run"], many)
    try:
        made.until_it_says("Portdesk is ready", 300)
        yield made
    finally:
        made.make_an_end()


@pytest.fixture(scope="module")
def sandbox(stack: StackProcess) -> dict[str, Any]:
    return dict(json.loads((stack.var / "sandbox.json").read_text()))


@pytest.fixture(scope="module")
async def played(sandbox: dict[str, Any]) -> list[Result]:
    files = [path for path in sorted((ROOT / "examples").glob("*.json")) if path.name[:2] in STORIES]
    return await play_all(sandbox, read_stories(files))


@pytest.fixture(scope="module")
async def database(url: str, played: list[Result]) -> AsyncIterator[Database]:
    """What the stories left behind."""
    opened = Database(url)
    yield opened
    await opened.close()


async def rows(database: Database, table: Any) -> list[Mapping[str, Any]]:
    async with database.read() as connection:
        return [dict(row) for row in (await connection.execute(table.select())).mappings()]


def test_every_story_goes_as_told(played: list[Result]) -> None:
    assert len(played) == len(STORIES)
    assert {result.name: result.failures for result in played if not result.went_as_told} == {}


def test_all_processes_serve_and_none_has_died(stack: StackProcess, played: list[Result], sandbox: Any) -> None:
    parts = stack.parts("sandbox")
    assert set(parts) >= PARTS and len(played) == len(STORIES)
    state = json.loads((stack.var / "sandbox" / "stack.json").read_text())
    assert {name: state[name]["starts"] for name in PARTS} == dict.fromkeys(PARTS, 1)
    port = int(sandbox["base_url"].rpartition(":")[2])
    for name in ("api", "api-2"):
        listening = [one for one in psutil.Process(parts[name]).net_connections() if one.status == psutil.CONN_LISTEN]
        assert port in {one.laddr.port for one in listening}, name


async def test_every_mail_left_once(database: Database, sandbox: dict[str, Any]) -> None:
    """R39, I4: three senders took turns at one outbox."""
    written = await rows(database, tables.mails)
    assert {row["state"] for row in written} == {"SENT"}
    assert len(written) > 2 * len(STORIES)
    caught = httpx2.get(f"{sandbox['base_url']}/sandbox/mailbox", headers=_care(sandbox), timeout=60).json()["items"]
    came = Counter(mail["message_id"].strip("<>") for mail in caught)
    assert came == Counter(row["message_id"].strip("<>") for row in written)
    assert set(came.values()) == {1}


async def test_every_order_was_made_once(database: Database, sandbox: dict[str, Any]) -> None:
    """I3: by our reference at the carrier."""
    orders = [row for row in await rows(database, tables.carrier_orders) if row["carrier"] == "telnyx"]
    assert len({row["reference"] for row in orders}) == len(orders) > len(STORIES)
    answer = httpx2.get(f"{sandbox['base_url']}/sandbox/carrier/orders", headers=_care(sandbox), timeout=60).json()
    made = Counter(one["customer_reference"] for one in answer["items"])
    assert {reference for reference, times in made.items() if times > 1} == set()


async def test_every_message_of_the_carrier_was_settled_by_one_reader(database: Database) -> None:
    """I5: three readers took turns at one inbox."""
    arrived = await rows(database, tables.inbox)
    assert arrived and {row["state"] for row in arrived} == {"DONE"}


async def test_whichever_api_process_is_asked_tells_the_calls_of_all(database: Database, sandbox: Any) -> None:
    opened = len(await rows(database, tables.cases))
    line = f'portdesk_http_requests_total{{method="POST",path="/v1/porting-cases",status="201"}} {float(opened)}'
    for _ in range(8):
        # A connection of its own each time, so that the kernel deals it out anew.
        text = httpx2.get(f"{sandbox['base_url']}/metrics", timeout=60).text
        assert line in text
        assert 'portdesk_task_queue_waiting{kind="activities",queue="numbers"} 0.0' in text


async def test_every_mail_is_counted_once_with_how_long_it_took(database: Database, sandbox: Any) -> None:
    """Whichever worker sent it; news and requests among them."""
    sent = len(await rows(database, tables.mails))

    async def counted() -> dict[str, int]:
        async with database.read() as connection:
            return {what: one.counts["+Inf"] for what, one in (await histograms(connection)).items()}

    async with asyncio.timeout(60):
        while (found := await counted())["mail"] < sent:  # noqa: ASYNC110  (other processes)
            await asyncio.sleep(0.2)
    assert found["mail"] == sent and 0 < found["news_to_mail"] < sent
    assert found["request_to_carrier"] >= len(STORIES) - 1
    told = f'portdesk_took_seconds_count{{what="mail"}} {float(sent)}'
    async with asyncio.timeout(60):
        while told not in httpx2.get(f"{sandbox['base_url']}/metrics", timeout=60).text:  # noqa: ASYNC110
            await asyncio.sleep(0.5)


async def test_the_three_workers_share_out_the_carriers_calls(database: Database, played: list[Result]) -> None:
    """R20: each counts itself, and is counted while it lives."""
    async with asyncio.timeout(90):
        while len({row["process"] for row in await rows(database, presences)}) != 3:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    assert played and {row["works_on"] for row in await rows(database, presences)} >= {"telnyx"}


def test_the_stack_ends_in_order_and_leaves_nothing(stack: StackProcess, played: list[Result]) -> None:
    assert stack.end(patience=40) == 0
    assert played and stack.remains() == []


def _care(sandbox: Mapping[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox['care_key']}"}


def test_the_ends_of_the_log_tell_no_error(stack: StackProcess, played: list[Result]) -> None:
    logs = Path(stack.var / "sandbox" / "logs")
    told = {log.name: log.read_text().count('"level": "error"') for log in logs.glob("*.log")}
    assert played and {name: count for name, count in told.items() if count} == {}
