"""One clock for stories that are played side by side: time passes only while all of them wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# What is so near comes by itself: the clock runs on while nobody steers it.
NEAR = timedelta(seconds=5)
# Answers when to go on, given the sandbox's now.
Until = Callable[[datetime], datetime]
# Lets time pass up to an instant; without one until nothing is on its way. Answers the sandbox's now.
Pass = Callable[[datetime | None], Awaitable[datetime]]


@dataclass(eq=False)
class _Waiting:
    until: Until
    told: asyncio.Future[datetime] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    target: datetime | None = None


class Conductor:
    """`playing` stories wait for each other: the clock goes to the earliest hour that one of them wants."""

    def __init__(self, let_pass: Pass, playing: int, tell: Callable[[datetime], None] = lambda _: None) -> None:
        self._let_pass = let_pass
        self._playing = playing
        self._tell = tell
        self._waiting: list[_Waiting] = []
        self._all_wait = asyncio.Event()

    async def wait(self, until: Until) -> datetime:
        """Comes back when the clock has reached it and everything due until then has happened."""
        waiting = _Waiting(until)
        self._waiting.append(waiting)
        self._look()
        return await waiting.told

    def leave(self) -> None:
        """A story has ended."""
        self._playing -= 1
        self._look()

    async def conduct(self) -> None:
        """Runs until the last story has left. What goes wrong with the clock is raised in every story that waits."""
        while await self._until_all_wait():
            try:
                now = await self._let_pass(None)
                now = await self._go_to(min(self._target(one, now) for one in self._waiting), now)
            except Exception as trouble:
                self._break(trouble)
            else:
                self._tell(now)
                self._go_on(now)

    async def _go_to(self, target: datetime, now: datetime) -> datetime:
        if target <= now:
            return now
        if target - now > NEAR:
            return await self._let_pass(target)
        await asyncio.sleep((target - now).total_seconds())
        return await self._let_pass(None)

    async def _until_all_wait(self) -> bool:
        self._look()
        await self._all_wait.wait()
        return self._playing > 0

    def _look(self) -> None:
        if len(self._waiting) >= self._playing:
            self._all_wait.set()

    def _target(self, one: _Waiting, now: datetime) -> datetime:
        """Counted when all is settled, so that a day counts from when what was just done has arrived everywhere."""
        one.target = one.target or one.until(now)
        return one.target

    def _go_on(self, now: datetime) -> None:
        for one in self._take(lambda one: one.target is not None and one.target <= now):
            one.told.set_result(now)

    def _break(self, trouble: Exception) -> None:
        for one in self._take(lambda one: True):
            one.told.set_exception(trouble)

    def _take(self, is_ready: Callable[[_Waiting], bool]) -> list[_Waiting]:
        ready = [one for one in self._waiting if is_ready(one)]
        self._waiting = [one for one in self._waiting if one not in ready]
        self._all_wait.clear()
        return ready
