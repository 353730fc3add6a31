"""A worker that is told to end finishes what it has begun: nothing is done a second time for an orderly stop."""

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowHandle

from tests.effects.stack_process import wait_for
from tests.journeys.fault_stack import PAPER, QUICK, FaultStack, an_order
from workflows.connection import Access, Connection

pytestmark = pytest.mark.timeout(600)
STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStack]:
    made = FaultStack(tmp_path_factory.mktemp("stop"))
    yield made
    for life in made.lives:
        life.make_an_end()


async def running(stack: FaultStack, case_id: str) -> WorkflowHandle[Any, Any]:
    access = Access(address=stack.port("TEMPORAL").removeprefix("http://"), namespace="default")
    return (await Connection(access).client()).get_workflow_handle(case_id)


async def being_done(handle: WorkflowHandle[Any, Any]) -> set[str]:
    pending = (await handle.describe()).raw_description.pending_activities
    return {one.activity_type.name for one in pending if one.state == STARTED}


async def test_an_order_on_its_way_to_the_carrier_arrives_though_its_worker_is_told_to_end(stack: FaultStack) -> None:
    """I3: the carrier is stuck while the order goes out; the worker is told to end; then the carrier answers."""
    number = stack.number()
    stack.script(number, QUICK)
    worker = stack.process.parts()["worker"]
    stack.send("carrier", signal.SIGSTOP)
    case_id = await asyncio.to_thread(opened, stack, number)
    handle = await running(stack, case_id)
    while "submit_order" not in await being_done(handle):  # noqa: ASYNC110  (the pytest timeout ends it)
        await asyncio.sleep(0.05)
    stack.send("worker", signal.SIGTERM)
    stack.send("carrier", signal.SIGCONT)
    await asyncio.to_thread(wait_for, lambda: stack.process.parts().get("worker", worker) != worker, "a new worker", 60)
    await asyncio.to_thread(stack.until, "CONFIRMED", [case_id])
    assert "worker ended with exit status 0" in stack.process.console
    assert await attempts(handle, "submit_order") == [1]
    assert len(stack.orders()) == 1


def opened(stack: FaultStack, number: str) -> str:
    file = {"file": ("loa.pdf", PAPER, "application/pdf")}
    paper = stack.post("/v1/documents", files=file, data={"kind": "loa"}).json()["id"]
    answer = stack.post("/v1/porting-cases", json={**an_order(number), "documents": [paper]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def attempts(handle: WorkflowHandle[Any, Any], activity: str) -> list[int]:
    """In which attempt each of the case's activities of that name was done."""
    events = list((await handle.fetch_history()).events)
    of_name = {
        event.event_id
        for event in events
        if event.activity_task_scheduled_event_attributes.activity_type.name == activity
    }
    begun = {
        event.event_id: event.activity_task_started_event_attributes
        for event in events
        if event.activity_task_started_event_attributes.scheduled_event_id in of_name
    }
    ended = {event.activity_task_completed_event_attributes.started_event_id for event in events}
    return [attributes.attempt for event_id, attributes in begun.items() if event_id in ended]
