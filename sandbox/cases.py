"""Porting cases whose clocks are steered: each is brought to the sandbox's now before it hears anything."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.testing._timeskipping import FastForwardConfig

from porting.case import Case
from porting.commands import AnyCommand
from porting.orders import News
from sandbox.clock import SandboxClock
from workflows.client import Connect, PortingCases

# Nothing skips by itself: an idle case would run off to its next date and race with whoever tells it something.
# And each order to go ahead is one leap, to its end or to the first date on the way. With more than one the server
# leaps once too often, past the end and to the date after, when a case is still busy as the end goes by.
STANDING = TimeSkippingConfig(enabled=False, max_session_skip_count=1)
CLOSE_ENOUGH = timedelta(milliseconds=250)
# A case that is at work is sent ahead only where the end of the leap cannot go by before it comes to rest.
FAR_BEHIND = timedelta(minutes=5)
# A leap that ends before the date of a next try makes the server try at once. So one that waits for such a date is not
# sent after the little that it is behind when others' dates came before its turn; its own clock runs on.
LITTLE_BEHIND = timedelta(seconds=10)
PAUSE_SECONDS = 0.01
# So long a case that is a little behind is waited for; then it is told what it is to hear a little early by its clock.
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Standing:
    """At rest is a case that does nothing but wait: for a date, for somebody, or, until `next_try`, to try again.

    One that no worker has taken up yet has still to begin, and does not rest.
    `at` is the case's own now, aware UTC; None when it has not begun, or has ended.
    """

    is_at_rest: bool
    at: datetime | None = None
    next_try: datetime | None = None

    def may_lag(self, now: datetime) -> timedelta:
        """How far behind the sandbox's now its clock may stay."""
        is_to_try_later = self.is_at_rest and self.next_try is not None and self.next_try > now
        return LITTLE_BEHIND if is_to_try_later else CLOSE_ENOUGH


class SteeredCases(PortingCases):
    """Time skipping on the real server, one clock a workflow."""

    def __init__(self, connect: Connect, clock: SandboxClock) -> None:
        super().__init__(connect)
        self._clock = clock
        self._forwarded: dict[str, timedelta] = {}
        # Two that send one case ahead at the same time would send it twice as far.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def _start(self, case: Case, start_delay: timedelta | None = None) -> None:
        ahead = self._clock.offset
        config = TimeSkippingConfig(
            enabled=True, fast_forward_config=FastForwardConfig(id=f"start-{case.id}", duration=ahead)
        )
        plain = self._connect
        skipper = TimeSkipper(await plain(), config=config)

        async def steered() -> object:
            return skipper.client

        await PortingCases(steered)._start(case, start_delay=ahead)  # type: ignore[arg-type]
        self._forwarded[case.id] = ahead

    async def update(self, case_id: str, command: AnyCommand, update_id: str) -> int:
        await self.bring_to_now(case_id)
        return await super().update(case_id, command, update_id)

    async def news(self, case_id: str, news: News) -> None:
        await self.bring_to_now(case_id)
        await super().news(case_id, news)

    async def bring_to_now(self, case_id: str) -> None:
        """Let the case live up to the sandbox's now; all that is due until then happens."""
        if self._forwarded.get(case_id) == self._clock.offset:
            return
        async with self._turns[case_id]:
            offset = self._clock.offset
            try:
                await self._send_ahead(case_id)
            except RPCError as error:
                if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                    raise
            else:
                self._forwarded[case_id] = offset

    async def _send_ahead(self, case_id: str) -> None:
        client = await self._connect()
        skipper, handle = TimeSkipper(client, config=STANDING), client.get_workflow_handle(case_id)
        end = time.monotonic() + PATIENCE_SECONDS
        while (standing := await self.standing(case_id)).at is not None:
            now = self._clock.now()
            behind = now - standing.at
            if behind <= standing.may_lag(now):
                return
            if standing.is_at_rest or behind > FAR_BEHIND:
                await _leap(skipper, handle, behind)
            elif time.monotonic() > end:
                return
            else:
                await asyncio.sleep(PAUSE_SECONDS)

    async def standing(self, case_id: str) -> Standing:
        """What the case does this moment."""
        client = await self._connect()
        try:
            description = await client.get_workflow_handle(case_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Standing(is_at_rest=False)
            raise
        if description.status is not WorkflowExecutionStatus.RUNNING:
            return Standing(is_at_rest=True)
        return read_standing(description.raw_description)


def read_standing(raw: DescribeWorkflowExecutionResponse) -> Standing:
    """What a running case does, from what the server says of it."""
    at = _own_now(raw)
    later = [tried_at for one in raw.pending_activities if (tried_at := _next_try(one)) is not None and tried_at > at]
    works = raw.HasField("pending_workflow_task") or len(later) < len(raw.pending_activities)
    # Between the leap to the moment of its start and its first task there is nothing pending, and yet all is to come.
    has_begun = raw.workflow_execution_info.HasField("most_recent_worker_version_stamp")
    return Standing(is_at_rest=has_begun and not works, at=at, next_try=min(later, default=None))


def _own_now(raw: DescribeWorkflowExecutionResponse) -> datetime:
    info = raw.workflow_extended_info
    skipped = info.HasField("time_skipping_info")
    return info.time_skipping_info.current_time.ToDatetime(UTC) if skipped else datetime.now(UTC)


async def _leap(skipper: TimeSkipper, handle: WorkflowHandle[Any, Any], behind: timedelta) -> None:
    try:
        await skipper.fast_forward(handle, behind)
    except RuntimeError:
        # Another process sent the same case ahead at the same time: its word counts.
        await asyncio.sleep(0.01)


def _next_try(pending: PendingActivityInfo) -> datetime | None:
    """When it is called again after it failed; None for one that was not called yet, or is being called."""
    waits = pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED and pending.attempt > 1
    return pending.next_attempt_schedule_time.ToDatetime(UTC) if waits else None
