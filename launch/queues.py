"""The workers of one process: which of Temporal's queues it serves, and how much it takes from each at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.archiving import Archiving
from activities.carrier import CarrierActivities, carrier_queue
from activities.feed import FeedActivities
from activities.heartbeat import Heartbeats
from activities.inventory import NUMBERS_QUEUE, InventoryActivities
from activities.own_stock import OwnStock, PoolTerms
from activities.reconciliation import Reconciliation
from activities.switch import SwitchActivities
from inventory.pool import Pool
from launch.foundation import Foundation
from launch.process import Loop
from launch.roles import CASES, NUMBERS, RECORDS, Roles
from storage import platform
from switch.contract import NumberPlatform
from switch.http import HttpPlatform
from switch.recorded import RecordedPlatform
from workflows.archiving import Archive
from workflows.carrier_feed import CarrierFeed
from workflows.client import TASK_QUEUE
from workflows.porting_case import PortingCase
from workflows.reconciliation import Reconcile

Activities = Sequence[Callable[..., Any]]


def workers(
    client: Client, base: Foundation, roles: Roles, taken: Callable[[str], None] = lambda _: None
) -> list[Worker]:
    """One worker a queue. A queue is one kind of effect, so that a slow party holds up nobody but its own."""
    numbers = _number_activities(base)
    served = [_cases(client, base, roles, numbers)] if roles.serves(CASES) or roles.serves(RECORDS) else []
    if roles.serves(NUMBERS):
        served.append(_effects(client, base, NUMBERS_QUEUE, numbers, base.settings.numbers_at_once))
    carriers = [name for name in base.carriers if roles.serves_carrier(name)]
    return [*served, *(_carrier(client, base, name, taken) for name in carriers)]


def _cases(client: Client, base: Foundation, roles: Roles, numbers: Activities) -> Worker:
    # Records stay on the queue of the cases: there Temporal hands a step to the worker that asked for it, without the
    # way over the queue. On a queue of their own a life of eight steps took 1.9 times as long (docs/operations.md).
    reconciliation = Reconciliation(base.database, base.carriers, base.now)
    feed = FeedActivities(base.database, base.carriers, base.now)
    settings = base.settings
    archiving = Archiving(base.database, settings.archive_after_days, base.now)
    # Steps of the feed and of numbers came here before they had queues of their own; what was under way ends here.
    steps: Activities = [base.records.announce, reconciliation.reconcile, archiving.archive, feed.pull, *numbers]
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[PortingCase, CarrierFeed, Reconcile, Archive] if roles.serves(CASES) else [],
        # The sandbox watches the few lines that are not passed through to it, and takes half of a case's processor
        # time (docs/performance.md). The suite runs and replays every case inside it, and a test reads all the lines.
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=steps if roles.serves(RECORDS) else [],
        max_concurrent_workflow_tasks=settings.cases_at_once if roles.serves(CASES) else None,
        max_cached_workflows=settings.cases_cached,
        max_concurrent_activities=settings.records_at_once if roles.serves(RECORDS) else None,
        graceful_shutdown_timeout=timedelta(seconds=settings.stop_seconds),
        interceptors=[Heartbeats()],
    )


def _nobody(case_id: str) -> None:
    """Who has a person between itself and the carrier does not know when the carrier has an order (R43)."""


def _carrier(client: Client, base: Foundation, name: str, taken: Callable[[str], None]) -> Worker:
    by_hand = base.carriers[name].capabilities.is_by_hand
    carrier = CarrierActivities(base.database, base.carriers, base.reader, _nobody if by_hand else taken)
    steps = (
        carrier.submit_order, carrier.amend_order, carrier.change_order_date, carrier.cancel_order,
        carrier.activate_order, carrier.tell_carrier, carrier.check_numbers,
        FeedActivities(base.database, base.carriers, base.now).pull,
    )  # fmt: skip
    return _effects(client, base, carrier_queue(name), steps, base.settings.carrier_at_once)


def _effects(client: Client, base: Foundation, queue: str, steps: Activities, at_once: int) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        activities=steps,
        max_concurrent_activities=at_once,
        graceful_shutdown_timeout=timedelta(seconds=base.settings.stop_seconds),
        interceptors=[Heartbeats()],
    )


def _number_activities(base: Foundation) -> Activities:
    switch = number_platform(base)
    pool = Pool(OwnStock(base.database, base.now), (), PoolTerms(base.database, base.settings.policy).of, base.now)
    inventory, on_platform = InventoryActivities(pool, switch), SwitchActivities(switch)
    return (inventory.assign, inventory.release, on_platform.activate, on_platform.set_outbound_only)


def number_platform(base: Foundation) -> NumberPlatform:
    """The one that the settings name, or the one that is written down."""
    settings = base.settings
    if settings.switch_url:
        return HttpPlatform(settings.switch_url, settings.switch_token.get_secret_value())

    async def keep(case_id: str, numbers: Sequence[str], mode: str) -> None:
        await base.database.write(
            lambda connection: platform.set_mode(connection, numbers, mode, case_id, base.now())
        )

    return RecordedPlatform(keep)


def serving(worker: Worker) -> Loop:
    """The worker as a loop: told to end it takes nothing new and finishes what it has, within STOP_SECONDS."""

    async def loop(stop: asyncio.Event) -> None:
        running, told = asyncio.create_task(worker.run()), asyncio.create_task(stop.wait())
        await asyncio.wait([running, told], return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not running.done():
            await worker.shutdown()
        await running

    return loop
