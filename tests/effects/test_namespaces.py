"""Several installations on one Temporal server: each makes a namespace of its own, and sees no case of another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.letters import Letters
from activities.records import RecordActivities
from launch import temporal_server
from launch.foundation import found
from launch.namespace import NoNamespace, prepare
from launch.queues import workers
from launch.roles import Roles
from launch.settings import load
from porting.commands import AddComment
from storage import migrate, queries
from storage.database import Database
from tests.effects.stored_cases import a_page, store_case
from tests.effects.test_records import HEAD
from tests.examples import PARTNER, a_line
from tests.process.world import temporal_program
from workflows.client import CaseNotRunning, PortingCases
from workflows.codec import DATA_CONVERTER

ATTRIBUTES = temporal_server.read().search_attributes


@pytest.fixture(scope="module")
async def address() -> AsyncIterator[str]:
    """A server that has nothing of ours."""
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        yield environment.client.service_client.config.target_host


async def connected(address: str, name: str) -> Client:
    return await Client.connect(address, namespace=name, data_converter=DATA_CONVERTER)


async def test_a_namespace_is_made_once_with_its_search_attributes(address: str) -> None:
    """By however many workers that begin at once."""
    clients = [await connected(address, "made") for _ in range(3)]
    await asyncio.gather(*(prepare(client, ATTRIBUTES) for client in clients))
    await prepare(clients[0], ATTRIBUTES)
    request = ListSearchAttributesRequest(namespace="made")
    known = (await clients[0].operator_service.list_search_attributes(request)).custom_attributes
    assert set(ATTRIBUTES) <= set(known)


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        ("register_namespace", "has no namespace barred.* PORTDESK_TEMPORAL_NAMESPACE.* --namespace barred --ret"),
        ("add_search_attributes", "barred lacks search attributes.*--name PortingStatus --type Keyword"),
    ],
)
async def test_who_may_not_make_it_is_told_what_somebody_else_must_run(
    address: str, monkeypatch: pytest.MonkeyPatch, refused: str, told: str
) -> None:
    client = await connected(address, "barred")

    async def forbidden(*_: object, **__: object) -> None:
        raise RPCError("not you", RPCStatusCode.PERMISSION_DENIED, b"")

    for service in (client.workflow_service, client.operator_service):
        if hasattr(service, refused):
            monkeypatch.setattr(service, refused, forbidden)
    with pytest.raises(NoNamespace, match=told) as complaint:
        await prepare(client, ATTRIBUTES)
    assert "\n" not in str(complaint.value)


async def test_a_part_of_the_server_that_has_not_heard_of_a_new_namespace_is_waited_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker made it a moment ago."""
    client = await connected(address, "default")
    asked, ask = [], client.operator_service.list_search_attributes

    async def not_yet(*given: object, **more: object) -> object:
        asked.append(given)
        if len(asked) < 3:
            raise RPCError("Namespace default is not found.", RPCStatusCode.NOT_FOUND, b"")
        return await ask(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(client.operator_service, "list_search_attributes", not_yet)
    await prepare(client, {})
    assert len(asked) == 3


async def test_where_others_rule_and_nothing_may_be_asked_the_namespace_is_taken_as_it_is(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connected(address, "default")
    asked: list[str] = []

    def barred(name: str) -> object:
        async def refuse(*_: object, **__: object) -> None:
            asked.append(name)
            raise RPCError("not you", RPCStatusCode.PERMISSION_DENIED, b"")

        return refuse

    monkeypatch.setattr(client.workflow_service, "describe_namespace", barred("describe"))
    monkeypatch.setattr(client.operator_service, "list_search_attributes", barred("list"))
    await prepare(client, ATTRIBUTES)
    assert asked == ["describe", "list"]


@dataclass
class Operator:
    """An installation: its namespace, its database, its cases."""

    client: Client
    database: Database
    cases: PortingCases

    async def timeline(self, case_id: str) -> list[str]:
        async with self.database.read() as connection:
            found = await queries.timeline(connection, case_id, a_page())
        items = found["items"] if found else []
        return [event["detail"]["text"] for event in items if event["kind"] == "comment_added"]


@pytest.fixture
async def operators(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[dict[str, Operator]]:
    """Two, side by side on the one server, with a worker each."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    made: dict[str, Operator] = {}
    async with AsyncExitStack() as running:
        for name in ("north", "south"):
            url = f"sqlite:///{tmp_path}/{name}.db"
            await migrate.upgrade(url)
            client, database = await connected(address, name), Database(url)
            running.push_async_callback(database.close)
            await prepare(client, ATTRIBUTES)
            records = RecordActivities(database, Letters(HEAD))
            base = replace(found(load()), database=database, carriers={}, records=records)
            for worker in workers(client, base, Roles.parse("cases,records", ())):
                await running.enter_async_context(worker)
            made[name] = Operator(client, database, PortingCases(_always(client)))
        yield made


def _always(client: Client):  # type: ignore[no-untyped-def]
    async def connect() -> Client:
        return client

    return connect


async def test_two_operators_on_one_server_see_nothing_of_each_other(operators: dict[str, Operator]) -> None:
    """Even with the same id, number and update on both sides."""
    for name, operator in operators.items():
        for case_id, number in (("PC-1", "+498912345678"), (f"PC-{name}", "+498912345679")):
            await operator.cases.start(await store_case(operator.database, a_line(number), case_id=case_id))
    for name, operator in operators.items():
        said = AddComment(actor=PARTNER, comment_id="CO-1", text=f"from the {name}")
        await operator.cases.update("PC-1", said, "the same key")
    for name, other in (("north", "south"), ("south", "north")):
        operator = operators[name]
        async with asyncio.timeout(30):
            while not await operator.timeline("PC-1"):  # noqa: ASYNC110  (another process)
                await asyncio.sleep(0.05)
        assert await operator.timeline("PC-1") == [f"from the {name}"]
        with pytest.raises(CaseNotRunning):
            await operator.cases.state(f"PC-{other}")
        async with asyncio.timeout(30):
            while (await operator.client.count_workflows()).count < 2:  # noqa: ASYNC110  (eventually consistent)
                await asyncio.sleep(0.05)
        listed = {one.id async for one in operator.client.list_workflows()}
        assert listed == {"PC-1", f"PC-{name}"}
