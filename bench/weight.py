"""Rows about weight: memory of a cached case and of the API over many cases, database bytes of a closed case."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from bench.copies import copy_cases
from bench.rows import Goal, Row, measured
from bench.stand import AT_ONCE, SILENT, Stand

PAGES = ("/v1/porting-cases?limit=200", "/v1/reports/orders", "/v1/porting-cases?q=Muster", "/metrics")


async def memory(stand: Stand, quick: bool) -> list[Row]:
    """The worker's growth by each case it keeps in memory, the API's size when it has answered over many cases."""
    batches, batch, copies = (2, 8, 500) if quick else (5, 40, 50_000)
    await batch_of(stand, 8, AT_ONCE)
    worker = [await _growth(stand, batch) for _ in range(batches)]
    closed = [await _closed(stand, batch // 2) for _ in range(batches)]
    [case_id] = await batch_of(stand, 1, SILENT)
    await copy_cases(stand.database, case_id, copies)
    for path in PAGES:
        (await stand.api.get(path)).raise_for_status()
    return [
        measured("memory_worker_case", "kB", Goal(130), worker),
        measured("memory_api", "MB", Goal(300), [stand.process.resident("api") / 1e6]),
        measured("memory_database_case", "kB", Goal(60), closed),
    ]


async def _growth(stand: Stand, count: int) -> float:
    before = stand.process.resident("worker")
    await batch_of(stand, count, SILENT)
    return (stand.process.resident("worker") - before) / count / 1e3


async def _closed(stand: Stand, count: int) -> float:
    before = await product_bytes(stand)
    await batch_of(stand, count, AT_ONCE)
    return (await product_bytes(stand) - before) / count / 1e3


async def batch_of(stand: Stand, count: int, steps: Sequence[dict[str, str]]) -> list[str]:
    """Cases opened, and everything that follows at once done."""
    these = stand.new_round()
    ids = await stand.opened(await stand.prepared(count, steps))
    if steps is AT_ONCE:
        still = "SELECT count(*) FROM cases WHERE closed_at IS NULL AND reference LIKE :these"
        await stand.until_none(still, "all lives to end", these=these)
    await stand.quiet()
    return ids


async def product_bytes(stand: Stand) -> int:
    """Bytes of the product's database."""
    if stand.database.is_sqlite:
        return await stand.count("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return await stand.count("SELECT pg_database_size(current_database())")


def engine_bytes(stand: Stand) -> int:
    """Bytes of the embedded Temporal's database, what still lies in its journal included."""
    file = next(stand.process.var.glob("temporal*.db"))
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        pages, page = connection.execute("SELECT * FROM pragma_page_count(), pragma_page_size()").fetchone()
    return int(pages * page)
