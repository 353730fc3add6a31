"""Puts the worker's process together: Temporal's queues, and the loops over what waits in tables."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from carriers.directory import CARRIERS
from launch import temporal_server
from launch.foundation import Foundation, found, porting_cases, sender
from launch.measuring import counted, measured
from launch.namespace import prepare
from launch.nightly import schedule_archive, schedule_reconciliation
from launch.process import Loop, wait_for_go
from launch.queues import number_platform, serving, workers
from launch.roles import CASES, INBOX, MAIL, NUMBERS, RECORDS, Roles
from launch.settings import Settings
from notifications.mailer import Mailer
from service.carrier_inbox import CarrierInbox
from service.engine import EngineUnavailable
from service.forgetting import Forgetting
from service.mail_sender import MailSender
from service.port_outs import PortOuts
from service.relay import Round, go_round
from service.sharing import Sharing
from service.starter import Starter
from service.timekeeper import Timekeeper
from storage.database import Unavailable
from workflows.carrier_feed import CarrierFeed, Feed
from workflows.client import TASK_QUEUE

FEED_SECONDS = 60.0
ADDED_UP_EVERY = 5.0
COUNTED_EVERY = 15.0
FORGOTTEN_EVERY = 3600.0


@asynccontextmanager
async def assemble_worker(settings: Settings) -> AsyncIterator[Sequence[Loop]]:
    """The loops of the roles that this worker has: Temporal's queues, and what waits in tables."""
    runtime = measured(settings)
    base, roles = found(settings, runtime), Roles.parse(settings.worker_roles, CARRIERS)
    try:
        # Loads what it calls with, seconds of work, and reaches nothing yet.
        await asyncio.gather(*(carrier.open() for carrier in base.carriers.values()))
        wait_for_go()
        keeper = Timekeeper(base.database, base.now)
        errands = (_loop(counted(errand, runtime)) for errand in _rounds(base, roles, keeper))
        shared = await _sharing_out(base, _called(base, roles))
        yield [*await _queues(base, roles, keeper), *errands, _adding_up(keeper), *shared]
    finally:
        await base.close()


async def _queues(base: Foundation, roles: Roles, keeper: Timekeeper) -> list[Loop]:
    if not roles.need_the_engine:
        return []
    client = await _patient_client(base)
    await prepare(client, temporal_server.read().search_attributes)
    if roles.serves(CASES) and not base.settings.sandbox:
        await _start_feeds(client, base)
        await schedule_reconciliation(client)
        if base.settings.archive_after_days:
            await schedule_archive(client)
    return [serving(worker) for worker in workers(client, base, roles, keeper.order_taken)]


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


def _adding_up(keeper: Timekeeper) -> Loop:
    async def loop(stop: asyncio.Event) -> None:
        await go_round(Round("add up times", keeper.once, ADDED_UP_EVERY), stop)
        with suppress(Unavailable):
            await keeper.once()

    return loop


def _own_name() -> str:
    """Of this process among those of all machines: containers can share a name, and each has a process 1."""
    return f"{os.getpid()}@{socket.gethostname()[:80]}/{secrets.token_hex(4)}"


def _called(base: Foundation, roles: Roles) -> list[str]:
    """The carriers that this process calls: it carries orders to them, reads what they wrote of, or compares."""
    reads = roles.serves(INBOX) or roles.serves(RECORDS)
    return [name for name in base.carriers if reads or roles.serves_carrier(name)]


async def _sharing_out(base: Foundation, called: Sequence[str]) -> list[Loop]:
    """Counted in before the first call, so that nobody begins with the whole of what a carrier allows."""
    if not called:
        return []
    sharing = Sharing(base.database, _own_name(), called, base.shares, base.now)
    with suppress(Unavailable):
        await sharing.once()

    async def loop(stop: asyncio.Event) -> None:
        await go_round(Round("share out calls", sharing.once, COUNTED_EVERY), stop)
        with suppress(Unavailable):
            await sharing.leave()

    return [loop]


def _rounds(base: Foundation, roles: Roles, keeper: Timekeeper) -> list[Round]:
    engine = porting_cases(base)
    mailer = Mailer(base.settings.smtp_url.get_secret_value())
    # A rehearsal waits for each of these many times over; on the real clock a quarter of a second is soon enough.
    rest = 0.05 if base.settings.sandbox else 0.25
    starter = Starter(base.database, engine, base.now)
    inbox = CarrierInbox(base.database, base.reader, engine, base.now, base.settings.inbox_at_once)
    # The outbox is the mails' queue: claimed row by row, so no queue of Temporal's is needed beside it.
    outbox = MailSender(
        base.database, mailer, sender(base.settings).address, base.now, base.settings.mail_at_once, keeper.mail_sent
    )
    leaving = PortOuts(base.database, engine, number_platform(base), base.records.write_to, base.now)
    forgetting = Forgetting(base.database, base.now)
    rounds = {
        CASES: Round("start cases", starter.once, rest),
        RECORDS: Round("forget", forgetting.once, FORGOTTEN_EVERY),
        NUMBERS: Round("carry on port-outs", leaving.once, rest),
        INBOX: Round("read the inbox", inbox.once, rest),
        MAIL: Round("send mail", outbox.once, rest),
    }
    return [errand for role, errand in rounds.items() if roles.serves(role)]


async def _start_feeds(client: Client, base: Foundation) -> None:
    for name in (name for name, carrier in base.carriers.items() if not carrier.capabilities.is_by_hand):
        await client.start_workflow(
            CarrierFeed.run,
            Feed(name, FEED_SECONDS),
            id=f"carrier-feed-{name}",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
