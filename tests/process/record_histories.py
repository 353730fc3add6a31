"""Records the histories that later versions of the process must replay: `python -m tests.process.record_histories`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from temporalio.client import WorkflowExecution
from temporalio.testing import WorkflowEnvironment

from tests.process.stories import STORIES
from tests.process.world import running, server

FOLDER = Path(__file__).parent / "histories"
FORGETFUL = ("answered", "date-changed", "outbound", "activated")


async def record() -> None:
    """One life for each story, and some whose history begins anew on the way (each run is a history of its own).

    What was recorded stays as it is, since cases of that time can be open still: only new stories are played.
    """
    FOLDER.mkdir(exist_ok=True)
    new = [name for name in STORIES if not (FOLDER / f"{name}.json").exists()]
    async with server() as environment:
        for name, (make, play) in ((name, STORIES[name]) for name in new):
            async with running(environment, make(f"recorded-{name}")) as run:
                await play(run)
                write(name, (await run.handle.fetch_history()).to_json())
    async with server("limit.historyCount.suggestContinueAsNew=25") as forgetful:
        for name in (name for name in FORGETFUL if not (FOLDER / f"{name}-anew-1.json").exists()):
            make, play = STORIES[name]
            async with running(forgetful, make(f"recorded-anew-{name}")) as run:
                await play(run)
                runs = await _runs(forgetful, run.handle.id)
                for number, one in enumerate(sorted(runs, key=lambda one: one.start_time), start=1):
                    handle = forgetful.client.get_workflow_handle(one.id, run_id=one.run_id)
                    write(f"{name}-anew-{number}", (await handle.fetch_history()).to_json())


async def _runs(environment: WorkflowEnvironment, case_id: str) -> list[WorkflowExecution]:
    """Every run of the case; Temporal's lists show them a moment later."""
    for _ in range(500):
        found = [one async for one in environment.client.list_workflows(f"WorkflowId = '{case_id}'")]
        if len(found) > 1:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{case_id} never began anew")


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
