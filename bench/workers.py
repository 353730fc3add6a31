"""The row about a second worker process, on PostgreSQL, where no write waits for another process's."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.rows import Goal, Row, compared
from bench.stand import AT_ONCE, Stand, a_stand
from bench.weight import batch_of
from launch.child import GO_FD, READY_FD

ROLES = "PORTDESK_WORKER_ROLES"
SLOW_ROLES = "cases,records,numbers,carriers,inbox"


async def workers(folder: Path, url: str, quick: bool) -> list[Row]:
    """Lives a second with two worker processes, by those with one; every effect takes 20 ms longer than it would."""
    count, pairs = (6, 1) if quick else (24, 5)
    async with a_stand(folder / "var", url, WORKER_ROLES="mail") as stand, _a_worker(stand, 1):

        async def one() -> float:
            await batch_of(stand, 4, AT_ONCE)
            began = time.monotonic()
            await batch_of(stand, count, AT_ONCE)
            return count / (time.monotonic() - began)

        async def two() -> float:
            async with _a_worker(stand, 2):
                return await one()

        return [await compared("workers", "lives/s", Goal(1.7, at_least=True), two, one, pairs)]


@asynccontextmanager
async def _a_worker(stand: Stand, number: int) -> AsyncIterator[None]:
    log = stand.process.var / f"slow-worker-{number}.txt"
    inherited = stand.process.named("worker")[0].environ()
    environment = {name: inherited[name] for name in inherited.keys() - {READY_FD, GO_FD}} | {ROLES: SLOW_ROLES}
    with log.open("wb") as output:
        worker = stand.process.begin(["-m", "bench.slow_worker"], output, environment)
    try:
        await stand.process.until(lambda: b"ready" in log.read_bytes(), "the slow worker")
        yield
    finally:
        worker.terminate()
        try:
            await asyncio.to_thread(worker.wait, 30)
        except subprocess.TimeoutExpired:
            worker.kill()
