"""`portdesk play`: the example stories on a running sandbox, told live, then their mails and how they went."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from sandbox.demo.calls import Calls
from sandbox.demo.checks import heard_by_partner
from sandbox.demo.lines import Result
from sandbox.demo.player import play_all
from sandbox.demo.story import Story, read_stories
from sandbox.demo.teller import Teller, print_mails, print_table


def play(sandbox_json: Path, files: Sequence[Path]) -> int:
    """0 when every story went as told, else 1. Raises BadStory for a file that cannot be played."""
    stories = read_stories(files)
    return asyncio.run(_play(json.loads(sandbox_json.read_text()), stories))


async def _play(sandbox: Mapping[str, Any], stories: Mapping[str, Story]) -> int:
    teller = Teller(stories)
    calls = Calls(sandbox)
    try:
        began, clock = time.monotonic(), await calls.now()
        teller.begin(clock)
        results = await play_all(sandbox, stories, teller.tell, teller.ended, teller.tick)
        took, days = time.monotonic() - began, (await calls.now() - clock).days
        teller.stop()
        await _print_mails(teller, calls, results)
    finally:
        teller.stop()
        await calls.close()
    print_table(teller.console, results)
    right = sum(result.went_as_told for result in results)
    words = f"{right} of {len(results)} stories went as told; {days} days passed in {took:.0f} seconds."
    teller.console.print()
    teller.console.print(Text(words, "bold green" if right == len(results) else "bold red"))
    return 0 if right == len(results) else 1


async def _print_mails(teller: Teller, calls: Calls, results: Sequence[Result]) -> None:
    teller.console.print()
    teller.console.print(Text("What the partners were mailed, case by case (dates in UTC):", "bold"))
    for result in results:
        closed = [case for case in result.cases if case["closed_at"]]
        mails = {
            case["id"]: heard_by_partner(
                await calls.everything(f"/v1/porting-cases/{case['id']}/emails", case["_who"])
            )
            for case in closed
        }
        print_mails(teller.console, result, mails)
