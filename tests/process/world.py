"""A real Temporal server with steered time, a worker with the cases' process, and a hand on one case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.common import SearchAttributeKey
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from activities.carrier import carrier_queue
from activities.inventory import NUMBERS_QUEUE
from porting.case import Case
from porting.commands import AnyCommand
from porting.orders import News
from tests.process.effects import Effects
from workflows.client import TASK_QUEUE, PortingCases
from workflows.codec import DATA_CONVERTER
from workflows.porting_case import PortingCase

ATTRIBUTES = [
    *(SearchAttributeKey.for_keyword(name) for name in ("PortingStatus", "WaitingOn", "Partner")),
    SearchAttributeKey.for_keyword_list("Country"),
    SearchAttributeKey.for_datetime("NextDeadline"),
]


def temporal_program() -> str:
    """The real server, as the product's own set-up installs it."""
    import sys

    return str(Path(sys.executable).parent / "temporal")


@asynccontextmanager
async def server(*more: str) -> AsyncIterator[WorkflowEnvironment]:
    """A server whose cases wait until one of them is sent ahead."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_program(),
        search_attributes=ATTRIBUTES,
        data_converter=DATA_CONVERTER,
        dev_server_extra_args=[
            "--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true",
            "--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"',
            *(word for one in more for word in ("--dynamic-config-value", one)),
        ],
    ) as environment:  # fmt: skip
        yield environment


@dataclass
class Running:
    """One case that lives, and what it asked of the outside."""

    environment: WorkflowEnvironment
    cases: PortingCases
    handle: WorkflowHandle[PortingCase, str]
    effects: Effects
    updates: int = 0

    async def tell(self, command: AnyCommand) -> int:
        self.updates += 1
        return await self.cases.update(self.handle.id, command, f"update-{self.updates}")

    async def hear(self, heard: News) -> None:
        await self.cases.news(self.handle.id, heard)

    async def pass_time(self, step: timedelta) -> None:
        await self.environment.fast_forward(self.handle, step)

    async def until(self, holds: Callable[[], bool], what: str = "what was expected") -> None:
        """Wait until the effects show it."""
        for _ in range(2000):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{what} did not come; came: {self.effects.kinds}, {dict(self.effects.calls)}")

    async def told(self, kind: str, times: int = 1) -> None:
        await self.until(lambda: self.effects.kinds.count(kind) >= times, kind)

    async def ended(self) -> None:
        """The process comes to its end, temporary numbers given back."""
        await asyncio.wait_for(self.handle.result(), 30)

    async def state(self) -> Case:
        return await self.cases.state(self.handle.id)


@asynccontextmanager
async def running(
    environment: WorkflowEnvironment, case: Case, effects: Effects | None = None
) -> AsyncIterator[Running]:
    """The case's process with its worker; the opening's own announcement is drained first, as the door does."""
    effects = effects or Effects()
    case.announce(None)
    client = environment.client

    async def connect():
        return client

    own = Worker(client, task_queue=TASK_QUEUE, workflows=[PortingCase], activities=effects.activities())
    carrier = Worker(client, task_queue=carrier_queue("telnyx"), activities=effects.activities())
    care = Worker(client, task_queue=carrier_queue("by-hand"), activities=effects.by_hand.activities())
    numbers = Worker(client, task_queue=NUMBERS_QUEUE, activities=effects.activities())
    async with own, carrier, care, numbers:
        cases = PortingCases(connect)
        await cases.start(case)
        yield Running(environment, cases, client.get_workflow_handle_for(PortingCase.run, case.id), effects)
