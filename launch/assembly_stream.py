"""Puts the process of a carrier's stream together: what comes in is kept for the worker to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from carriers.directory import CARRIERS
from launch.clock import clock
from launch.foundation import surroundings
from launch.process import Loop
from launch.settings import Settings
from launch.trouble import CannotStart
from storage.database import Database


@asynccontextmanager
async def assemble_stream(settings: Settings, carrier: str) -> AsyncIterator[Sequence[Loop]]:
    """The stream's one loop. Raises CannotStart for a carrier that has no stream."""
    row = CARRIERS.get(carrier)
    if row is None or row.stream is None:
        raise CannotStart(f"{carrier} is no carrier that streams its messages.")
    now, database = clock(settings), Database(settings.database)
    try:
        yield [row.stream(surroundings(settings, carrier, database, now)).run]
    finally:
        await database.close()
