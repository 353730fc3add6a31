"""What one case costs, measured on a running stack: the inputs of the scale model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from temporalio.client import WorkflowExecutionDescription

from bench.scale_model import Measured
from bench.stand import AT_ONCE, SILENT, Stand, a_stand
from bench.weight import batch_of, engine_bytes, product_bytes

WARM = 8
BATCH = 40
PARTS = {"api": "launch.cli api", "worker": "launch.cli worker", "temporal": "temporal server"}


async def measure(folder: Path) -> Measured:
    """A batch of whole lives and one of cases that stay open, after a few that warm the stack; a minute or two."""
    async with a_stand(folder / "var") as stand:
        await batch_of(stand, WARM, AT_ONCE)
        news, cpu, began = await stand.count("SELECT count(*) FROM inbox"), _cpu_seconds(stand), time.monotonic()
        closed = await batch_of(stand, BATCH, AT_ONCE)
        elapsed, cpu_after = time.monotonic() - began, _cpu_seconds(stand)
        news = await stand.count("SELECT count(*) FROM inbox") - news
        product, engine = await product_bytes(stand), engine_bytes(stand)
        still_open = await batch_of(stand, BATCH, SILENT)
        lives, opened = await _described(stand, closed), await _described(stand, still_open)
        return Measured(
            lives_per_second=BATCH / elapsed,
            news_per_life=news / BATCH,
            mails_per_life=await _rows_a_case(stand, "mails", closed),
            timeline_entries_per_life=await _rows_a_case(stand, "events", closed),
            transitions_per_life=_mean([one.raw_info.state_transition_count for one in lives]),
            history_bytes_closed=_mean([one.raw_info.history_size_bytes for one in lives]),
            history_bytes_open=_mean([one.raw_info.history_size_bytes for one in opened]),
            product_bytes_a_case=(await product_bytes(stand) - product) / BATCH,
            engine_bytes_a_case=(engine_bytes(stand) - engine) / BATCH,
            api_seconds_per_life=(cpu_after["api"] - cpu["api"]) / BATCH,
            worker_seconds_per_life=(cpu_after["worker"] - cpu["worker"]) / BATCH,
            engine_seconds_per_life=(cpu_after["temporal"] - cpu["temporal"]) / BATCH,
        )


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


async def _described(stand: Stand, ids: Sequence[str]) -> list[WorkflowExecutionDescription]:
    client = await stand.bare()
    return [await client.get_workflow_handle(id_).describe() for id_ in ids]


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
