"""A stack of the bench's own: the product's processes as an operator starts them, on free ports and a folder."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).parents[1]
PORTS = ("API", "TEMPORAL", "TEMPORAL_UI", "MAILBOX", "MAILBOX_SMTP", "CARRIER")
PATIENCE = 900.0


def free_ports() -> dict[str, int]:
    """Ports that stay the same when the stack is started again, as an operator's do."""
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in PORTS}
    ports = {name: taken.getsockname()[1] for name, taken in sockets.items()}
    for taken in sockets.values():
        taken.close()
    return ports


class Process:
    """The supervisor of one stack. An empty `database_url` means SQLite in the folder; `settings` without prefix."""

    def __init__(self, var: Path, database_url: str, **settings: str) -> None:
        self.var = var
        self.ports = free_ports()
        self._console = var / "console.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTDESK_")},
            **{f"PORTDESK_{name}_PORT": str(port) for name, port in self.ports.items()},
            "PORTDESK_VAR": str(var),
            "PORTDESK_DATABASE_URL": database_url,
            "PORTDESK_API_CALLS_PER_MINUTE": "10000000",
            "PORTDESK_MAX_NUMBERS": "11000",
            **{f"PORTDESK_{name}": value for name, value in settings.items()},
        }

    async def start(self, command: str = "run") -> float:
        """Seconds until the stack says that it is ready."""
        began = time.monotonic()
        self.var.mkdir(parents=True, exist_ok=True)
        with self._console.open("ab") as output:
            said = output.tell()
            self._process = self.begin(["-P", "-m", "launch.cli", command], output)
        await self.until(lambda: b"Portdesk is ready" in self._console.read_bytes()[said:], "the stack")
        return time.monotonic() - began

    def begin(
        self, words: Sequence[str], output: IO[bytes], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Another Python process with the stack's settings, or in that environment."""
        own = self._environment if environment is None else environment
        return subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=own, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def say(self, *words: str) -> str:
        """What a command of the operator's tool prints."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "launch.cli", *words], cwd=ROOT, env=self._environment, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def parts(self) -> list[psutil.Process]:
        """The stack's own processes, without the supervisor."""
        return psutil.Process(self._process.pid).children(recursive=True) if self._process else []

    def resident(self, part: str) -> int:
        """Bytes of memory that the part's processes hold. Raises RuntimeError when there is none."""
        return sum(one.memory_info().rss for one in self.named(part))

    def named(self, part: str) -> list[psutil.Process]:
        """The processes of a part. Raises RuntimeError when there is none."""
        found = [one for one in self.parts() if {"launch.cli", part} <= set(one.cmdline())]
        if not found:
            raise RuntimeError(f"no {part} is running")
        return found

    def kill(self) -> None:
        """kill -9 of everything at once."""
        parts = self.parts()
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
        for part in parts:
            with suppress(psutil.NoSuchProcess):
                part.kill()
        psutil.wait_procs(parts, 10)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    async def until(self, question: Callable[[], bool], what: str) -> None:
        """Raises RuntimeError with the last words of the console."""
        end = time.monotonic() + PATIENCE
        while not question():
            if time.monotonic() > end or (self._process and self._process.poll() is not None):
                words = self._console.read_text(errors="replace")[-2000:] if self._console.exists() else ""
                raise RuntimeError(f"waited in vain for {what}\n{words}")
            await asyncio.sleep(0.02)
