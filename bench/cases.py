"""Rows about the life of a case: opening, the whole life and its size, a date change."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from bench.bare import QUEUE, BareCase, BareLife
from bench.rows import Goal, Row, compared, measured
from bench.stand import AT_ONCE, CONFIRM_ONLY, SILENT, Stand, side_by_side


async def open_http(stand: Stand, quick: bool) -> list[Row]:
    """Cases opened a second with 16 clients, by bare starts a second with as many."""
    count, client = (8 if quick else 96), await stand.bare()

    async def ours() -> float:
        prepared = await stand.prepared(count, SILENT)
        began = time.monotonic()
        await stand.opened(prepared)
        rate = count / (time.monotonic() - began)
        await stand.quiet()
        return rate

    async def bare() -> float:
        ids = [str(uuid4()) for _ in range(count)]
        began = time.monotonic()
        await side_by_side(
            [partial(client.start_workflow, BareCase.run, id=id_, task_queue=QUEUE) for id_ in ids]
        )
        return count / (time.monotonic() - began)

    return [await compared("open_http", "cases/s", Goal(0.6, at_least=True), ours, bare)]


async def lifecycle(stand: Stand, quick: bool) -> list[Row]:
    """Lives a second from the order to the last mail taken by the relay, by bare lives of the same size a second."""
    count, client = (4 if quick else 32), await stand.bare()
    activities, events, size = await size_of_a_life(stand)

    async def ours() -> float:
        these = stand.new_round()
        prepared = await stand.prepared(count, AT_ONCE)
        began = time.monotonic()
        await stand.opened(prepared)
        await _all_over(stand, these)
        return count / (time.monotonic() - began)

    async def bare() -> float:
        began = time.monotonic()
        await side_by_side([lambda: _bare_life(client, activities)] * count, clients=count)
        return count / (time.monotonic() - began)

    row = await compared("lifecycle", "lives/s", Goal(0.9, at_least=True), ours, bare)
    sizes = (
        ("activities", "activities", 12, activities), ("events", "events", 70, events), ("bytes", "bytes", 60_000, size)
    )  # fmt: skip
    return [row, *(measured(f"lifecycle_size_{name}", unit, Goal(most), [found]) for name, unit, most, found in sizes)]


async def _bare_life(client: Client, activities: int) -> None:
    handle = await client.start_workflow(BareLife.run, args=[activities, 3], id=str(uuid4()), task_queue=QUEUE)
    for _ in range(3):
        await handle.signal(BareLife.hear)
    await handle.result()


async def _all_over(stand: Stand, these: str) -> None:
    closed = "SELECT count(*) FROM cases WHERE closed_at IS NULL AND reference LIKE :these"
    await stand.until_none(closed, "all lives to end", these=these)
    await stand.until_none("SELECT count(*) FROM mails WHERE state != 'SENT'", "all mails to be sent")


async def size_of_a_life(stand: Stand) -> tuple[int, int, int]:
    """Activities, events and bytes of history of one simple life."""
    these = stand.new_round()
    [case_id] = await stand.opened(await stand.prepared(1, AT_ONCE))
    await _all_over(stand, these)
    handle = (await stand.bare()).get_workflow_handle(case_id)
    await handle.result()
    events = [event async for event in handle.fetch_history_events()]
    activities = sum(event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED for event in events)
    return activities, len(events), sum(event.ByteSize() for event in events)


async def date_change(stand: Stand, quick: bool) -> list[Row]:
    """The median time of the call that changes a date, by that of a bare update."""
    count, client = (4 if quick else 20), await stand.bare()
    waiting = await client.start_workflow(BareCase.run, id=str(uuid4()), task_queue=QUEUE)

    async def ours() -> float:
        these = stand.new_round()
        prepared = await stand.prepared(count, CONFIRM_ONLY)
        ids, number = await stand.opened(prepared), quote(prepared[0][0])
        unconfirmed = "SELECT count(*) FROM cases WHERE status != 'CONFIRMED' AND reference LIKE :these"
        await stand.until_none(unconfirmed, "all to be confirmed", these=these)
        await stand.quiet()
        days = (await stand.api.get(f"/v1/calendar?number={number}")).raise_for_status().json()["items"]
        bookable = [day["date"] for day in days if day["bookable"]]
        return median([await _timed(partial(_ask, stand, id_, bookable[25])) for id_ in ids])

    async def bare() -> float:
        return median([await _timed(lambda: waiting.execute_update(BareCase.tell, 1)) for _ in range(count)])

    return [await compared("date_change", "s", Goal(1.5), ours, bare)]


async def _ask(stand: Stand, case_id: str, day: str) -> None:
    answer = await stand.api.post(f"/v1/porting-cases/{case_id}/date-changes", json={"date": day, "accept_fee": True})
    if answer.status_code != 202:
        raise RuntimeError(f"{answer.status_code}: {answer.text}")


async def _timed(call: Callable[[], Awaitable[Any]]) -> float:
    began = time.monotonic()
    await call()
    return time.monotonic() - began
