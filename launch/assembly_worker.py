"""Puts the worker's process together: Temporal's queues, and the loops over what waits in tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.carrier import CarrierActivities, carrier_queue
from activities.feed import FeedActivities
from activities.heartbeat import Heartbeats
from activities.inventory import InventoryActivities
from activities.own_stock import OwnStock, PoolTerms
from activities.reconciliation import Reconciliation
from activities.switch import SwitchActivities
from inventory.pool import Pool
from launch.foundation import Foundation, found, porting_cases, sender
from launch.nightly import schedule_reconciliation
from launch.process import Loop
from launch.settings import Settings
from notifications.mailer import Mailer
from service.carrier_inbox import CarrierInbox
from service.engine import EngineUnavailable
from service.mail_sender import MailSender
from service.relay import Round, go_round
from service.starter import Starter
from storage import platform
from switch.contract import NumberPlatform
from switch.http import HttpPlatform
from switch.recorded import RecordedPlatform
from workflows.carrier_feed import CarrierFeed, Feed
from workflows.client import TASK_QUEUE
from workflows.porting_case import PortingCase
from workflows.reconciliation import Reconcile

FEED_SECONDS = 60.0


@asynccontextmanager
async def assemble_worker(settings: Settings) -> AsyncIterator[Sequence[Loop]]:
    """The worker's loops: Temporal's queues, and what waits in tables."""
    base = found(settings)
    try:
        await asyncio.gather(*(carrier.open() for carrier in base.carriers.values()))
        client = await _patient_client(base)
        if not settings.sandbox:
            await _start_feeds(client, base)
            await schedule_reconciliation(client)
        workers = _workers(client, base)
        async with AsyncExitStack() as running:
            for worker in workers:
                await running.enter_async_context(worker)
            yield [_loop(errand) for errand in _rounds(base)]
    finally:
        await base.close()


async def _patient_client(base: Foundation) -> Client:
    while True:
        try:
            return await base.connection.client()
        except EngineUnavailable:
            await asyncio.sleep(1)


def _loop(errand: Round) -> Loop:
    async def loop(stop: asyncio.Event) -> None:
        await go_round(errand, stop)

    return loop


def _rounds(base: Foundation) -> list[Round]:
    engine = porting_cases(base)
    mailer = Mailer(base.settings.smtp_url.get_secret_value())
    # A rehearsal waits for each of these many times over; on the real clock a quarter of a second is soon enough.
    rest = 0.05 if base.settings.sandbox else 0.25
    return [
        Round("start cases", Starter(base.database, engine, base.now).once, rest),
        Round("read the inbox", CarrierInbox(base.database, base.reader, engine, base.now).once, rest),
        Round("send mail", MailSender(base.database, mailer, sender(base.settings).address, base.now).once, rest),
    ]


def _workers(client: Client, base: Foundation) -> list[Worker]:
    """One queue for the cases and our own effects, and one for each carrier."""
    switch = _platform(base)
    pool = Pool(OwnStock(base.database, base.now), (), PoolTerms(base.database, base.settings.policy).of, base.now)
    inventory, platform_activities = InventoryActivities(pool, switch), SwitchActivities(switch)
    feed = FeedActivities(base.database, base.carriers, base.now)
    own = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[PortingCase, CarrierFeed, Reconcile],
        activities=[
            base.records.announce, inventory.assign, inventory.release,
            platform_activities.activate, platform_activities.set_outbound_only, feed.pull,
            Reconciliation(base.database, base.carriers, base.now).reconcile,
        ],
        interceptors=[Heartbeats()],
    )  # fmt: skip
    return [own, *(_carrier_worker(client, base, name) for name in base.carriers)]


def _carrier_worker(client: Client, base: Foundation, name: str) -> Worker:
    carrier = CarrierActivities(base.database, base.carriers, base.reader)
    return Worker(
        client,
        task_queue=carrier_queue(name),
        activities=[
            carrier.submit_order, carrier.amend_order, carrier.change_order_date, carrier.cancel_order,
            carrier.activate_order, carrier.tell_carrier, carrier.check_numbers,
        ],
        interceptors=[Heartbeats()],
    )  # fmt: skip


def _platform(base: Foundation) -> NumberPlatform:
    settings = base.settings
    if settings.switch_url:
        return HttpPlatform(settings.switch_url, settings.switch_token.get_secret_value())

    async def keep(case_id: str, numbers: Sequence[str], mode: str) -> None:
        await base.database.write(
            lambda connection: platform.set_mode(connection, numbers, mode, case_id, base.now())
        )

    return RecordedPlatform(keep)


async def _start_feeds(client: Client, base: Foundation) -> None:
    for name in (name for name, carrier in base.carriers.items() if not carrier.capabilities.is_by_hand):
        await client.start_workflow(
            CarrierFeed.run,
            Feed(name, FEED_SECONDS),
            id=f"carrier-feed-{name}",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
