"""Starts a stack as a process of its own and watches it from outside, as an operator would."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psutil

from tests.house.sources import ROOT

T = TypeVar("T")
ANY_PORTS = {
    f"PORTDESK_{name}_PORT": "0"
    for name in ("API", "TEMPORAL", "TEMPORAL_UI", "MAILBOX", "MAILBOX_SMTP", "CARRIER", "CLEARING_HOUSE")
}


def wait_for(question: Callable[[], T], what: str, patience: float = 30.0) -> T:
    """The first true answer; the test fails when none comes in time."""
    end = time.monotonic() + patience
    pause = threading.Event()
    while time.monotonic() < end:
        if answer := question():
            return answer
        pause.wait(0.02)
    raise AssertionError(f"waited {patience:g} s in vain for {what}")


class StackProcess:
    """A stack on a folder of its own and on ports that are free."""

    def __init__(self, var: Path, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.var = var
        var.mkdir(parents=True, exist_ok=True)
        self._console = var / "console.txt"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTDESK_")}
        with self._console.open("ab") as output:
            self._began_at = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**inherited, **ANY_PORTS, "PORTDESK_VAR": str(var), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def console(self) -> str:
        """What this process has said so far."""
        return self._console.read_bytes()[self._began_at :].decode()

    def parts(self, folder: str = ".") -> dict[str, int]:
        """Process ids by part."""
        try:
            state = json.loads((self.var / folder / "stack.json").read_text())
        except FileNotFoundError:
            return {}
        return {name: part["pid"] for name, part in state.items()}

    def until_it_says(self, words: str, patience: float = 30.0) -> str:
        wait_for(lambda: words in self.console or self.process.poll() is not None, repr(words), patience)
        assert words in self.console, self.console
        return self.console

    def end(self, number: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> int:
        """Its exit status; the test fails when it takes longer than that."""
        self.process.send_signal(number)
        return self.process.wait(patience)

    def remains(self) -> list[psutil.Process]:
        """Processes of this stack that still live: they have its folder in their environment."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and str(self.var) in process.environ().get(
                "PORTDESK_VAR", ""
            )
        except psutil.Error:
            return False

    def make_an_end(self) -> None:
        for process in (*self.remains(),):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(10)
