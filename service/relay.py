"""Everything that must happen soon and waits in a table: one loop each, that goes on after any trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from service.engine import EngineUnavailable
from storage.database import Unavailable

log = structlog.get_logger()
LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Round:
    """Something to do again and again: `once` answers how much it did, and nothing to do means a pause of `rest`."""

    name: str
    once: Callable[[], Awaitable[int]]
    rest: float


async def go_round(errand: Round, stop: asyncio.Event) -> None:
    """Do it until told to stop; trouble is logged, and makes the pauses longer until it is over."""
    pause = errand.rest
    while not stop.is_set():
        try:
            done = await errand.once()
            pause = 0.0 if done else errand.rest
        except (EngineUnavailable, Unavailable) as trouble:
            pause = min(max(pause, errand.rest) * 2, LONGEST_PAUSE_SECONDS)
            log.warning("waits for something to come back", errand=errand.name, trouble=str(trouble))
        if pause:
            await _rest(stop, pause)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
