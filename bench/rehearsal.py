"""Rows about the sandbox, whose clock lets weeks pass at once: the clean story, and a case of very many numbers."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from bench.process import Process
from bench.rows import PAIRS, Goal, Row, compared, measured
from bench.stand import body, upload

MONTH = timedelta(days=30)
PATIENCE = 1800.0


async def sandbox(rehearsal: Rehearsal, quick: bool) -> list[Row]:
    """Seconds of wall time from the order to the answer of the advance, five runs; carrier and mails included."""
    seconds = [await rehearsal.lives([rehearsal.numbers(1)]) for _ in range(PAIRS)]
    return [measured("sandbox", "s", Goal(1.0), seconds)]


async def big_case(rehearsal: Rehearsal, quick: bool) -> list[Row]:
    """Seconds of a life of ten thousand numbers and a range of a thousand, by those of ten lives of a tenth each.

    No payload is larger than the event that holds it.
    """
    count, pairs = (200, 1) if quick else (10_000, PAIRS)

    async def one() -> float:
        numbers = rehearsal.numbers(count)
        return await rehearsal.lives([[*numbers, f"{numbers[-1][:6]}9990XXX"]])

    async def ten() -> float:
        numbers = rehearsal.numbers(count)
        return await rehearsal.lives([numbers[at : at + count // 10] for at in range(0, count, count // 10)])

    await rehearsal.lives([rehearsal.numbers(1)])
    row = await compared("big_case", "s", Goal(1.2), one, ten, pairs)
    return [row, measured("big_case_payload", "bytes", Goal(1_000_000), [await rehearsal.largest_event()])]


class Rehearsal:
    """A sandbox with a clock that is sent ahead."""

    def __init__(self, var: Path) -> None:
        self._process = Process(var, "")
        self._api = httpx2.AsyncClient()
        self._turn = 0
        self._cases: list[str] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rehearsal]:
        try:
            await self._process.start("sandbox")
            seen = json.loads((self._process.var / "sandbox.json").read_text())
            headers = {"Authorization": f"Bearer {seen['partner_key']}"}
            async with httpx2.AsyncClient(base_url=seen["base_url"], headers=headers, timeout=PATIENCE) as self._api:
                yield self
        finally:
            self._process.end()

    def numbers(self, count: int) -> list[str]:
        """Munich numbers, a fresh block each time; the 5 keeps a full block from ending as the magic numbers do."""
        self._turn += 1
        return [f"+4989{self._turn:02}5{one:05}" for one in range(count)]

    async def lives(self, orders: Sequence[Sequence[str]]) -> float:
        """Seconds until all of these cases are completed."""
        papers = [await upload(self._api) for _ in orders]
        began = time.monotonic()
        for numbers, paper in zip(orders, papers, strict=True):
            answer = await self._api.post("/v1/porting-cases", json=body(f"big {numbers[0]}", numbers, [paper]))
            self._cases.append(answer.raise_for_status().json()["id"])
        now = datetime.fromisoformat((await self._api.get("/sandbox/clock")).json()["now"])
        (await self._api.post("/sandbox/clock/advance", json={"to": (now + MONTH).isoformat()})).raise_for_status()
        seconds = time.monotonic() - began
        for case_id in self._cases[-len(orders) :]:
            case = (await self._api.get(f"/v1/porting-cases/{case_id}")).raise_for_status().json()
            if case["status"] != "COMPLETED":
                raise RuntimeError(f"the case ended as {case['status']}: {case['next_step']}")
        return seconds

    async def largest_event(self) -> float:
        """Bytes of the largest event in the histories of all cases so far."""
        client = await Client.connect(f"127.0.0.1:{self._process.ports['TEMPORAL']}")
        handles = [client.get_workflow_handle(case_id) for case_id in self._cases]
        return max([event.ByteSize() async for event in _events(handles)])


async def _events(handles: Iterable[WorkflowHandle[Any, Any]]) -> AsyncIterator[HistoryEvent]:
    for handle in handles:
        async for event in handle.fetch_history_events():
            yield event
