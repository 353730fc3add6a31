"""Rows about a restart: everything killed while many cases are open, and how soon the desk is itself again."""

from __future__ import annotations

import asyncio
import time

import httpx2

from bench.rows import Goal, Row, measured
from bench.stand import CONFIRM_ONLY, SILENT, Stand

UNCONFIRMED = "SELECT count(*) FROM cases WHERE reference LIKE :these AND status != 'CONFIRMED'"


async def restart(stand: Stand, quick: bool) -> list[Row]:
    """Seconds from the kill to the first answer over HTTP, and to the first carrier news that a case has taken."""
    opened, times = (60, 2) if quick else (5000, 5)
    stand.new_round()
    await stand.opened(await stand.prepared(opened, SILENT))
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
    while True:
        try:
            if (await stand.api.get("/v1/porting-cases?limit=1")).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.02)


async def _told(stand: Stand, number: str) -> None:
    """The carrier, itself just started, confirms."""
    while True:
        try:
            await stand.script(number, CONFIRM_ONLY[1:])
        except httpx2.HTTPError:
            await asyncio.sleep(0.02)
        else:
            return
