"""`make bench`: measures, and prints one JSON object a line; what it does meanwhile goes to the error stream."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bench import cases, mails, reading, rehearsal
from bench.rows import Row
from bench.stand import Stand, a_stand

Measuring = Callable[[Stand, bool], Awaitable[list[Row]]]
ON_ONE_STACK: Mapping[str, Measuring] = {
    "open_http": cases.open_http,
    "lifecycle": cases.lifecycle,
    "date_change": cases.date_change,
    "mail": mails.mail,
    "news_to_mail": mails.news_to_mail,
    "find_number": reading.find_number,
    "list": reading.lists,
}


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(rows: list[Row]) -> None:
    for row in rows:
        print(row.as_json(), flush=True)


async def main(only: str, quick: bool) -> None:
    """`only` is a row's name or its beginning; empty means every row. Raises SystemExit when there is no such row."""
    wanted = {name: one for name, one in ON_ONE_STACK.items() if name.startswith(only)}
    if not wanted and not "sandbox".startswith(only):
        raise SystemExit(f"bench: no row is called {only}; there are {', '.join((*ON_ONE_STACK, 'sandbox'))}")
    folder = Path(tempfile.mkdtemp(prefix="portdesk-bench-"))
    try:
        if wanted:
            async with a_stand(folder / "stack" / "var") as stand:
                for name, measuring in wanted.items():
                    tell(f"{name} ...")
                    show(await measuring(stand, quick))
        if "sandbox".startswith(only):
            tell("sandbox ...")
            show(await rehearsal.sandbox(folder / "rehearsal", quick))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(os.environ.get("ONLY", ""), os.environ.get("QUICK", "0") not in {"", "0"}))
