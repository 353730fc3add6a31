"""Rows about a restart: everything killed while many cases are open, and how soon the desk is itself again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx2

from bench.copies import open_copies
from bench.process import PATIENCE
from bench.rows import Goal, Row, measured
from bench.stand import CONFIRM_ONLY, SILENT, Stand

UNCONFIRMED = "SELECT count(*) FROM cases WHERE reference LIKE :these AND status != 'CONFIRMED'"


async def restart(stand: Stand, quick: bool) -> list[Row]:
    """Seconds from the kill to the first answer over HTTP, and to the first carrier news that a case has taken."""
    opened, copied, times = (10, 20, 1) if quick else (100, 4900, 5)
    stand.new_round()
    ids = await stand.opened(await stand.prepared(opened, SILENT))
    await stand.quiet()
    await open_copies(stand, ids[0], copied)
    answered, heard = [], []
    for _ in range(times):
        these = stand.new_round()
        [(number, papers)] = await stand.prepared(1, SILENT)
        await stand.order([number], papers)
        await stand.quiet()
        began = time.monotonic()
        stand.process.kill()
        starting = asyncio.create_task(stand.process.start())
        await _first_answer(stand)
        answered.append(time.monotonic() - began)
        await _told(stand, number)
        await stand.until_none(UNCONFIRMED, "the case to be confirmed", these=these)
        heard.append(time.monotonic() - began)
        await starting
    return [
        measured("restart_first_answer", "s", Goal(10), answered),
        measured("restart_first_news", "s", Goal(15), heard),
    ]


async def _first_answer(stand: Stand) -> None:
    await _until_it_goes(stand.api.get, "/v1/porting-cases?limit=1")


async def _told(stand: Stand, number: str) -> None:
    """The carrier, itself just started, confirms."""
    await _until_it_goes(stand.carrier.put, f"/_sim/scripts/{number}", json={"steps": CONFIRM_ONLY[1:]})


async def _until_it_goes(call: Callable[..., Awaitable[httpx2.Response]], *words: str, **content: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(httpx2.TransportError):
                if (await call(*words, **content)).is_success:
                    return
            await asyncio.sleep(0.02)
