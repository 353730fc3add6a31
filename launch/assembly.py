"""Puts the processes together: the one place that knows which part gets which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.carrier import CarrierActivities, carrier_queue
from activities.feed import FeedActivities
from activities.heartbeat import Heartbeats
from activities.inventory import InventoryActivities
from activities.own_stock import OwnStock, PoolTerms
from activities.switch import SwitchActivities
from api.app import create_app
from api.guard import Guarded
from api.parts import Parts
from desk.app import desk_routes
from desk.parts import DeskParts, DeskSettings
from inventory.pool import Pool
from launch.clock import steered
from launch.foundation import Foundation, found, porting_cases, sender
from launch.process import Loop
from launch.settings import Settings
from notifications.mailer import Mailer
from sandbox.advance import Advance
from sandbox.carrier_remote import CarrierRemote
from sandbox.cases import SteeredCases
from sandbox.routes import SandboxParts, sandbox_router
from sandbox.work_left import WorkLeft
from service.bookings import Bookings
from service.calls import Calls
from service.carrier_inbox import CarrierInbox
from service.engine import EngineUnavailable
from service.intake import Intake
from service.mail_sender import MailSender
from service.opening import Desk as IntakeDesk
from service.relay import Round, go_round
from service.starter import Starter
from service.told import Telling
from storage import platform
from storage.database import Database
from storage.paging import paging_secret
from switch.contract import NumberPlatform
from switch.http import HttpPlatform
from switch.recorded import RecordedPlatform
from workflows.carrier_feed import CarrierFeed, Feed
from workflows.client import TASK_QUEUE
from workflows.porting_case import PortingCase

FEED_SECONDS = 300.0


def assemble_api(settings: Settings) -> FastAPI:
    """API and desk, and in a sandbox what steers it."""
    base = found(settings)
    engine = porting_cases(base)
    calls = Calls(base.database, Telling(base.database, engine), base.calendars, base.now)
    intake_desk = IntakeDesk(settings.carriers, base.calendars, settings.policy, base.now)
    app = create_app(
        Parts(
            database=base.database,
            intake=Intake(base.database, intake_desk, engine, base.records.write_letters),
            calls=calls,
            bookings=Bookings(base.database, base.calendars, settings.policy, base.now),
            carriers=base.carriers,
            now=base.now,
            engine_answers=engine.is_answering,
            cursor_secret=asyncio.run(_cursor_secret(settings, base)),
        )
    )
    app.router.routes.extend(desk_routes(_desk_parts(base, calls)))
    if isinstance(engine, SteeredCases):
        app.include_router(sandbox_router(_sandbox_parts(base, engine), Guarded))
    return app


def _sandbox_parts(base: Foundation, engine: SteeredCases) -> SandboxParts:
    settings, clock = base.settings, steered(base.settings)
    carrier = CarrierRemote(settings.telnyx_base_url, settings.telnyx_api_key.get_secret_value())
    feed = FeedActivities(base.database, base.carriers, base.now)

    async def fetch() -> int:
        return sum([await feed.fetch(name) for name in base.carriers])

    return SandboxParts(
        clock=clock,
        advance=Advance(clock, engine, WorkLeft(base.database), carrier, fetch),
        carrier=carrier,
        mailbox_url=f"http://127.0.0.1:{settings.mailbox_port}",
    )


async def _cursor_secret(settings: Settings, base: Foundation) -> str:
    # A database of its own, because connections belong to the event loop that opened them.
    database = Database(settings.database)
    try:
        async with database.begin() as connection:
            return await paging_secret(connection, base.now())
    finally:
        await database.close()


def _desk_parts(base: Foundation, calls: Calls) -> DeskParts:
    settings = base.settings
    return DeskParts(
        database=base.database,
        calls=calls,
        calendars=base.calendars,
        now=base.now,
        temporal_ui_url=settings.temporal_ui_url,
        public_url=base.base_url,
        settings=DeskSettings(sandbox=settings.sandbox, temporal_namespace=settings.temporal_namespace),
    )


@asynccontextmanager
async def assemble_worker(settings: Settings) -> AsyncIterator[Sequence[Loop]]:
    """The worker's loops: Temporal's queues, and what waits in tables."""
    base = found(settings)
    try:
        await asyncio.gather(*(carrier.open() for carrier in base.carriers.values()))
        client = await _patient_client(base)
        if not settings.sandbox:
            await _start_feeds(client, base)
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
    return [
        Round("start cases", Starter(base.database, engine, base.now).once, rest=0.5),
        Round("read the inbox", CarrierInbox(base.database, base.reader, engine, base.now).once, rest=0.05),
        Round("send mail", MailSender(base.database, mailer, sender(base.settings).address, base.now).once, rest=0.05),
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
        workflows=[PortingCase, CarrierFeed],
        activities=[
            base.records.announce, inventory.assign, inventory.release,
            platform_activities.activate, platform_activities.set_outbound_only, feed.pull,
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
            carrier.tell_carrier,
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
    for name in base.carriers:
        await client.start_workflow(
            CarrierFeed.run,
            Feed(name, FEED_SECONDS),
            id=f"carrier-feed-{name}",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
