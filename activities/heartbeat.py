"""Keeps every running activity's heart beating, so that the death of a worker is noticed within seconds."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

EVERY_SECONDS = 4.0


class Heartbeats(Interceptor):
    """Beats while the activity runs; a frozen event loop stops the heart, as it should."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        heart = asyncio.create_task(_beat())
        try:
            return await super().execute_activity(input)
        finally:
            heart.cancel()


async def _beat() -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        activity.heartbeat()
