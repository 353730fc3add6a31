"""A carrier that hangs holds up nobody else: its orders fill its own queue, up to its limit, and stop at the end."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from launch.foundation import found
from launch.queues import workers
from launch.roles import Roles
from launch.settings import load
from porting.capabilities import Capabilities
from storage.database import Database
from tests.process.world import temporal_program
from workflows.carrier_feed import CarrierFeed, Feed
from workflows.client import TASK_QUEUE
from workflows.queues import ACTIVITIES, Queues


class Carrier:
    """Answers that there is nothing new, once it may answer."""

    capabilities = Capabilities()

    def __init__(self, answers: bool) -> None:
        self.asked = 0
        self.again, self.may_answer = asyncio.Event(), asyncio.Event()
        if answers:
            self.may_answer.set()

    async def events_since(self, cursor: str) -> tuple[list[Any], str]:
        self.asked += 1
        if self.asked >= 3:
            self.again.set()
        await self.may_answer.wait()
        return [], cursor


async def test_a_carrier_that_hangs_holds_up_nobody_else(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"VAR": str(tmp_path), "CARRIER_AT_ONCE": "2", "STOP_SECONDS": "1"}.items():
        monkeypatch.setenv(f"PORTDESK_{name}", value)
    slow, quick = Carrier(answers=False), Carrier(answers=True)
    base = replace(found(load()), database=database, carriers={"slow": slow, "quick": quick})  # type: ignore[dict-item]
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        client = environment.client

        async def connect():
            return client

        async with AsyncExitStack() as running:
            for worker in workers(client, base, Roles.parse("all", ())):
                await running.enter_async_context(worker)
            for number, name in enumerate(("slow",) * 5 + ("quick",)):
                await client.start_workflow(
                    CarrierFeed.run, Feed(name, 0.1), id=f"{name}-{number}", task_queue=TASK_QUEUE
                )
            await asyncio.wait_for(quick.again.wait(), 30)
            queues = Queues(connect, ["slow", "quick"])
            while (waiting := await at_carriers(queues))["carrier-slow"] < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            assert (slow.asked, waiting) == (2, {"carrier-slow": 3, "carrier-quick": 0})


async def at_carriers(queues: Queues) -> dict[str, int]:
    found = [one for one in await queues.backlogs() if one.kind == ACTIVITIES and one.queue.startswith("carrier-")]
    return {one.queue: one.waiting for one in found}
