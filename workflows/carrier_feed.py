"""One long-lived process a carrier that asks for what no webhook brought: the net under lost messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.carrier import carrier_queue
    from activities.feed import FeedActivities


@dataclass(frozen=True)
class Feed:
    """Whom to ask, and after how many seconds again."""

    carrier: str
    every_seconds: float


ROUNDS = 200


@workflow.defn(name="CarrierFeed")
class CarrierFeed:
    """Asks, rests, asks again; begins anew after a while so that its history stays short."""

    @workflow.run
    async def run(self, feed: Feed) -> None:
        for _ in range(ROUNDS):
            await workflow.execute_activity_method(
                FeedActivities.pull,
                feed.carrier,
                task_queue=carrier_queue(feed.carrier),
                start_to_close_timeout=timedelta(minutes=5),
                heartbeat_timeout=timedelta(seconds=15),
                retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=10)),
            )
            await workflow.sleep(feed.every_seconds)
        workflow.continue_as_new(feed)
