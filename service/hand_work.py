"""Work by hand as the doors tell it: what care did, how it knows what was said, when answers are due (R43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geography.calendars import Calendars
from porting import events
from porting.country import country
from porting.portability import Portability
from porting.tasks import Due, due_after
from service.known_case import KnownCase

# What carrier news leaves on the timeline.
CORRECTABLE = frozenset(
    event.kind
    for event in (
        events.OrderAcknowledged, events.DataMissing, events.DateConfirmed, events.DateMoved, events.DateChangeAccepted,
        events.DateChangeCountered, events.DateChangeDeclined, events.PortingFailed, events.NewsEntered,
    )
)  # fmt: skip


@dataclass(frozen=True)
class TaskReport:
    """What care says of a task that it did; `documents` are on the case, `answers` those to a validation."""

    note: str = ""
    documents: Sequence[str] = ()
    answers: tuple[Portability, ...] = ()


@dataclass(frozen=True)
class NewsSource:
    """How care knows what it enters; `corrects` is the number of the entry that was wrong, 0 for none."""

    said_by: str = ""
    said_at: datetime | None = None
    documents: Sequence[str] = ()
    corrects: int = 0


UNKNOWN_SOURCE = NewsSource()


def answer_due(case: KnownCase, numbers: Sequence[str], calendars: Calendars, now: datetime) -> Due | None:
    """By when the losing side answers for these lines, by their country's typical time; None without open lines."""
    lines = [line for line in case.lines if line.number in numbers]
    if not lines:
        return None
    return due_after(calendars.of(lines[0].place), now, country(lines[0].country).by_hand.answer_days)
