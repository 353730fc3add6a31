"""What one case costs, measured on a running stack: the inputs of the scale model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import psutil
from temporalio.client import WorkflowExecutionDescription

from activities.archiving import Archiving
from bench.scale_model import Measured
from bench.stand import AT_ONCE, SILENT, Stand, a_stand
from bench.weight import batch_of, engine_bytes, product_bytes
from tests.effects.databases import DURABLE, Server

WARM = 8
BATCH = 40
PARTS = {"api": "launch.cli api", "worker": "launch.cli worker", "temporal": "temporal server"}


async def measure(folder: Path) -> Measured:
    """A batch of whole lives and one of cases that stay open, after a few that warm the stack; a minute or two.

    On a PostgreSQL of its own, since that is what so large a book needs.
    """
    server = Server(DURABLE)
    server.start()
    try:
        async with a_stand(folder / "var", server.url("postgres")) as stand:
            return await _measured(stand, int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))
    finally:
        server.stop()


async def _measured(stand: Stand, postmaster: int) -> Measured:
    await batch_of(stand, WARM, AT_ONCE)
    empty, engine = await _packed_bytes(stand), engine_bytes(stand)
    news, cpu = await stand.count("SELECT count(*) FROM inbox"), _cpu_seconds(stand, postmaster)
    began = time.monotonic()
    closed = await batch_of(stand, BATCH, AT_ONCE)
    elapsed, cpu_after = time.monotonic() - began, _cpu_seconds(stand, postmaster)
    news = await stand.count("SELECT count(*) FROM inbox") - news
    whole, engine = await _packed_bytes(stand), engine_bytes(stand) - engine
    mails, entries = await _rows_a_case(stand, "mails", closed), await _rows_a_case(stand, "events", closed)
    put_away = await Archiving(stand.database, 0, _tomorrow).run(0)
    saved = (whole - await _packed_bytes(stand)) / put_away
    still_open = await batch_of(stand, BATCH, SILENT)
    lives, opened = await _described(stand, closed), await _described(stand, still_open)
    return Measured(
        lives_per_second=BATCH / elapsed,
        news_per_life=news / BATCH,
        mails_per_life=mails,
        timeline_entries_per_life=entries,
        transitions_per_life=_mean([one.raw_info.state_transition_count for one in lives]),
        history_bytes_closed=_mean([one.raw_info.history_size_bytes for one in lives]),
        history_bytes_open=_mean([one.raw_info.history_size_bytes for one in opened]),
        product_bytes_a_case=(whole - empty) / BATCH,
        archived_bytes_a_case=(whole - empty) / BATCH - saved,
        engine_bytes_a_case=engine / BATCH,
        api_seconds_per_life=(cpu_after["api"] - cpu["api"]) / BATCH,
        worker_seconds_per_life=(cpu_after["worker"] - cpu["worker"]) / BATCH,
        engine_seconds_per_life=(cpu_after["temporal"] - cpu["temporal"]) / BATCH,
        database_seconds_per_life=(cpu_after["postgresql"] - cpu["postgresql"]) / BATCH,
    )


async def _packed_bytes(stand: Stand) -> int:
    """Bytes of the product's database without the room that lies free in it."""
    connection = await asyncpg.connect(stand.database.url.set(drivername="postgresql").render_as_string())
    await connection.execute("VACUUM FULL")
    await connection.close()
    return await product_bytes(stand)


def _tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


async def _rows_a_case(stand: Stand, table: str, ids: Sequence[str]) -> float:
    rows = [await stand.count(f"SELECT count(*) FROM {table} WHERE case_id = :id", id=id_) for id_ in ids]
    return _mean(rows)


def _cpu_seconds(stand: Stand, postmaster: int) -> dict[str, float]:
    """Seconds of processor time that each part has used so far."""
    used = dict.fromkeys(PARTS, 0.0)
    for part in stand.process.parts():
        line, times = " ".join(part.cmdline()), part.cpu_times()
        for name in (name for name, words in PARTS.items() if words in line):
            used[name] += times.user + times.system
    server = psutil.Process(postmaster)
    times = [one.cpu_times() for one in (server, *server.children())]
    used["postgresql"] = sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system
    return used


async def _described(stand: Stand, ids: Sequence[str]) -> list[WorkflowExecutionDescription]:
    client = await stand.bare()
    return [await client.get_workflow_handle(id_).describe() for id_ in ids]


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
