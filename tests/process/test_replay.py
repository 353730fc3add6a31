"""Every recorded history replays: a changed process must still understand the cases that are open."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from porting.status import Status
from workflows.codec import DATA_CONVERTER
from workflows.porting_case import PortingCase

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path):
    history = WorkflowHistory.from_json(f"recorded-{path.stem}", path.read_text())
    result = await Replayer(workflows=[PortingCase], data_converter=DATA_CONVERTER).replay_workflow(history)
    assert result.replay_failure is None


def test_there_is_a_history_for_each_status_and_one_across_a_new_beginning():
    """R16: at least one a status."""
    told = {path.stem for path in HISTORIES}
    names = {status.lower().replace("_", "-") for status in Status}
    assert names <= told
    assert any("anew" in name for name in told)


async def test_a_changed_order_of_effects_is_noticed():
    """The replay can fail: a history whose first effect is another one does not pass."""
    path = next(path for path in HISTORIES if path.stem == "confirmed")
    altered = path.read_text().replace('"submit_order"', '"cancel_order"')
    with pytest.raises(NondeterminismError):
        await Replayer(workflows=[PortingCase], data_converter=DATA_CONVERTER).replay_workflow(
            WorkflowHistory.from_json("altered", altered)
        )
