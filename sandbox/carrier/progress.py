"""How far a number's script has come, and which step's turn it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.carrier.script import STORY, Kind, Step


@dataclass
class Script:
    """The steps for one number line, and how far they have come. `base` is what the next `after` counts from."""

    key: str
    steps: tuple[Step, ...]
    base: datetime
    used: set[int] = field(default_factory=set)
    fault_until: datetime | None = None

    def reached(self, index: int) -> bool:
        """Whether what it waits for has been, or was gone past.

        An answer and an activation wait for the carrier's own steps before them and not for each other, since a date
        change need never be asked for; faults and shapers wait for all.
        """
        holds = {Kind.TIMELINE} if self.steps[index].kind in STORY else STORY
        return not any(self.steps[i].kind in holds for i in range(self._position(), index))

    def next_of(self, kind: Kind) -> int | None:
        """The first unused step of the kind; None when there is none, or when others come before it."""
        found = next((i for i, step in enumerate(self.steps) if step.kind is kind and i not in self.used), None)
        return found if found is not None and self.reached(found) else None

    def next_timeline(self, *, confirmed: bool) -> int | None:
        """The step whose turn it is. Answers and activations hold up what follows, once there is a confirmed date."""
        for i in self.coming():
            if self.steps[i].kind is Kind.TIMELINE:
                return i
            if confirmed:
                return None
        return None

    def coming(self) -> list[int]:
        """The steps of the story that are still to come, in order."""
        return [i for i in range(self._position(), len(self.steps)) if self.steps[i].kind in STORY]

    def use(self, index: int, at: datetime) -> None:
        self.used.add(index)
        if self.steps[index].kind in STORY:
            self.base = max(self.base, at)

    def _position(self) -> int:
        return 1 + max((i for i in self.used if self.steps[i].kind in STORY), default=-1)
