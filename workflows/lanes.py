"""Carries out a case's instructions: in order within a lane, lanes side by side, so that none holds up another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from porting import verbs
    from porting.case import Case
    from porting.instructions import AnyInstruction
    from workflows import steps


class Lanes:
    """One lane a carrier order, one for temporary numbers, one for the number platform."""

    def __init__(self, case: Case, stir: Callable[[], None]) -> None:
        self._case = case
        self._stir = stir
        self._busy: dict[str, asyncio.Task[None]] = {}

    @property
    def are_idle(self) -> bool:
        """Whether nothing is being done outside this moment."""
        return not self._busy and not self._case.instructions

    def give_out(self) -> None:
        """Start each lane that has something to do and rests."""
        for instruction in self._case.instructions:
            if instruction.lane not in self._busy:
                self._busy[instruction.lane] = asyncio.create_task(self._work(instruction.lane))

    def _next(self, lane: str) -> AnyInstruction | None:
        return next((one for one in self._case.instructions if one.lane == lane), None)

    async def _work(self, lane: str) -> None:
        while (instruction := self._next(lane)) is not None:
            answer = await steps.carry_out(instruction)
            verbs.done(self._case, instruction, answer, workflow.now())
            self._stir()
        del self._busy[lane]
        self._stir()
