"""What is said while a story is played: one line a step, an event of a case, or a state; and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    DONE = "done"
    FAILED = "failed"
    EVENT = "event"
    STATE = "state"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Line:
    """`at` is the sandbox's clock, aware UTC; None where the line belongs to the one before."""

    mark: Mark
    text: str
    at: datetime | None = None


Tell = Callable[[Line], None]


@dataclass
class Result:
    """How a story went; `cases` are the cases it opened, as the API shows them at its end."""

    name: str
    title: str
    failures: list[str] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def went_as_told(self) -> bool:
        return not self.failures
