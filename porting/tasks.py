"""Work that care does by hand for a carrier without an interface, as the case knows it (R43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from porting.dates import Calendar
from porting.zones import local_date, moment

CLOSE_OF_BUSINESS = time(17, 0)


class TaskKind(StrEnum):
    """Which command to the carrier a person carries out."""

    SUBMIT = "SUBMIT"
    AMEND = "AMEND"
    CHANGE_DATE = "CHANGE_DATE"
    CANCEL = "CANCEL"
    TELL = "TELL"
    VALIDATE = "VALIDATE"
    ACTIVATE = "ACTIVATE"


# After these the losing side has something to say.
ASKS = frozenset({TaskKind.SUBMIT, TaskKind.AMEND, TaskKind.CHANGE_DATE, TaskKind.CANCEL})

DEEDS: Mapping[TaskKind, str] = {
    TaskKind.SUBMIT: "passes the order for {} to the losing side",
    TaskKind.AMEND: "passes the corrected order for {} to the losing side",
    TaskKind.CHANGE_DATE: "asks the losing side for another date for {}",
    TaskKind.CANCEL: "cancels the order for {} at the losing side",
    TaskKind.TELL: "passes a message about {} to the losing side",
    TaskKind.VALIDATE: "asks the losing side whether {} can be ported",
    TaskKind.ACTIVATE: "has the cut-over of {} carried out",
}


@dataclass(frozen=True)
class Due:
    """The end of a business day where the numbers are: the local day, and the instant (aware UTC)."""

    on: date
    at: datetime


def due_after(calendar: Calendar, now: datetime, days: int) -> Due:
    """So many business days from now; today does not count. Raises DateTooFar."""
    zone = calendar.time_zone
    day = calendar.add_business_days(local_date(now, zone), days)
    return Due(day, moment(day, CLOSE_OF_BUSINESS, zone))


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A task that waits for care; everything that it takes to do it lies in storage. `overdue`: that was told.

    `renewed`: an earlier instruction made it, and what it passes on was written anew.
    """

    id: str
    kind: TaskKind
    numbers: tuple[str, ...]
    due: Due
    overdue: bool = False
    renewed: bool = False


@dataclass(frozen=True, kw_only=True)
class AwaitedAnswer:
    """The losing side was asked and answers until then; once it is `overdue`, care asks there."""

    due: Due
    overdue: bool = False
