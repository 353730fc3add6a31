"""The misbehaviour that scripts ask for at the level of HTTP: each one strikes when its turn has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sandbox.carrier.days import Days
from sandbox.carrier.progress import Script
from sandbox.carrier.script import Kind, Span, Step
from sandbox.carrier.store import Store

SILENT_SECONDS = 60.0
BUSY_SECONDS = 5.0
# Before an order is there nobody knows its place; a fault that counts in business days counts them here.
ANYWHERE = "GB@Europe/London"


@dataclass(frozen=True)
class Fault:
    """`status` is what is answered, 0 for nothing; with `after_write` the request is carried out all the same."""

    status: int
    after_write: bool = False
    seconds: float = 0.0


_FAULTS: dict[str, Callable[[Step], Fault]] = {
    "http_500": lambda step: Fault(500),
    "http_500_after_write": lambda step: Fault(500, after_write=True),
    "timeout": lambda step: Fault(0, after_write=True, seconds=step.seconds or SILENT_SECONDS),
    "garbage": lambda step: Fault(200),
    "rate_limit": lambda step: Fault(429, seconds=BUSY_SECONDS if step.seconds is None else step.seconds),
}


class Faults:
    """One fault a request; a step is used up by it, or lasts as long as it says, counted from its first victim."""

    def __init__(self, store: Store, days: Days) -> None:
        self._store = store
        self._days = days

    def take(self, keys: Iterable[str], *, write: bool, at: datetime) -> Fault | None:
        for key in dict.fromkeys(keys):
            script = self._store.script(key)
            while script and (index := script.next_of(Kind.FAULT)) is not None:
                step = script.steps[index]
                if not self._strikes(script, step, write, at):
                    break
                if self._is_over(script, step, at):
                    self._use_up(script, index, at)
                    continue
                if step.lasting is None:
                    self._use_up(script, index, at)
                return _FAULTS[step.do](step)
        return None

    def _strikes(self, script: Script, step: Step, write: bool, at: datetime) -> bool:
        if step.do == "http_500_after_write" and not write:
            return False
        return step.after is None or at >= self._later(script.base, step.after)

    def _is_over(self, script: Script, step: Step, at: datetime) -> bool:
        """Whether a lasting fault has lasted; its time begins with the first request it strikes."""
        if step.lasting is None:
            return False
        if script.fault_until is None:
            script.fault_until = self._later(at, step.lasting)
            self._store.save_script(script)
        return at >= script.fault_until

    def _use_up(self, script: Script, index: int, at: datetime) -> None:
        script.use(index, at)
        script.fault_until = None
        self._store.save_script(script)

    def _later(self, at: datetime, by: Span) -> datetime:
        return self._days.later(at, by, ANYWHERE)
