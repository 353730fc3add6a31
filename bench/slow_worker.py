"""A worker of the product in which every effect takes 20 ms longer, as effects far away do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.heartbeat import Heartbeats
from launch import queues
from launch.assembly_worker import assemble_worker
from launch.process import Loop
from launch.settings import load
from launch.worker import work

DELAY_SECONDS = 0.020


class _Slow(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        await asyncio.sleep(DELAY_SECONDS)
        return await super().execute_activity(input)


class SlowHeartbeats(Heartbeats):
    """The product's own interceptor, with the delay inside."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return super().intercept_activity(_Slow(next))


@asynccontextmanager
async def announced() -> AsyncIterator[Sequence[Loop]]:
    """The worker as it is, which says on its output when it serves."""
    async with assemble_worker(load()) as loops:
        print("ready", flush=True)
        yield loops


if __name__ == "__main__":
    vars(queues)["Heartbeats"] = SlowHeartbeats
    work(announced())
