"""What a case's life on the real server comes to, whatever the server makes of its history."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from porting.orders import OrderStatus
from porting.status import Status
from tests.process.stories import STORIES, confirmed, opened, says, soon
from tests.process.world import running

SKIPPING = ("TIME_SKIPPING_TRANSITIONED", "OPTIONS_UPDATED")
ENDS = {
    "submitted": Status.SUBMITTED,
    "pending-approval": Status.PENDING_APPROVAL,
    "missing-data": Status.MISSING_DATA,
    "answered": Status.SUBMITTED,
    "confirmed": Status.CONFIRMED,
    "date-changed": Status.COMPLETED,
    "porting-incomplete": Status.PORTING_INCOMPLETE,
    "completed": Status.COMPLETED,
    "approved": Status.SUBMITTED,
    "activated": Status.COMPLETED,
    "by-hand": Status.COMPLETED,
    "by-hand-disputed": Status.PENDING_APPROVAL,
    "rejected": Status.REJECTED,
    "terminated": Status.TERMINATED,
    "outbound": Status.OUTBOUND,
    "outbound-only": Status.COMPLETED,
}


@pytest.mark.parametrize("name", STORIES)
async def test_a_life_ends_where_it_should(environment, name):
    """R16, R17: one life for each status, timers skipped on the real server."""
    make, play = STORIES[name]
    async with running(environment, make(f"{name}-{uuid.uuid4().hex[:8]}")) as run:
        await play(run)
        assert (await run.state()).status is ENDS[name]
        assert run.effects.told[-1].header.status is ENDS[name]


@pytest.mark.parametrize("name", STORIES)
async def test_a_life_that_begins_anew_again_and_again_is_the_same_life(environment, forgetful, name):
    """Continue-as-new in any status: the same events in the same order, numbered without a gap."""
    make, play = STORIES[name]
    told = []
    for server in (environment, forgetful):
        async with running(server, make(f"{name}-{uuid.uuid4().hex[:8]}")) as run:
            await play(run)
            told.append([entry for announcement in run.effects.told for entry in announcement.entries])
    # Temporary numbers come by a lane of their own, before or after the order is sent.
    kinds = [[entry.event.kind for entry in one if entry.event.kind != "temporary_numbers_active"] for one in told]
    assert kinds[0] == kinds[1]
    for one in told:
        assert [entry.sequence for entry in one] == list(range(one[0].sequence, one[-1].sequence + 1))


async def test_the_forgetful_server_really_makes_a_case_begin_anew(forgetful):
    make, play = STORIES["date-changed"]
    async with running(forgetful, make(f"anew-{uuid.uuid4().hex[:8]}")) as run:
        await play(run)
        info = (await run.handle.describe()).raw_description.workflow_execution_info
        assert info.first_run_id != info.execution.run_id


async def test_a_simple_life_is_short(environment):
    """At most 12 activities, 70 events, 60 kB: what a simple life may cost the engine."""
    async with running(environment, opened(f"short-{uuid.uuid4().hex[:8]}")) as run:
        await confirmed(run)
        plan = (await run.state()).lines[0].plan
        await run.pass_time(plan.reminder_at - datetime.now(UTC) + timedelta(seconds=1))
        await run.told("cutover_near")
        await says(run, OrderStatus.PORTED, date=soon())
        await run.ended()
        history = await run.handle.fetch_history()
        description = await run.handle.describe()
    activities = sum(event.HasField("activity_task_scheduled_event_attributes") for event in history.events)
    skipping = [one for one in history.events if EventType.Name(one.event_type).endswith(SKIPPING)]
    # To be sent ahead wakes a case once, which no real life has: one task more, of three events.
    assert activities <= 12
    assert len(history.events) - len(skipping) - 3 <= 70
    assert description.raw_description.workflow_execution_info.history_size_bytes <= 60_000
