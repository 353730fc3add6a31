"""Puts the API's process together: API and desk, and in a sandbox what steers it."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from activities.feed import FeedActivities
from activities.reconciliation import Reconciliation
from api.app import create_app
from api.guard import Guarded
from api.parts import Limits, Parts
from carriers.directory import carrier_for
from desk.app import desk_routes
from desk.parts import DeskParts, DeskSettings
from geography.places import place_of
from launch.clock import steered
from launch.foundation import Foundation, found, porting_cases
from launch.settings import Settings
from porting.numbers import NumberRange
from sandbox.advance import Advance
from sandbox.carrier_remote import CarrierRemote
from sandbox.carriers import SimulatedCarriers
from sandbox.cases import SteeredCases
from sandbox.routes import SandboxParts, sandbox_router
from sandbox.simulated import FIRST, SIMULATED
from sandbox.work_left import WorkLeft
from service.bookings import Bookings
from service.calls import Calls
from service.intake import Intake
from service.opening import Desk as IntakeDesk
from service.told import Telling
from storage.database import Database
from storage.paging import paging_secret
from workflows.queues import Queues


def assemble_api(settings: Settings) -> FastAPI:
    """API and desk, and in a sandbox what steers it."""
    base = found(settings)
    engine = porting_cases(base)
    calls = Calls(base.database, Telling(base.database, engine), base.calendars, base.now)
    capabilities = {name: carrier.capabilities for name, carrier in base.carriers.items()}
    intake_desk = IntakeDesk(settings.carriers, base.calendars, settings.policy, base.now, capabilities)
    app = create_app(
        Parts(
            database=base.database,
            intake=Intake(base.database, intake_desk, engine, base.records.write_letters),
            calls=calls,
            bookings=Bookings(base.database, base.calendars, settings.policy, base.now),
            carriers=base.carriers,
            now=base.now,
            engine_answers=engine.is_answering,
            queues=Queues(base.connection.client, base.carriers).backlogs,
            cursor_secret=asyncio.run(_cursor_secret(settings, base)),
            limits=Limits(calls_per_minute=settings.api_calls_per_minute),
        )
    )
    app.router.routes.extend(desk_routes(_desk_parts(base, calls)))
    if isinstance(engine, SteeredCases):
        app.include_router(sandbox_router(_sandbox_parts(base, engine), Guarded))
    return app


def _sandbox_parts(base: Foundation, engine: SteeredCases) -> SandboxParts:
    settings, clock = base.settings, steered(base.settings)
    carrier = _simulated(settings)
    feed = FeedActivities(base.database, base.carriers, base.now)
    comparison = Reconciliation(base.database, base.carriers, base.now)

    async def fetch() -> int:
        return sum([await feed.fetch(name) for name in base.carriers])

    return SandboxParts(
        clock=clock,
        advance=Advance(clock, engine, WorkLeft(base.database), carrier, fetch, comparison.run),
        carrier=carrier,
        mailbox_url=f"http://127.0.0.1:{settings.mailbox_port}",
    )


def _simulated(settings: Settings) -> SimulatedCarriers:
    """Every carrier that is rehearsed; a number's script goes to the one that ports it."""
    used = [name for name in SIMULATED if name == FIRST or name in settings.carriers.values()]
    remotes = {name: CarrierRemote(settings.of_carrier(name)["base_url"], settings.steering_key) for name in used}

    def whose(number: str) -> str:
        place = place_of(NumberRange.parse(number))
        return carrier_for(settings.carriers, place.country, place.number_type) or ""

    return SimulatedCarriers(remotes.pop(FIRST), remotes, whose)


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
        carriers=base.carriers,
    )
