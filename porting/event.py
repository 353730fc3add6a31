"""What every event has in common."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """`numbers` are the lines concerned, as ordered; none means the whole case.

    `corrects` is the number of the timeline entry that this one corrects, 0 for none.
    """

    numbers: tuple[str, ...] = ()
    corrects: int = 0
