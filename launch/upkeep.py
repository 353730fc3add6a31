"""What a stack that runs for months needs: logs that stay within bounds, and a word before the disk is full."""

import asyncio
import shutil
from pathlib import Path

from launch.console import Console
from launch.state import LEAST_FREE

LARGEST_LOG = 20 * 2**20
EVERY = 30.0


def shorten(log: Path) -> None:
    """Keeps the log's lines as .1 and begins it anew. Its writers append, so they go on at the new start."""
    shutil.copyfile(log, log.with_suffix(".log.1"))
    with log.open("r+b") as file:
        file.truncate(0)


def look_after(folder: Path, console: Console, *, warned: bool) -> bool:
    """One round; answers whether the operator has been warned of a full disk."""
    full = shutil.disk_usage(folder).free < LEAST_FREE
    if full and not warned:
        console.say(f"! The disk under {folder} is nearly full: Portdesk will soon be unable to record anything.")
    for log in (folder / "logs").glob("*.log"):
        if log.stat().st_size > LARGEST_LOG and not full:
            shorten(log)
    return full


async def keep_in_bounds(folder: Path, console: Console) -> None:
    warned = False
    while True:
        await asyncio.sleep(EVERY)
        warned = look_after(folder, console, warned=warned)
