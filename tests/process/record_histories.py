"""Records the histories that later versions of the process must replay: `python -m tests.process.record_histories`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.process.stories import STORIES
from tests.process.world import running, server

FOLDER = Path(__file__).parent / "histories"
FORGETFUL = ("answered", "date-changed", "outbound")


async def record() -> None:
    """One life for each story, and three whose history begins anew on the way (each run is a history of its own)."""
    FOLDER.mkdir(exist_ok=True)
    async with server() as environment:
        for name, (make, play) in STORIES.items():
            async with running(environment, make(f"recorded-{name}")) as run:
                await play(run)
                write(name, (await run.handle.fetch_history()).to_json())
    async with server("limit.historyCount.suggestContinueAsNew=25") as forgetful:
        for name in FORGETFUL:
            make, play = STORIES[name]
            async with running(forgetful, make(f"recorded-anew-{name}")) as run:
                await play(run)
                runs = [one async for one in forgetful.client.list_workflows(f"WorkflowId = '{run.handle.id}'")]
                assert len(runs) > 1, f"{name} never began anew"
                for number, one in enumerate(sorted(runs, key=lambda one: one.start_time), start=1):
                    handle = forgetful.client.get_workflow_handle(one.id, run_id=one.run_id)
                    write(f"{name}-anew-{number}", (await handle.fetch_history()).to_json())


def write(name: str, history: str) -> None:
    """One file a history; the recorder's host and process are left out."""
    events = json.loads(history)
    for event in events["events"]:
        for attributes in event.values():
            if isinstance(attributes, dict) and "identity" in attributes:
                attributes["identity"] = "recorder"
    (FOLDER / f"{name}.json").write_text(json.dumps(events, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    asyncio.run(record())
