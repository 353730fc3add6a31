"""The baseline: plain workflows that do nothing, as few lines of Temporal as the thing that is compared needs."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bare"
LIMIT = timedelta(minutes=1)


@activity.defn
async def nothing() -> None:
    """No effect."""


@workflow.defn(name="BareLife")
class BareLife:
    """So many activities one after another, and between them a wait for each of so many signals."""

    def __init__(self) -> None:
        self._heard = 0

    @workflow.run
    async def run(self, activities: int, signals: int) -> None:
        for done in range(activities):
            due = signals * done // activities
            await workflow.wait_condition(lambda due=due: self._heard >= due)  # type: ignore[misc]
            await workflow.execute_activity(nothing, start_to_close_timeout=LIMIT)

    @workflow.signal
    def hear(self) -> None:
        self._heard += 1


@workflow.defn(name="BareCase")
class BareCase:
    """Waits for ever, and takes updates that a validator lets pass."""

    def __init__(self) -> None:
        self._told = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def tell(self, amount: int) -> int:
        self._told += amount
        return self._told

    @tell.validator
    def check(self, amount: int) -> None:
        if amount < 0:
            raise ValueError("negative")


async def main(address: str) -> None:
    """A worker in a process of its own, as the product's is."""
    client = await Client.connect(address)
    async with Worker(client, task_queue=QUEUE, workflows=[BareLife, BareCase], activities=[nothing]):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
