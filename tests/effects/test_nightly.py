"""The nightly comparison: on the real server's schedule, and in a rehearsal whenever a night passes."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.reconciliation import BOOKMARK
from launch.foundation import found
from launch.nightly import NAME, schedule_reconciliation
from launch.queues import workers
from launch.roles import Roles
from launch.settings import load
from sandbox.advance import is_night_between
from storage import bookmarks
from storage.database import Database
from tests.process.world import temporal_program


async def test_the_schedule_runs_the_comparison_and_is_made_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each worker asks for the schedule when it starts; an operator's change of it stays."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    base = replace(found(load()), database=database, carriers={})
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        client = environment.client
        await schedule_reconciliation(client)
        schedule = client.get_schedule_handle(NAME)
        await schedule.pause(note="by an operator")
        await schedule_reconciliation(client)
        told = await schedule.describe()
        assert told.schedule.state.paused and (told.schedule.state.note or "").startswith("by an operator")
        [at] = told.info.next_action_times[:1] or [None]
        assert at is None or (at.hour, at.minute) == (2, 15)
        async with AsyncExitStack() as running:
            for worker in workers(client, base, Roles.parse("cases,records", ())):
                await running.enter_async_context(worker)
            await schedule.trigger()
            async with asyncio.timeout(60):
                while (report := await _report(database)) is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert report["compared"] == 0 and report["down"] == {}


async def _report(database: Database) -> dict[str, object] | None:
    async with database.read() as connection:
        kept = await bookmarks.bookmark(connection, BOOKMARK)
    return json.loads(kept) if kept else None


@pytest.mark.parametrize(
    ("began", "span", "passes"),
    [
        ("08:00", timedelta(hours=18), False),
        ("08:00", timedelta(hours=18, minutes=15), True),
        ("02:14", timedelta(minutes=1), True),
        ("02:15", timedelta(hours=23), False),
        ("02:15", timedelta(days=1), True),
        ("08:00", timedelta(days=30), True),
    ],
)
def test_a_night_passes_with_its_hour(began: str, span: timedelta, passes: bool) -> None:
    start = datetime.fromisoformat(f"2026-11-30T{began}").replace(tzinfo=UTC)
    assert is_night_between(start, start + span) is passes
