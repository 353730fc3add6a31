"""What a worker process serves: its roles name the queues and the loops, and nothing of a carrier blocks another."""

import dataclasses
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from carriers.directory import CARRIERS
from launch import assembly_worker
from launch.foundation import Foundation, found
from launch.queues import workers
from launch.roles import Roles
from launch.settings import SettingsError, load
from service.timekeeper import Timekeeper
from tests.process.world import temporal_program
from workflows.carrier_feed import CarrierFeed, Feed
from workflows.client import TASK_QUEUE

SERVED = {
    "all": {"portdesk", "numbers", "carrier-telnyx", "carrier-by-hand"},
    "cases,records": {"portdesk"},
    "records": {"portdesk"},
    "numbers": {"numbers"},
    "carriers": {"carrier-telnyx", "carrier-by-hand"},
    "carrier:telnyx": {"carrier-telnyx"},
    "carrier:telnyx, numbers": {"carrier-telnyx", "numbers"},
    "mail": set(),
    "inbox,mail": set(),
}
LOOPS = {
    "all": ["start cases", "forget", "carry on port-outs", "read the inbox", "send mail"],
    "cases": ["start cases"],
    "records": ["forget"],
    "numbers": ["carry on port-outs"],
    "mail": ["send mail"],
    "inbox": ["read the inbox"],
    "carriers": [],
}


@pytest.fixture
async def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    monkeypatch.setenv("PORTDESK_SMTP_URL", "smtp://127.0.0.1:2525")
    monkeypatch.setenv("PORTDESK_NUMBERS_AT_ONCE", "7")
    monkeypatch.setenv("PORTDESK_CARRIER_AT_ONCE", "3")
    made = found(load())
    yield made
    await made.close()


def roles(text: str) -> Roles:
    return Roles.parse(text, CARRIERS)


async def test_a_role_is_its_queues(base: Foundation) -> None:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:

        async def made(text: str):
            # Of a client's own: one client takes no second worker for a queue.
            client = await Client.connect(environment.client.service_client.config.target_host)
            return {one.config()["task_queue"]: one.config() for one in workers(client, base, roles(text))}

        for text, queues in SERVED.items():
            assert set(await made(text)) == queues, text
        limits = {queue: config["max_concurrent_activities"] for queue, config in (await made("all")).items()}
        assert limits == {"portdesk": 100, "numbers": 7, "carrier-telnyx": 3, "carrier-by-hand": 3}
        least = {"cases_at_once": 5, "cases_cached": 0, "records_at_once": 1}
        small = dataclasses.replace(base, settings=base.settings.model_copy(update=least))
        client = await Client.connect(environment.client.service_client.config.target_host)
        async with workers(client, small, roles("cases,records"))[0]:
            assert not await hangs(client)
        alone, recording = (await made("cases"))["portdesk"], (await made("records"))["portdesk"]
        assert alone["workflows"] and not alone["activities"]
        assert recording["activities"] and not recording["workflows"]


async def hangs(client: Client) -> bool:
    """Whether a process that needs nothing but a worker's turn does not get one."""
    feed = await client.start_workflow(CarrierFeed.run, Feed("nobody", 1.0), id="feed", task_queue=TASK_QUEUE)
    async for event in feed.fetch_history_events(wait_new_event=True):
        if event.HasField("workflow_task_completed_event_attributes"):
            return False
    return True


@pytest.mark.parametrize("text", LOOPS)
async def test_a_role_is_its_loops(base: Foundation, text: str) -> None:
    keeper = Timekeeper(base.database, base.now)
    assert [errand.name for errand in assembly_worker._rounds(base, roles(text), keeper)] == LOOPS[text]


async def test_a_worker_of_mails_alone_serves_without_the_engine(base: Foundation) -> None:
    unreachable = base.settings.model_copy(update={"temporal_address": "127.0.0.1:1", "worker_roles": "mail"})
    async with assembly_worker.assemble_worker(unreachable) as loops:
        # The mails, and how long they took.
        assert len(loops) == 2


@pytest.mark.parametrize("text", ["", "letters", "all,mail", "carrier:nobody", "carrier:", "cases;mail"])
def test_a_role_that_does_not_exist_stops_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTDESK_WORKER_ROLES", text)
    with pytest.raises(SettingsError, match=r"^PORTDESK_WORKER_ROLES=.* is wrong"):
        load()


def test_all_is_every_role() -> None:
    everything, named = roles("all"), roles("cases,records,numbers,carriers,mail,inbox")
    assert dataclasses.asdict(everything) == dataclasses.asdict(named)
