"""Plays stories side by side on one sandbox: each step is done, told and held against what the story expects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx2

from sandbox.demo.calls import Calls
from sandbox.demo.conductor import Conductor
from sandbox.demo.deeds import Deeds, Done
from sandbox.demo.follow import Follower
from sandbox.demo.lines import Line, Mark, Result, Tell
from sandbox.demo.story import Step, Story
from sandbox.demo.values import NotKnown, Values

Told = Callable[[str, Line], None]
Ended = Callable[[Result], None]


class _Failed(Exception):
    """A step did not go as told; what was expected and what came stands in the result."""


class _Play:
    """One story being played."""

    def __init__(self, name: str, story: Story, calls: Calls, conductor: Conductor, tell: Tell) -> None:
        self._story = story
        self._calls = calls
        self._conductor = conductor
        self._tell = tell
        self._follower = Follower(calls)
        self.result = Result(name, story.title)

    async def play(self) -> Result:
        try:
            values = Values(self._story.place, await self._calls.now(), {"number": self._story.number})
            self.result.began = values.now
            deeds = Deeds(self._calls, values, self._follower)
            for step in self._story.steps:
                await self._step(deeds, step)
            self._all_closed()
        except _Failed:
            pass
        except (NotKnown, httpx2.HTTPError) as trouble:
            self._fail([str(trouble) or type(trouble).__name__])
        self.result.cases = list(self._follower.cases.values())
        return self.result

    async def _step(self, deeds: Deeds, step: Step) -> None:
        at = deeds.values.now = await self._calls.now()
        try:
            done = await deeds.do(step)
        except NotKnown as trouble:
            done = Done(getattr(step, "says", None) or "", [str(trouble)])
        self._tell(Line(Mark.FAILED if done.problems else Mark.DONE, done.says, at))
        if done.problems:
            self._fail(done.problems)
            raise _Failed
        if done.until is not None:
            self.result.ended = await self._conductor.wait(done.until)
            for line in await self._follower.news():
                self._tell(line)

    def _fail(self, problems: list[str]) -> None:
        links = [f"the case: {self._calls.desk_url}/cases/{case_id}" for case_id in self._follower.cases]
        self.result.failures += problems
        for problem in [*problems, *links]:
            self._tell(Line(Mark.DIFFERS, problem))

    def _all_closed(self) -> None:
        left = [case for case in self._follower.cases.values() if case["closed_at"] is None]
        if left:
            self._fail([f"{case['id']}: expected to be closed, is {case['status']}" for case in left])


async def play_all(
    sandbox: Mapping[str, Any],
    stories: Mapping[str, Story],
    tell: Told = lambda name, line: None,
    ended: Ended = lambda result: None,
    tick: Callable[[datetime], None] = lambda now: None,
) -> list[Result]:
    """Plays them all, with one clock. `sandbox` is what var/sandbox.json holds; the results come in the stories'
    order, while `tell` and `ended` hear of each as it happens and `tick` of the clock."""
    calls = Calls(sandbox)
    conductor = Conductor(calls.let_pass, len(stories), tick)

    async def one(name: str, story: Story) -> Result:
        try:
            result = await _Play(name, story, calls, conductor, lambda line: tell(name, line)).play()
            ended(result)
            return result
        finally:
            conductor.leave()

    conducting = asyncio.create_task(conductor.conduct())
    try:
        return list(await asyncio.gather(*(one(name, story) for name, story in stories.items())))
    finally:
        conducting.cancel()
        await asyncio.gather(conducting, return_exceptions=True)
        await calls.close()
