"""`make bench`: measures, and prints one JSON object a line; what it does meanwhile goes to the error stream."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import book, cases, mails, reading, rehearsal, restart, weight
from bench import workers as worker_processes
from bench.rows import Row
from bench.stand import Stand, a_stand
from tests.effects.databases import DURABLE, Server

Measuring = Callable[[Stand, bool], Awaitable[list[Row]]]
Rehearsing = Callable[[rehearsal.Rehearsal, bool], Awaitable[list[Row]]]
ON_ONE_STACK: Mapping[str, Measuring] = {
    "open_http": cases.open_http,
    "lifecycle": cases.lifecycle,
    "date_change": cases.date_change,
    "mail": mails.mail,
    "news_to_mail": mails.news_to_mail,
    "find_number": reading.find_number,
    "list": reading.lists,
    "restart": restart.restart,
}
# What wants an empty book, and a worker that keeps no other case in memory.
ON_ONE_OF_ITS_OWN: Mapping[str, Measuring] = {
    "memory": weight.memory,
    "open_cases": book.open_cases,
}
WORKERS = "workers"
IN_A_SANDBOX: Mapping[str, Rehearsing] = {
    "sandbox": rehearsal.sandbox,
    "big_case": rehearsal.big_case,
}


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(rows: list[Row]) -> None:
    for row in rows:
        print(row.as_json(), flush=True)


@contextmanager
def a_database(kind: str) -> Iterator[str]:
    """The URL of a database of the bench's own: empty for the stack's SQLite, or a real PostgreSQL that flushes.

    Raises SystemExit for another kind.
    """
    if kind not in {"", "sqlite", "postgresql"}:
        raise SystemExit(f"bench: DB is sqlite or postgresql, not {kind}")
    if kind != "postgresql":
        yield ""
        return
    server = Server(DURABLE)
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.stop()


async def main(only: str, quick: bool, database: str) -> None:
    """`only` is a row's name or its beginning; empty means every row. Raises SystemExit when there is no such row."""
    wanted = {name: one for name, one in ON_ONE_STACK.items() if name.startswith(only)}
    alone = [name for name in (*ON_ONE_OF_ITS_OWN, WORKERS) if name.startswith(only)]
    rehearsed = {name: one for name, one in IN_A_SANDBOX.items() if name.startswith(only)}
    if not wanted and not alone and not rehearsed:
        names = (*ON_ONE_STACK, *ON_ONE_OF_ITS_OWN, WORKERS, *IN_A_SANDBOX)
        raise SystemExit(f"bench: no row is called {only}; there are {', '.join(names)}")
    folder = Path(tempfile.mkdtemp(prefix="portdesk-bench-"))
    try:
        if wanted:
            with a_database(database) as url:
                await _measure(folder, url, wanted, quick)
        for name in alone:
            tell(f"{name} ...")
            show(await _alone(name, folder / name, database, quick))
        if rehearsed:
            await _rehearse(folder, rehearsed, quick)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _alone(name: str, folder: Path, database: str, quick: bool) -> list[Row]:
    """A second worker process is worth measuring on PostgreSQL only."""
    if name == WORKERS:
        with a_database("postgresql") as url:
            return await worker_processes.workers(folder, url, quick)
    with a_database(database) as url:
        async with a_stand(folder / "var", url) as stand:
            return await ON_ONE_OF_ITS_OWN[name](stand, quick)


async def _measure(folder: Path, url: str, wanted: Mapping[str, Measuring], quick: bool) -> None:
    async with a_stand(folder / "stack" / "var", url) as stand:
        for name, measuring in wanted.items():
            tell(f"{name} ...")
            show(await measuring(stand, quick))


async def _rehearse(folder: Path, rehearsed: Mapping[str, Rehearsing], quick: bool) -> None:
    """A sandbox is always on SQLite."""
    tell("a sandbox ...")
    async with rehearsal.Rehearsal(folder / "sandbox" / "var").running() as steered:
        for name, measuring in rehearsed.items():
            tell(f"{name} ...")
            show(await measuring(steered, quick))


async def until_told(measuring: Coroutine[Any, Any, None]) -> None:
    """SIGTERM ends the bench as Ctrl-C does, with all that it has started."""
    task = asyncio.ensure_future(measuring)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        raise SystemExit("bench: ended before its end") from None


if __name__ == "__main__":
    is_quick = os.environ.get("QUICK", "0") not in {"", "0"}
    asyncio.run(until_told(main(os.environ.get("ONLY", ""), is_quick, os.environ.get("DB", ""))))
