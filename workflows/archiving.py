"""The nightly run that puts away the timelines and mails of cases that closed long ago."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.archiving import Archiving


@workflow.defn(name="Archive")
class Archive:
    """One run; what it does not get done the next one does."""

    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity_method(
            Archiving.archive,
            start_to_close_timeout=timedelta(hours=4),
            heartbeat_timeout=timedelta(seconds=15),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )
