"""Every example story goes as told on a real stack, and a story told twenty times is the same story (R20)."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import next_monday
from sandbox.demo.calls import Calls
from sandbox.demo.checks import heard_by_partner
from sandbox.demo.lines import Line, Result
from sandbox.demo.player import play_all
from sandbox.demo.story import read_stories, read_story
from tests.house.sources import ROOT

pytestmark = pytest.mark.timeout(600)
FILES = sorted((ROOT / "examples").glob("*.json"))
CLEAN = ROOT / "examples" / "01-german-range.json"
RUNS = 20


@pytest.fixture(scope="module")
async def played(sandbox: dict[str, Any]) -> Mapping[str, tuple[Result, list[Line]]]:
    """All stories, side by side as `make demo` plays them: how each went, and what was told."""
    told: dict[str, list[Line]] = {path.stem: [] for path in FILES}
    results = await play_all(sandbox, read_stories(FILES), lambda name, line: told[name].append(line))
    return {result.name: (result, told[result.name]) for result in results}


@pytest.mark.parametrize("name", [path.stem for path in FILES])
async def test_the_story_goes_as_told(name: str, played: Mapping[str, tuple[Result, list[Line]]]) -> None:
    result, told = played[name]
    assert result.went_as_told, "\n".join([*result.failures, *(f"{line.at} {line.text}" for line in told)])
    assert result.cases and all(case["closed_at"] for case in result.cases)


async def test_twenty_runs_of_a_story_have_one_timeline(sandbox: dict[str, Any], more_ranges: int) -> None:
    assert more_ranges == RUNS
    numbers = [f"+498924{n:02}60X" for n in range(10, 10 + RUNS)]
    calls = Calls(sandbox)
    # From the full hour on, so that no moment lies where rounding could take it either way.
    await calls.let_pass(next_monday(await calls.now()))
    stories = {number: read_story(retold(number), number) for number in numbers}
    results = await play_all(sandbox, stories)
    assert [result.failures for result in results] == [[]] * RUNS
    timelines = [await timeline(calls, result) for result in results]
    await calls.close()
    assert timelines == [timelines[0]] * RUNS
    assert [kind for _, kind, *_ in timelines[0][0]] == [
        "case_opened", "order_sent", "temporary_numbers_active", "order_acknowledged", "date_confirmed",
        "cutover_near", "case_closed", "lines_completed", "temporary_numbers_released",
    ]  # fmt: skip


async def test_a_story_that_goes_another_way_says_what_was_expected_and_what_came(sandbox: dict[str, Any]) -> None:
    text = (ROOT / "examples" / "12-outbound-only.json").read_text(encoding="utf-8")
    text = text.replace("+4922182930X", "+4922182977X").replace("example-outbound", "another-way")
    wrong = read_story(text.replace('"waiting_on": "CUTOVER"', '"waiting_on": "CARRIER"'))
    told: list[Line] = []
    right = read_story(text.replace("+4922182977X", "+4922182966X").replace("another-way", "right-way"))
    results = await play_all(
        sandbox, {"wrong": wrong, "right": right}, lambda name, line: told.append(line) if name == "wrong" else None
    )
    assert results[0].failures == ["case.waiting_on: expected 'CARRIER', came 'CUTOVER'"]
    assert results[1].went_as_told
    [case] = results[0].cases
    link = f"the case: {sandbox['desk_url']}/cases/{case['id']}"
    assert [line.text for line in told[-2:]] == [*results[0].failures, link]


def retold(number: str) -> str:
    """The clean story for another number."""
    text = CLEAN.read_text(encoding="utf-8").replace("+4989010810X", number)
    return text.replace("example-german-range", f"run-{number}")


@pytest.fixture
def more_ranges(sandbox: dict[str, Any], sandbox_folder: Path) -> int:
    """The operator's own command puts a temporary range for each run into the stock."""
    folder, file = sandbox_folder, sandbox_folder / "ranges.csv"
    file.write_text("".join(f"+498931{n:02}70X\n" for n in range(10, 10 + RUNS)))
    environment = {**os.environ, "PORTDESK_VAR": str(folder / "sandbox"), "PORTDESK_SANDBOX": "1"}
    command = [sys.executable, "-P", "-m", "launch.cli", "stock", "import", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return RUNS


async def timeline(calls: Calls, result: Result) -> tuple[list[Any], list[Any]]:
    """What happened and what was mailed, with its hour after the opening; the case's own names are left out.

    Within one hour by kind: the carrier is written to and a temporary number is looked for side by side.
    """
    [case] = result.cases
    opened = datetime.fromisoformat(case["created_at"]).astimezone(UTC)

    def hour(at: str) -> int:
        return round((datetime.fromisoformat(at) - opened).total_seconds() / 3600)

    path = f"/v1/porting-cases/{case['id']}"
    events = [
        (hour(entry["at"]), entry["kind"], entry["actor"]["role"], entry["detail"].get("date") or "", entry["internal"])
        for entry in await calls.everything(f"{path}/timeline", "care")
    ]
    mails = heard_by_partner(await calls.everything(f"{path}/emails", "care"))
    return sorted(events), [(mail["template"], mail["status"], hour(mail["at"])) for mail in mails]
