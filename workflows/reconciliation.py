"""The nightly comparison of open cases with their carrier orders; what it finds reaches the cases by the inbox."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.reconciliation import Reconciliation


@workflow.defn(name="Reconcile")
class Reconcile:
    """One run; what a night misses the next one finds, so trouble is not tried again for ever."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity_method(
            Reconciliation.reconcile,
            start_to_close_timeout=timedelta(hours=4),
            heartbeat_timeout=timedelta(seconds=15),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )
