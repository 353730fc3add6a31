"""One child process of the stack: its own process group, its output in a log file, and death when its parent dies."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

READY_FD = "PORTDESK_READY_FD"
GO_FD = "PORTDESK_GO_FD"
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    """Runs between fork and exec. Without it a kill -9 of the stack would leave its children behind."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def tail(log: Path, lines: int = 8) -> list[str]:
    """The last lines of a log; reads no more than its last 16 kB."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 16_384))
            return file.read().decode(errors="replace").splitlines()[-lines:]
    except OSError:
        return []


class Child:
    """A running process. `said_ready` comes true when it wrote to the pipe that READY_FD names.

    One that is held loads its program and then reads from the pipe that GO_FD names, until it is let go.
    """

    def __init__(self, process: asyncio.subprocess.Process, pipe: BinaryIO, go: BinaryIO) -> None:
        self.process = process
        self.said_ready = asyncio.Event()
        self._pipe = pipe
        self._go = go
        asyncio.get_running_loop().add_reader(pipe, self._read)

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], log: Path | None, *, held: bool = False
    ) -> "Child":
        """Raises OSError when it cannot be started or logged. Without a log it speaks to the console."""
        (reader, writer), (held_at, go) = os.pipe(), os.pipe()
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if log else None
        pipes = {READY_FD: writer, **({GO_FD: held_at} if held else {})}
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**environment, **{name: str(descriptor) for name, descriptor in pipes.items()}},
                pass_fds=tuple(pipes.values()),
                process_group=0,
                preexec_fn=_die_with_parent,
            )
        except BaseException:
            os.close(reader)
            os.close(go)
            raise
        finally:
            os.close(writer)
            os.close(held_at)
            if output is not None:
                os.close(output)
        return cls(process, os.fdopen(reader, "rb", buffering=0), os.fdopen(go, "wb", buffering=0))

    def let_go(self) -> None:
        """All that it needs is ready."""
        # It may have died in this moment, which `wait` tells.
        with contextlib.suppress(BrokenPipeError), self._go:
            self._go.write(b"go\n")

    def _read(self) -> None:
        if self._pipe.read(64):
            self.said_ready.set()
        else:
            self._close()

    def _close(self) -> None:
        if not self._pipe.closed:
            asyncio.get_running_loop().remove_reader(self._pipe)
            self._pipe.close()

    @property
    def pid(self) -> int:
        return self.process.pid

    async def wait(self) -> int:
        """The exit status; a negative one is the signal that ended it."""
        status = await self.process.wait()
        self._close()
        self._go.close()
        return status

    def send(self, number: signal.Signals) -> None:
        """To the whole process group, so that what the child started ends too."""
        if self.process.returncode is None:
            os.killpg(self.pid, number)

    async def stop(self, seconds: float) -> None:
        """Asks it to end, and after so many seconds makes it end."""
        self.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.wait(), seconds)
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.wait()


def how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
