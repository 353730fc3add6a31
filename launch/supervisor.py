"""Keeps the parts of the stack alive: lets each begin when what it needs is ready, and starts it again when it dies."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launch.child import Child, how_it_ended, tail
from launch.console import Console
from launch.trouble import StackFailed

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
# A part that lived as long as this is healthy again: its next death counts as the first.
HEALTHY_AFTER = 60.0
TRIES_AT_FIRST = 3
READY_WITHIN = 180.0


@dataclass(frozen=True)
class Part:
    """One process of the stack.

    `needs` are parts that must be ready before it begins its work; it loads its program meanwhile. A part with `once`
    runs to its end (migrations). `probe` asks whether it serves; without one the part says so itself. `last` parts are
    stopped after all others. `grace` is how many seconds its end may take where that is longer than others'.
    """

    name: str
    command: Sequence[str]
    needs: frozenset[str] = frozenset()
    once: bool = False
    last: bool = False
    probe: Callable[[], Awaitable[bool]] | None = None
    shows: str = ""
    grace: float = 0.0
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    def __init__(self, parts: Sequence[Part], environment: Mapping[str, str], folder: Path, console: Console) -> None:
        self._parts = {part.name: part for part in parts}
        self._environment = environment
        self._folder = folder
        self._console = console
        self._ready = {part.name: asyncio.Event() for part in parts}
        self._children: dict[str, Child] = {}
        self._starts = dict.fromkeys(self._parts, 0)
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Returns when all parts are ready; raises StackFailed when one of them never gets there."""
        self._tasks = [asyncio.create_task(self._keep_or_fail(part)) for part in self._parts.values()]
        all_ready = asyncio.create_task(self._all_ready(self._ready))
        first: list[asyncio.Future[None]] = [all_ready, self._failure]
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            all_ready.cancel()
        if self._failure.done():
            await self._failure

    async def _all_ready(self, names: Iterable[str]) -> None:
        for name in names:
            await self._ready[name].wait()

    async def watch(self) -> None:
        """Waits; raises StackFailed when a part fails for good. Cancelled by whoever stops the stack."""
        await asyncio.shield(self._failure)

    async def stop(self, seconds: float = 9.0) -> None:
        """Ends all parts within so many seconds, those marked `last` after the others, and each within its grace."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for last in (False, True):
            share = seconds * (0.35 if last else 0.65)
            children = [(child, self._parts[name]) for name, child in self._children.items()]
            ending = [child.stop(max(share, part.grace)) for child, part in children if part.last is last]
            await asyncio.gather(*ending)

    def kill(self) -> None:
        for child in self._children.values():
            child.send(signal.SIGKILL)

    async def _keep_or_fail(self, part: Part) -> None:
        try:
            await self._keep(part)
        except StackFailed as failure:
            self._fail(failure)
        except OSError as trouble:
            self._fail(StackFailed(f"{part.name}: {trouble.strerror or trouble} ({trouble.filename})."))

    def _fail(self, failure: StackFailed) -> None:
        if not self._failure.done():
            self._failure.set_exception(failure)

    async def _keep(self, part: Part) -> None:
        deaths = 0
        while True:
            began = time.monotonic()
            status = await self._live(part)
            if part.once and status == 0:
                return
            lived = time.monotonic() - began
            deaths = 1 if lived > HEALTHY_AFTER else deaths + 1
            pause = min(SHORTEST_PAUSE * 2 ** (deaths - 1), LONGEST_PAUSE)
            self._mourn(part, status, deaths, lived, pause)
            await asyncio.sleep(pause)

    async def _live(self, part: Part) -> int:
        """One life of a part, from its start to its end; its exit status."""
        environment = {**self._environment, **part.environment}
        child = await Child.start(part.command, environment, self.log(part.name), held=bool(part.needs))
        self._children[part.name] = child
        self._starts[part.name] += 1
        self._write_state()
        death = asyncio.create_task(child.wait())
        try:
            await self._until_let_go(part, child, death)
            await self._until_ready(part, child, death)
            return await asyncio.shield(death)
        finally:
            if not self._stopping:
                self._children.pop(part.name, None)

    async def _until_let_go(self, part: Part, child: Child, death: asyncio.Task[int]) -> None:
        needed = asyncio.create_task(self._all_ready(part.needs))
        try:
            await asyncio.wait([needed, death], return_when=asyncio.FIRST_COMPLETED)
        finally:
            needed.cancel()
        if not death.done():
            child.let_go()

    async def _until_ready(self, part: Part, child: Child, death: asyncio.Task[int]) -> None:
        if part.once:
            if await asyncio.shield(death) == 0:
                self._ready[part.name].set()
            return
        serving = asyncio.create_task(self._serves(part, child))
        try:
            await asyncio.wait([serving, death], timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            serving.cancel()
        if serving.done() and not serving.cancelled() and not death.done():
            self._console.ready(part.name, part.shows, again=self._starts[part.name] > 1)
            self._ready[part.name].set()
        elif not death.done():
            raise StackFailed(self._with_last_words(part, f"{part.name} was not ready after {READY_WITHIN:.0f} s."))

    async def _serves(self, part: Part, child: Child) -> None:
        if part.probe is None:
            await child.said_ready.wait()
            return
        while not await part.probe():  # noqa: ASYNC110  (another process: there is no event to wait for)
            await asyncio.sleep(0.05)

    def _mourn(self, part: Part, status: int, deaths: int, lived: float, pause: float) -> None:
        sentence = f"{part.name} {how_it_ended(status)} after {lived:.0f} s"
        if part.once or (not self._ready[part.name].is_set() and deaths >= TRIES_AT_FIRST):
            raise StackFailed(self._with_last_words(part, f"{sentence}; the stack cannot run without it."))
        words = tail(self.log(part.name), 4) if status >= 0 else []
        self._console.died(f"{sentence}; it is started again in {pause:g} s", words)

    def _with_last_words(self, part: Part, sentence: str) -> str:
        log = self.log(part.name)
        return "\n".join([f"{sentence} Its log: {log}", *(f"  {line}" for line in tail(log))])

    def log(self, name: str) -> Path:
        return self._folder / "logs" / f"{name}.log"

    def _write_state(self) -> None:
        """Which process is which, for `portdesk doctor` and for whoever wants to kill one."""
        state = {name: {"pid": child.pid, "starts": self._starts[name]} for name, child in self._children.items()}
        path = self._folder / "stack.json"
        with contextlib.suppress(OSError):  # a full disk must not end what still runs
            path.with_suffix(".new").write_text(json.dumps(state, indent=1))
            path.with_suffix(".new").replace(path)
