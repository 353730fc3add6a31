"""What one case costs, measured on a running stack: the inputs of the scale model."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from temporalio.client import WorkflowExecutionDescription

from bench.scale_model import Measured
from bench.stand import AT_ONCE, SILENT, Stand, a_stand

WARM = 8
BATCH = 40
PARTS = {"api": "launch.cli api", "worker": "launch.cli worker", "temporal": "temporal server"}


async def measure(folder: Path) -> Measured:
    """A batch of whole lives and one of cases that stay open, after a few that warm the stack; a minute or two."""
    async with a_stand(folder / "var") as stand:
        await _batch(stand, WARM, AT_ONCE)
        news, cpu, began = await stand.count("SELECT count(*) FROM inbox"), _cpu_seconds(stand), time.monotonic()
        closed = await _batch(stand, BATCH, AT_ONCE)
        elapsed, cpu_after = time.monotonic() - began, _cpu_seconds(stand)
        news = await stand.count("SELECT count(*) FROM inbox") - news
        product, engine = _size(stand, "portdesk"), _size(stand, "temporal")
        still_open = await _batch(stand, BATCH, SILENT)
        lives, opened = await _described(stand, closed), await _described(stand, still_open)
        return Measured(
            lives_per_second=BATCH / elapsed,
            news_per_life=news / BATCH,
            mails_per_life=await _rows_a_case(stand, "mails", closed),
            timeline_entries_per_life=await _rows_a_case(stand, "events", closed),
            transitions_per_life=_mean([one.raw_info.state_transition_count for one in lives]),
            history_bytes_closed=_mean([one.raw_info.history_size_bytes for one in lives]),
            history_bytes_open=_mean([one.raw_info.history_size_bytes for one in opened]),
            product_bytes_a_case=(_size(stand, "portdesk") - product) / BATCH,
            engine_bytes_a_case=(_size(stand, "temporal") - engine) / BATCH,
            api_seconds_per_life=(cpu_after["api"] - cpu["api"]) / BATCH,
            worker_seconds_per_life=(cpu_after["worker"] - cpu["worker"]) / BATCH,
            engine_seconds_per_life=(cpu_after["temporal"] - cpu["temporal"]) / BATCH,
        )


async def _batch(stand: Stand, count: int, steps: Sequence[dict[str, str]]) -> list[str]:
    """Cases opened, and everything that follows at once done."""
    these = stand.new_round()
    ids = await stand.opened(await stand.prepared(count, steps))
    if steps is AT_ONCE:
        still = "SELECT count(*) FROM cases WHERE closed_at IS NULL AND reference LIKE :these"
        await stand.until_none(still, "all lives to end", these=these)
    await stand.quiet()
    return ids


async def _rows_a_case(stand: Stand, table: str, ids: Sequence[str]) -> float:
    rows = [await stand.count(f"SELECT count(*) FROM {table} WHERE case_id = :id", id=id_) for id_ in ids]
    return _mean(rows)


def _cpu_seconds(stand: Stand) -> dict[str, float]:
    """Seconds of processor time that each part has used so far."""
    used = dict.fromkeys(PARTS, 0.0)
    for part in stand.process.parts():
        line, times = " ".join(part.cmdline()), part.cpu_times()
        for name in (name for name, words in PARTS.items() if words in line):
            used[name] += times.user + times.system
    return used


def _size(stand: Stand, name: str) -> int:
    """Bytes of a database of the stack, what still lies in its journal included."""
    file = next(stand.process.var.glob(f"{name}*.db"))
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        pages, page = connection.execute("SELECT * FROM pragma_page_count(), pragma_page_size()").fetchone()
    return int(pages * page)


async def _described(stand: Stand, ids: Sequence[str]) -> list[WorkflowExecutionDescription]:
    client = await stand.bare()
    return [await client.get_workflow_handle(id_).describe() for id_ in ids]


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
