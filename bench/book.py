"""Rows about the size of the book: a round of work among very many open cases, and one case of very many numbers."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import httpx2
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from bench.copies import open_copies
from bench.process import Process
from bench.rows import PAIRS, Goal, Row, compared, measured
from bench.stand import CONFIRM_ONLY, SILENT, Stand, a_stand, body, upload

UNCONFIRMED = "SELECT count(*) FROM cases WHERE status != 'CONFIRMED' AND reference LIKE :these"
RUNNING = 'ExecutionStatus = "Running" AND WorkflowType = "PortingCase"'
LONG = timedelta(days=40)
PATIENCE = 1800.0


async def open_cases(folder: Path, url: str, quick: bool) -> list[Row]:
    """Seconds of a round from the order over its confirmation to a changed date, with few open cases and with many."""
    few, many, rounds = (50, 500, 5) if quick else (1000, 50_000, 15)
    async with a_stand(folder / "var", url) as stand:
        await _round(stand)
        await _grown(stand, few)
        before = [await _round(stand) for _ in range(rounds)]
        await _grown(stand, many - few)
        after = [await _round(stand) for _ in range(rounds)]
        reached = (await (await stand.bare()).count_workflows(RUNNING)).count
    ratio = median(after) / median(before)
    return [
        measured("open_cases_reached", "cases", Goal(50_000, at_least=True), [float(reached)]),
        Row(
            name="open_cases", value=median(after), unit="s", goal=Goal(1.2), judged=ratio, runs=rounds,
            low=min(after) / median(before), high=max(after) / median(before), baseline=median(before), ratio=ratio,
        ),
    ]  # fmt: skip


async def _grown(stand: Stand, count: int) -> None:
    stand.new_round()
    [case_id] = await stand.opened(await stand.prepared(1, SILENT))
    await stand.quiet()
    await open_copies(stand, case_id, count - 1)


async def _round(stand: Stand) -> float:
    these = stand.new_round()
    prepared = await stand.prepared(1, CONFIRM_ONLY)
    answer = await stand.api.get(f"/v1/calendar?number={quote(prepared[0][0])}")
    days = [day["date"] for day in answer.raise_for_status().json()["items"] if day["bookable"]]
    began = time.monotonic()
    [case_id] = await stand.opened(prepared)
    await stand.until_none(UNCONFIRMED, "the case to be confirmed", these=these)
    wish = {"date": days[25], "accept_fee": True}
    (await stand.api.post(f"/v1/porting-cases/{case_id}/date-changes", json=wish)).raise_for_status()
    seconds = time.monotonic() - began
    await stand.quiet()
    return seconds


async def big_case(folder: Path, quick: bool) -> list[Row]:
    """Seconds of a life of ten thousand numbers and a range of a thousand, by those of ten lives of a tenth each.

    In a sandbox, whose clock lets the weeks pass at once. No payload is larger than the event that holds it.
    """
    count, pairs = (200, 1) if quick else (10_000, PAIRS)
    rehearsal = Rehearsal(folder / "var")
    async with rehearsal.running():

        async def one() -> float:
            numbers = rehearsal.numbers(count)
            return await rehearsal.lives([[*numbers, f"{numbers[-1][:6]}9990XXX"]])

        async def ten() -> float:
            numbers = rehearsal.numbers(count)
            return await rehearsal.lives([numbers[at : at + count // 10] for at in range(0, count, count // 10)])

        await rehearsal.lives([rehearsal.numbers(1)])
        row = await compared("big_case", "s", Goal(1.2), one, ten, pairs)
        largest = await rehearsal.largest_event()
    return [row, measured("big_case_payload", "bytes", Goal(1_000_000), [largest])]


class Rehearsal:
    """A sandbox with a clock that is sent ahead."""

    def __init__(self, var: Path) -> None:
        self._process = Process(var, "")
        self._api = httpx2.AsyncClient()
        self._turn = 0
        self._cases: list[str] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        try:
            await self._process.start("sandbox")
            seen = json.loads((self._process.var / "sandbox.json").read_text())
            headers = {"Authorization": f"Bearer {seen['partner_key']}"}
            async with httpx2.AsyncClient(base_url=seen["base_url"], headers=headers, timeout=PATIENCE) as self._api:
                yield
        finally:
            self._process.end()

    def numbers(self, count: int) -> list[str]:
        """Munich numbers, a fresh block each time."""
        self._turn += 1
        return [f"+4989{self._turn:02}{one:06}" for one in range(count)]

    async def lives(self, orders: Sequence[Sequence[str]]) -> float:
        """Seconds until all of these cases are completed."""
        papers = [await upload(self._api) for _ in orders]
        began = time.monotonic()
        for numbers, paper in zip(orders, papers, strict=True):
            answer = await self._api.post("/v1/porting-cases", json=body(f"big {numbers[0]}", numbers, [paper]))
            self._cases.append(answer.raise_for_status().json()["id"])
        now = datetime.fromisoformat((await self._api.get("/sandbox/clock")).json()["now"])
        await self._api.post("/sandbox/clock/advance", json={"to": (now + LONG).isoformat()})
        for case_id in self._cases[-len(orders) :]:
            case = (await self._api.get(f"/v1/porting-cases/{case_id}")).raise_for_status().json()
            if case["status"] != "COMPLETED":
                raise RuntimeError(f"the case ended as {case['status']}: {case['next_step']}")
        return time.monotonic() - began

    async def largest_event(self) -> float:
        """Bytes of the largest event in the histories of all cases so far."""
        client = await Client.connect(f"127.0.0.1:{self._process.ports['TEMPORAL']}")
        handles = [client.get_workflow_handle(case_id) for case_id in self._cases]
        return max([event.ByteSize() async for event in _events(handles)])


async def _events(handles: Iterable[WorkflowHandle[Any, Any]]) -> AsyncIterator[HistoryEvent]:
    for handle in handles:
        async for event in handle.fetch_history_events():
            yield event
