"""`make run`: the whole stack with its real parts, killed and started again on the same folder."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest
from typer.testing import CliRunner

from launch.cli import app
from tests.effects.stack_process import StackProcess, wait_for

Start = Callable[[], StackProcess]
OPENING = {
    "reference": "ORDER-1",
    "order_type": "FULL_PORTING",
    "numbers": ["+498912345678"],
    "end_customer": {"name": "Bäckerei Huber GmbH", "email": "office@huber.example"},
    "losing_carrier": {"name": "Telekom", "account_number": "4711"},
}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[StackProcess] = []

    def starter() -> StackProcess:
        started.append(StackProcess(tmp_path / "var", ["-P", "-m", "launch.cli", "run"], {}))
        started[-1].until_it_says("Portdesk is ready", patience=180)
        return started[-1]

    yield starter
    for stack in started:
        stack.make_an_end()


def a_partners_key(stack: StackProcess) -> str:
    def said(*words: str) -> str:
        result = CliRunner(env={"PORTDESK_VAR": str(stack.var)}).invoke(app, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    said("partner", "add", "acme", "--name", "Acme Telecom", "--email", "ops@acme.example")
    return str(json.loads(said("key", "add", "--partner", "acme", "--json"))[0]["key"])


def client(stack: StackProcess, key: str) -> httpx2.Client:
    line = next(line for line in stack.console.splitlines() if line.strip().startswith("api "))
    return httpx2.Client(base_url=line.split()[-1], headers={"Authorization": f"Bearer {key}"}, timeout=30)


def kill_everything(stack: StackProcess) -> None:
    for pid in (stack.process.pid, *stack.parts().values()):
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
    stack.process.wait(10)
    wait_for(lambda: not stack.remains(), "the end of all processes")


@pytest.mark.timeout(600)
def test_a_stack_that_was_killed_goes_on_where_it_stopped_and_one_that_ends_leaves_nothing(start: Start) -> None:
    stack = start()
    key = a_partners_key(stack)
    with client(stack, key) as api:
        opened = api.post("/v1/porting-cases", json=OPENING)
        assert opened.status_code == 201, opened.text
        address = opened.headers["Location"]
    kill_everything(stack)

    stack = start()
    with client(stack, key) as api:
        assert api.get(address).json()["reference"] == "ORDER-1"
        said = wait_for(lambda: _comment(api, address), "the case's answer", 60)
        assert said.status_code < 300, said.text
        kinds = [event["kind"] for event in api.get(f"{address}/timeline").json()["items"]]
        assert kinds[0] != kinds[-1] and len([kind for kind in kinds if "comment" in kind.lower()]) == 1
    worker = stack.parts()["worker"]
    os.kill(worker, signal.SIGKILL)
    stack.until_it_says("worker     is back", patience=120)
    assert stack.end() == 0
    assert stack.remains() == []


def _comment(api: httpx2.Client, address: str) -> httpx2.Response | None:
    """The answer to a comment, once the case's process takes it; the same key makes it one comment however often."""
    answer = api.post(f"{address}/comments", json={"text": "Still there?"}, headers={"Idempotency-Key": "once"})
    return None if answer.status_code in (409, 503) else answer
