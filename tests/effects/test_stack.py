"""The stack's supervision, on real processes: what dies comes back and is named, what ends leaves nothing behind."""

import json
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.effects.stack_process import StackProcess, wait_for

SERVER = {"code": "serve"}
Start = Callable[..., StackProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a small stack on one folder; every one is ended after the test."""
    started: list[StackProcess] = []

    def starter(parts: object = None, **environment: str) -> StackProcess:
        wished = json.dumps(parts or {"one": SERVER, "two": {**SERVER, "needs": ["one"]}})
        environment = {"SMALL_STACK_PARTS": wished, **environment}
        started.append(StackProcess(tmp_path / "var", ["-m", "tests.effects.small_stack"], environment))
        return started[-1]

    yield starter
    for stack in started:
        stack.make_an_end()


def test_parts_start_in_the_order_of_their_readiness(start: Start) -> None:
    console = start(
        {"b": {**SERVER, "needs": ["a"]}, "a": {**SERVER, "needs": ["first"]}, "first": {"code": "", "once": True}}
    )
    said = console.until_it_says("Portdesk is ready")
    assert said.index("  a ") < said.index("  b ")


def test_a_part_loads_at_once_and_is_held_until_what_it_needs_is_ready(start: Start, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    os.mkfifo(allowed)
    stack = start(
        {"slow": {"code": SERVE_WHEN_ALLOWED}, "held": {**SERVER, "needs": ["slow"]}}, ALLOWED=str(allowed)
    )
    wait_for(lambda: set(stack.parts()) == {"slow", "held"}, "both to be begun")
    assert "  held " not in stack.console
    allowed.write_text("go on")
    said = stack.until_it_says("Portdesk is ready")
    assert said.index("  slow ") < said.index("  held ")
    os.kill(stack.parts()["held"], signal.SIGKILL)
    stack.until_it_says("held       is back")


# Whoever opens a pipe with a name waits for the other end.
SERVE_WHEN_ALLOWED = """
import os, signal
open(os.environ["ALLOWED"]).read()
os.write(int(os.environ["PORTDESK_READY_FD"]), b"ready")
signal.pause()
"""


def test_a_part_that_cannot_be_loaded_stops_the_stack_though_it_was_never_let_go(start: Start) -> None:
    stack = start(
        {
            "slow": {"code": "import signal; signal.pause()"},
            "held": {"code": "raise SystemExit('no such module')", "needs": ["slow"]},
        }
    )
    assert stack.process.wait(30) == 1
    assert "portdesk: held ended with exit status 1" in stack.console and "  no such module" in stack.console
    assert stack.remains() == []


def test_a_killed_part_is_named_and_started_again(start: Start) -> None:
    stack = start()
    stack.until_it_says("Portdesk is ready")
    first = stack.parts()["two"]
    os.kill(first, signal.SIGKILL)
    stack.until_it_says("two        is back")
    assert "! two was killed by SIGKILL after 0 s; it is started again in 0.5 s" in stack.console
    assert stack.parts()["two"] != first and stack.parts().keys() == {"one", "two"}


def test_pauses_grow_from_death_to_death(start: Start) -> None:
    stack = start()
    stack.until_it_says("Portdesk is ready")
    for times_back in (1, 2):
        os.kill(stack.parts()["two"], signal.SIGKILL)
        wait_for(lambda times=times_back: stack.console.count("two        is back") == times, "its return")
    os.kill(stack.parts()["two"], signal.SIGKILL)
    stack.until_it_says("again in 2 s")
    assert re.findall(r"again in (\S+) s", stack.console) == ["0.5", "1", "2"]


def test_the_last_words_of_a_part_that_failed_are_shown(start: Start) -> None:
    code = SERVE_ONCE_THEN_FAIL
    stack = start({"one": {"code": code}})
    said = stack.until_it_says("it is started again")
    assert "one ended with exit status 1" in said
    stack.until_it_says("no money left")


SERVE_ONCE_THEN_FAIL = """
import os, select
os.write(int(os.environ["PORTDESK_READY_FD"]), b"ready")
select.select([], [], [], 0.3)
raise SystemExit("no money left")
"""


def test_a_part_that_never_gets_ready_stops_the_stack_with_its_last_words(start: Start) -> None:
    stack = start({"one": {"code": "raise SystemExit('no such table')"}, "two": SERVER})
    assert stack.process.wait(30) == 1
    assert "portdesk: one ended with exit status 1" in stack.console
    assert "  no such table" in stack.console
    assert stack.remains() == []


def test_a_migration_that_fails_stops_the_stack(start: Start) -> None:
    stack = start({"migrate": {"code": "raise SystemExit(3)", "once": True}, "one": {**SERVER, "needs": ["migrate"]}})
    assert stack.process.wait(30) == 1
    assert "portdesk: migrate ended with exit status 3" in stack.console
    assert "  one" not in stack.console


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all_parts_and_leaves_nothing_behind(start: Start, number: signal.Signals) -> None:
    stack = start()
    stack.until_it_says("Portdesk is ready")
    assert stack.end(number) == 0
    assert stack.console.endswith("Portdesk has ended.\n")
    assert stack.remains() == []


def test_a_part_that_will_not_end_is_made_to_within_ten_seconds(start: Start) -> None:
    stack = start({"one": {"code": "stubborn"}, "two": SERVER})
    stack.until_it_says("Portdesk is ready")
    assert stack.end(patience=10) == 0
    assert stack.remains() == []


def test_a_second_signal_ends_a_stubborn_part_at_once(start: Start) -> None:
    stack = start({"one": {"code": "stubborn"}})
    stack.until_it_says("Portdesk is ready")
    stack.process.send_signal(signal.SIGINT)
    stack.until_it_says("Portdesk ends")
    assert stack.end(signal.SIGINT, patience=3) == 0


def test_a_signal_during_the_start_ends_what_has_started(start: Start) -> None:
    stack = start({"one": SERVER, "slow": {"code": "import signal; signal.pause()"}})
    stack.until_it_says("  one ")
    assert stack.end() == 130
    assert stack.remains() == []
    assert "never retrieved" not in stack.console and stack.console.endswith("Portdesk has ended.\n")


def test_a_killed_stack_takes_its_parts_with_it(start: Start) -> None:
    stack = start({"one": {"code": "stubborn"}, "two": SERVER})
    stack.until_it_says("Portdesk is ready")
    pids = stack.parts().values()
    stack.end(signal.SIGKILL)
    wait_for(lambda: not any(map(psutil.pid_exists, pids)) or not stack.remains(), "the parts' end")
    assert stack.remains() == []


def test_after_a_kill_the_next_start_goes_on_in_the_same_folder(start: Start) -> None:
    first = start()
    first.until_it_says("Portdesk is ready")
    (first.var / "portdesk.db").write_text("kept")
    first.end(signal.SIGKILL)
    start().until_it_says("Portdesk is ready")
    assert (first.var / "portdesk.db").read_text() == "kept"


def test_a_second_stack_on_the_same_folder_is_refused_in_one_line(start: Start) -> None:
    first = start()
    first.until_it_says("Portdesk is ready")
    second = start()
    assert second.process.wait(30) == 1
    assert second.console.count("\n") == 1
    assert f"Portdesk runs already on {first.var} (process {first.process.pid})" in second.console
    assert first.process.poll() is None


def test_a_taken_port_is_told_in_one_line_that_names_the_setting(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        stack = start(PORTDESK_API_PORT=str(port))
        assert stack.process.wait(30) == 1
    complaints = [line for line in stack.console.splitlines() if line.startswith("portdesk: ")]
    assert len(complaints) == 1
    assert f"Port {port} for the API is taken by " in complaints[0] and f"(process {os.getpid()})" in complaints[0]
    assert "PORTDESK_API_PORT" in complaints[0]


def test_a_sandbox_takes_another_port_for_its_inner_parts(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        stack = start(PORTDESK_SANDBOX="1", PORTDESK_MAILBOX_PORT=str(taken.getsockname()[1]))
        stack.until_it_says("Portdesk is ready")
        assert (
            json.loads((stack.var / "sandbox.json").read_text())["mailbox_url"]
            != f"http://127.0.0.1:{taken.getsockname()[1]}"
        )


def test_a_missing_server_program_is_told_in_one_line(start: Start) -> None:
    stack = start(PORTDESK_TEMPORAL_BINARY="/no/such/temporal")
    assert stack.process.wait(30) == 1
    assert "portdesk: The Temporal server's program is missing (looked for /no/such/temporal)" in stack.console
    assert "make setup" in stack.console and "Traceback" not in stack.console


def test_a_folder_that_cannot_be_written_is_told_in_one_line(start: Start) -> None:
    stack = start(PORTDESK_VAR="/proc/portdesk")
    assert stack.process.wait(30) == 1
    assert stack.console.count("\n") == 1 and stack.console.startswith("portdesk: /proc/portdesk cannot be written")


def test_a_wrong_setting_stops_the_start_before_anything_is_made(start: Start) -> None:
    stack = start(PORTDESK_SILENCE_DAYS="never")
    assert stack.process.wait(30) != 0
    assert "PORTDESK_SILENCE_DAYS=never is wrong" in stack.console


def test_a_sandbox_begins_anew_and_leaves_the_real_state_alone(start: Start) -> None:
    first = start(PORTDESK_SANDBOX="1")
    first.until_it_says("Portdesk is ready")
    (first.var / "portdesk.db").write_text("real")
    (first.var / "sandbox" / "portdesk.db").write_text("rehearsed")
    assert first.end() == 0
    start(PORTDESK_SANDBOX="1").until_it_says("Portdesk is ready")
    assert (first.var / "portdesk.db").read_text() == "real"
    assert not (first.var / "sandbox" / "portdesk.db").exists()
