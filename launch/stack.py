"""Starts the whole of Portdesk on one machine, keeps it alive, and ends it without leaving anything behind."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Iterator
from typing import Any

from launch import plan as planning
from launch.child import Child
from launch.clock import steered
from launch.console import Console, complain
from launch.parts import own, parts
from launch.plan import Plan
from launch.sandbox_json import addresses, read_credentials, sandbox_json, write_sandbox_json
from launch.settings import Settings, unknown
from launch.state import in_words, only_one, prepare
from launch.supervisor import Supervisor
from launch.trouble import CannotStart
from launch.upkeep import keep_in_bounds

INTERRUPTED = 130
BEGIN = "`.venv/bin/portdesk partner add`, `key add --partner` and `staff add`"


def start(settings: Settings, *, demo: bool = False, exit_after_demo: bool = False) -> int:
    """Runs until Ctrl-C or SIGTERM; the exit status. What stops it is told in one line."""
    console = Console()
    try:
        with _prepared(settings, console) as plan:
            return asyncio.run(_Stack(plan, console).run(demo=demo, exit_after_demo=exit_after_demo))
    except CannotStart as trouble:
        complain(str(trouble))
    except OSError as trouble:
        complain(in_words(trouble, settings.var))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1


@contextlib.contextmanager
def _prepared(settings: Settings, console: Console) -> Iterator[Plan]:
    var = settings.var.absolute()
    effective = planning.rehearsed(settings) if settings.sandbox else settings
    with only_one(var / ("sandbox.lock" if settings.sandbox else "stack.lock")):
        folder = effective.var.absolute()
        prepare(folder, wipe=settings.sandbox)
        if settings.sandbox:
            steered(effective)
        console.say(f"Portdesk starts{' a sandbox' if settings.sandbox else ''}; state and logs in {folder}")
        for name in unknown():
            console.say(f"! {name} is set, and Portdesk has no such setting")
        yield planning.make(effective, folder)


class _Stack:
    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._stop = asyncio.Event()
        self._is_new = not (plan.folder / "portdesk.db").exists()

    async def run(self, *, demo: bool, exit_after_demo: bool) -> int:
        self._supervisor = Supervisor(parts(self._plan), self._plan.environment(), self._plan.folder, self._console)
        self._listen_for_signals()
        upkeep = asyncio.create_task(keep_in_bounds(self._plan.folder, self._console))
        try:
            if not await self._unless_stopped(self._supervisor.start()):
                return INTERRUPTED
            self._announce()
            status = await self._demo() if demo else 0
            if not (demo and exit_after_demo) and not self._stop.is_set():
                if demo:
                    # Told again: the stories have pushed it off the screen.
                    self._announce()
                await self._serve(again=demo)
            return status
        finally:
            upkeep.cancel()
            await self._supervisor.stop()
            self._console.say("Portdesk has ended.")

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Waits for the work; answers False when the stack was asked to stop before it was done."""
        task = asyncio.create_task(work)
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not task.done():
            task.cancel()
            return False
        await task
        return True

    def _listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_stop)

    def _asked_to_stop(self) -> None:
        """The first time all parts may end in order; the second time they end at once."""
        if self._stop.is_set():
            self._supervisor.kill()
        else:
            self._console.say("Portdesk ends ...")
            self._stop.set()

    async def _serve(self, *, again: bool) -> None:
        if again:
            self._announce()
        await self._unless_stopped(self._supervisor.watch())

    def _announce(self) -> None:
        credentials = read_credentials(self._plan.folder)
        if self._plan.settings.sandbox:
            write_sandbox_json(self._plan, credentials)
        self._console.table("Portdesk is ready. Ctrl-C ends it.", addresses(self._plan, credentials))
        if self._is_new and not self._plan.settings.sandbox:
            self._console.say(f"Nobody may use it yet: {BEGIN} let them in.")

    async def _demo(self) -> int:
        """Plays the stories in a process of its own, which speaks to the console itself; its exit status."""
        player = await Child.start(own("play", str(sandbox_json(self._plan))), self._plan.environment(), None)
        stop = asyncio.create_task(self._stop.wait())
        end = asyncio.create_task(player.wait())
        await asyncio.wait([stop, end], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not end.done():
            await player.stop(2.0)
            return INTERRUPTED
        return end.result()
