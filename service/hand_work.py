"""Work by hand as the doors tell it: what care did, how it knows what was said, when answers are due (R43)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from geography.calendars import Calendars
from porting import events
from porting.country import country
from porting.portability import Portability
from porting.reasons import Reason, is_secret
from porting.tasks import Due, due_after
from service.known_case import KnownCase
from service.refusals import refuse

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

    def reasons(self) -> Iterator[tuple[str, Reason]]:
        """What the answers object to, each with where it stands in the call."""
        for at, answer in enumerate(self.answers):
            yield from ((f"/answers/{at}/reasons/{of}", one) for of, one in enumerate(answer.objections))


@dataclass(frozen=True)
class NewsSource:
    """How care knows what it enters; `corrects` is the number of the entry that was wrong, 0 for none."""

    said_by: str = ""
    said_at: datetime | None = None
    documents: Sequence[str] = ()
    corrects: int = 0


UNKNOWN_SOURCE = NewsSource()


def check_no_secret(reasons: Iterable[tuple[str, Reason]]) -> None:
    """What a PIN should be is written nowhere. Raises RequestRefused at the pointer of the reason that says it."""
    for pointer, one in reasons:
        if one.donor_value and is_secret(one):
            text = "A PIN is kept nowhere but in the request: leave this empty, the partner gives the right one."
            raise refuse(f"{pointer}/donor_value", "invalid", text)


def answer_due(case: KnownCase, numbers: Sequence[str], calendars: Calendars, now: datetime) -> Due | None:
    """By when the losing side answers for these lines, by their country's typical time; None without open lines."""
    lines = [line for line in case.lines if line.number in numbers]
    if not lines:
        return None
    return due_after(calendars.of(lines[0].place), now, country(lines[0].country).by_hand.answer_days)
