"""What Temporal's own lists cost with very many open executions: why no page of the product reads from them.

`python -m bench.visibility --executions 100000` starts them on a server of its own and prints docs/scale.md's table.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

from bench.process import free_ports
from bench.rows import percentile
from launch import temporal_server
from porting.status import Status, WaitingOn
from workflows.announcer import NEXT_DEADLINE, STATUS, WAITING_ON

NAMESPACE = "visibility"
STARTERS = 16
ROUNDS = 40
LISTED_WITHIN = 300.0
PAGE = 50
STAGES = (1_000, 10_000, 100_000, 1_000_000)
PARTNERS, COUNTRIES = 40, ("DE", "FR", "IT", "GB", "US")
OPEN = (Status.SUBMITTED, Status.PENDING_APPROVAL, Status.MISSING_DATA, Status.CONFIRMED)
WAITS = (WaitingOn.CARRIER, WaitingOn.CARRIER, WaitingOn.PARTNER, WaitingOn.CUTOVER)
PARTNER, COUNTRY = SearchAttributeKey.for_keyword("Partner"), SearchAttributeKey.for_keyword_list("Country")
# An execution that begins in a year is open, is listed, and asks for no worker.
FAR_OFF = timedelta(days=365)
FILTERS = {
    "": "",
    "status": "PortingStatus = 'MISSING_DATA'",
    "partner and whom it waits for": "Partner = 'partner-7' AND WaitingOn = 'PARTNER'",
    "deadline": "NextDeadline < '2027-01-10T00:00:00Z'",
}
FIRST_DEADLINE = datetime(2027, 1, 1, tzinfo=UTC)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@asynccontextmanager
async def a_server(folder: Path) -> AsyncIterator[Client]:
    """The embedded server as the product starts it, search attributes and pragmas and all."""
    described, ports = temporal_server.read(), free_ports()
    words = described.arguments(
        port=ports["TEMPORAL"], ui_port=ports["TEMPORAL_UI"], namespace=NAMESPACE, folder=folder, steered=False
    )
    quiet = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(str(temporal_server.binary()), *words, stdout=quiet, stderr=quiet)
    try:
        yield await _connected(f"{described.host}:{ports['TEMPORAL']}")
    finally:
        server.terminate()
        await server.wait()


async def _connected(address: str) -> Client:
    """Raises RuntimeError when nobody answers for half a minute."""
    for _ in range(300):
        try:
            client = await Client.connect(address, namespace=NAMESPACE)
            await client.count_workflows()
        except (RuntimeError, RPCError):
            await asyncio.sleep(0.1)
        else:
            return client
    raise RuntimeError("the Temporal server did not answer within half a minute")


async def start(client: Client, number: int) -> None:
    """An open execution with the search attributes that a case of the product has."""
    attributes: list[SearchAttributePair[Any]] = [
        SearchAttributePair(PARTNER, f"partner-{number % PARTNERS}"),
        SearchAttributePair(COUNTRY, [COUNTRIES[number % len(COUNTRIES)]]),
        SearchAttributePair(STATUS, OPEN[number // 7 % len(OPEN)]),
        SearchAttributePair(WAITING_ON, WAITS[number // 7 % len(WAITS)]),
        SearchAttributePair(NEXT_DEADLINE, FIRST_DEADLINE + timedelta(minutes=number)),
    ]
    await client.start_workflow(
        "Lies", id=f"PC-{number:08}", task_queue="nobody", start_delay=FAR_OFF,
        search_attributes=TypedSearchAttributes(attributes),
    )  # fmt: skip


async def start_until(client: Client, numbers: Iterator[int], goal: int, end: float) -> int:
    """Starts them with so many starters until `goal` are there, or the time is over; how many there are."""
    reached, told = 0, time.monotonic()

    async def starter() -> None:
        nonlocal reached, told
        while reached < goal and time.monotonic() < end:
            number = next(numbers)
            reached = max(reached, number)
            await start(client, number)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                tell(f"{number:,} of {goal:,} started")

    await asyncio.gather(*(starter() for _ in range(STARTERS)))
    return reached


async def measure(client: Client, started: int) -> list[str]:
    """Rows of the table, once the list shows everything that was started."""
    began = time.monotonic()
    async with asyncio.timeout(LISTED_WITHIN):
        while (await client.count_workflows()).count < started:  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.2)
    tell(f"{started:,} are listed, {time.monotonic() - began:.1f} s after the last was started")

    async def page(query: str) -> None:
        async for _ in client.list_workflows(query, page_size=PAGE, limit=PAGE):
            pass

    async def counted(query: str) -> None:
        await client.count_workflows(query)

    rows = []
    for name, query in FILTERS.items():
        shown = [await _milliseconds(lambda call=call, query=query: call(query)) for call in (page, counted)]  # type: ignore[misc]
        rows.append(f"| {started:,} | {name or 'none'} | {' | '.join(shown)} |")
    return rows


async def _milliseconds(call: Callable[[], Awaitable[None]]) -> str:
    taken = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        await call()
        taken.append((time.monotonic() - began) * 1000)
    return f"{percentile(taken, 0.5):.0f}, {percentile(taken, 0.95):.0f} ms"


async def fill_and_measure(folder: Path, executions: int, minutes: float) -> None:
    numbers, end = count(1), time.monotonic() + minutes * 60
    print(f"| open executions | filter | list of {PAGE}: p50, p95 | count: p50, p95 |\n|---|---|---|---|", flush=True)
    async with a_server(folder) as client:
        began, there = time.monotonic(), 0
        for stage in [*(stage for stage in STAGES if stage < executions), executions]:
            there = await start_until(client, numbers, stage, end)
            print("\n".join(await measure(client, there)), flush=True)
            if there < stage:
                tell(f"the time is over: {there:,} of {executions:,} were started")
                break
        tell(f"{there:,} in {time.monotonic() - began:,.0f} s; {_bytes(folder) / there / 1e3:.1f} kB of database each")


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def main(
    executions: Annotated[int, typer.Option(help="How many stand in the list in the end.", min=1)] = 100_000,
    minutes: Annotated[float, typer.Option(help="No more are started after so many.", min=0.1)] = 60,
) -> None:
    """Fill Temporal's visibility list on this machine, and measure it on the way."""
    folder = Path(tempfile.mkdtemp(prefix="portdesk-visibility-"))
    try:
        asyncio.run(fill_and_measure(folder, executions, minutes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
