"""What a worker shows to Prometheus: Temporal's own figures under the names that deploy/ asks for, and our loops'."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.inventory import NUMBERS_QUEUE
from launch.measuring import counted, measured
from launch.ports import any_free
from launch.settings import load
from launch.trouble import CannotStart
from service.relay import Round
from tests.house.test_deploy import asked
from tests.process.world import temporal_program
from workflows.client import TASK_QUEUE
from workflows.connection import Access, Connection
from workflows.queues import ACTIVITIES, QueueBacklog, Queues

# Told only once a call to Temporal, or a task of a case, has failed.
OF_TROUBLE = {"temporal_request_failure_total", "temporal_workflow_task_execution_failed_total"}


@activity.defn
async def fails_once() -> None:
    if activity.info().attempt == 1:
        raise ValueError("once")


@workflow.defn
class Short:
    @workflow.run
    async def run(self, queue: str) -> None:
        again = RetryPolicy(initial_interval=timedelta(milliseconds=10))
        limit = timedelta(seconds=60)
        await workflow.execute_activity(fails_once, task_queue=queue, retry_policy=again, start_to_close_timeout=limit)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    free = any_free("127.0.0.1")
    monkeypatch.setenv("PORTDESK_WORKER_METRICS_PORT", str(free))
    return free


@pytest.fixture
async def client(port: int) -> AsyncIterator[Client]:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        yield await Client.connect(environment.client.service_client.config.target_host, runtime=measured(load()))


async def test_a_worker_tells_every_figure_that_is_asked_for(client: Client, port: int) -> None:
    runner = UnsandboxedWorkflowRunner()
    async with Worker(
        client, task_queue=TASK_QUEUE, workflows=[Short], activities=[fails_once], workflow_runner=runner
    ):
        await client.execute_workflow(Short.run, TASK_QUEUE, id="short", task_queue=TASK_QUEUE)
        await client.start_workflow(Short.run, NUMBERS_QUEUE, id="waits", task_queue=TASK_QUEUE)
        await _waits_on_its_queue(client)
        text = (await httpx2.AsyncClient().get(f"http://127.0.0.1:{port}/metrics")).text
    names = set(re.findall(r"^(temporal_[a-z_]+)\{", text, re.MULTILINE))
    wanted = {name for name in asked() if name.startswith("temporal_")}
    assert wanted - names - OF_TROUBLE == set() and len(wanted) > 6


async def _waits_on_its_queue(client: Client) -> None:
    """A queue that no worker serves shows its task and no poller; those that are served have none waiting."""

    async def connect() -> Client:
        return client

    queues = Queues(connect, ["telnyx"])

    async def shown() -> dict[tuple[str, str], QueueBacklog]:
        return {(one.queue, one.kind): one for one in await queues.backlogs()}

    while not (found := await shown())[NUMBERS_QUEUE, ACTIVITIES].waiting:  # noqa: ASYNC110  (another process)
        await asyncio.sleep(0.1)
    assert set(found) == {
        ("portdesk", "workflows"), ("portdesk", "activities"), ("numbers", "activities"),
        ("carrier-telnyx", "activities"),
    }  # fmt: skip
    assert (found[NUMBERS_QUEUE, ACTIVITIES].pollers, found["portdesk", "workflows"].pollers) == (0, 1)


async def test_nothing_is_told_of_queues_while_the_engine_is_down() -> None:
    """Whether it was never there, or went away."""
    absent = Connection(Access(address="127.0.0.1:1", namespace="default"))
    assert await Queues(absent.client, ["telnyx"]).backlogs() == []
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        address = environment.client.service_client.config.target_host
        lost = Connection(Access(address=address, namespace="default"))
        assert len(await Queues(lost.client, ["telnyx"]).backlogs()) == 4
    assert await Queues(lost.client, ["telnyx"]).backlogs() == []


async def test_a_loop_counts_what_it_settled(port: int) -> None:
    runtime, found = measured(load()), iter([3, 0, 2])

    async def once() -> int:
        return next(found)

    errand = counted(Round("send mail", once, 1.0), runtime)
    assert [await errand.once() for _ in range(3)] == [3, 0, 2]
    text = (await httpx2.AsyncClient().get(f"http://127.0.0.1:{port}/metrics")).text
    assert re.search(r'^portdesk_settled_total\{errand="send mail".*\} 5$', text, re.MULTILINE)
    assert re.search(r'^portdesk_round_seconds_count\{errand="send mail".*\} 2$', text, re.MULTILINE)


async def test_a_port_that_is_taken_stops_the_start_with_its_name(port: int) -> None:
    first = measured(load())
    with pytest.raises(CannotStart, match="set PORTDESK_WORKER_METRICS_PORT to a free port"):
        measured(load())
    assert first is not None


def test_without_a_port_nothing_is_shown() -> None:
    async def once() -> int:
        return 1

    errand = Round("send mail", once, 1.0)
    assert measured(load()) is None and counted(errand, None) is errand
