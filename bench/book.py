"""The row about the size of the book: a round of work among very many open cases."""

from __future__ import annotations

import time
from statistics import median
from urllib.parse import quote

from bench.copies import open_copies
from bench.rows import Goal, Row, measured
from bench.stand import CONFIRM_ONLY, SILENT, Stand

UNCONFIRMED = "SELECT count(*) FROM cases WHERE status != 'CONFIRMED' AND reference LIKE :these"
RUNNING = 'ExecutionStatus = "Running" AND WorkflowType = "PortingCase"'


async def open_cases(stand: Stand, quick: bool) -> list[Row]:
    """Seconds of a round from the order over its confirmation to a changed date, with few open cases and with many."""
    few, many, rounds = (50, 250, 5) if quick else (1000, 50_000, 15)
    await _round(stand)
    await _grown(stand, few)
    before = [await _round(stand) for _ in range(rounds)]
    await _grown(stand, many - few)
    after = [await _round(stand) for _ in range(rounds)]
    reached = (await (await stand.bare()).count_workflows(RUNNING)).count
    ratio = median(after) / median(before)
    return [
        measured("open_cases_reached", "cases", Goal(50_000, at_least=True), [float(reached)]),
        Row(
            name="open_cases", value=median(after), unit="s", goal=Goal(1.2), judged=ratio, runs=rounds,
            low=min(after) / median(before), high=max(after) / median(before), baseline=median(before), ratio=ratio,
        ),
    ]  # fmt: skip


async def _grown(stand: Stand, count: int) -> None:
    stand.new_round()
    [case_id] = await stand.opened(await stand.prepared(1, SILENT))
    await stand.quiet()
    await open_copies(stand, case_id, count - 1)


async def _round(stand: Stand) -> float:
    these = stand.new_round()
    prepared = await stand.prepared(1, CONFIRM_ONLY)
    answer = await stand.api.get(f"/v1/calendar?number={quote(prepared[0][0])}")
    days = [day["date"] for day in answer.raise_for_status().json()["items"] if day["bookable"]]
    began = time.monotonic()
    [case_id] = await stand.opened(prepared)
    await stand.until_none(UNCONFIRMED, "the case to be confirmed", these=these)
    wish = {"date": days[25], "accept_fee": True}
    (await stand.api.post(f"/v1/porting-cases/{case_id}/date-changes", json=wish)).raise_for_status()
    seconds = time.monotonic() - began
    await stand.quiet()
    return seconds
