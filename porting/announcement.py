"""What a case announces after a change: its new events, its header, and the lines that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from porting.dates import LocalDate
from porting.events import Entry
from porting.line import NumberLine
from porting.missing import MissingItem
from porting.orders import CarrierOrder
from porting.status import Status, WaitingOn


class ChangeStatus(StrEnum):
    """Where a date change stands (R25)."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    COUNTERED = "COUNTERED"
    DECLINED = "DECLINED"


@dataclass
class DateChange:
    """The latest date change of a case. `waiting` are the carrier orders that have not answered.

    `outcome` is the worst answer so far; it becomes the status once every order has answered.
    """

    id: str
    date: LocalDate
    numbers: tuple[str, ...]
    status: ChangeStatus
    fee: str
    currency: str
    waived_because: str = ""
    proposed_date: LocalDate | None = None
    waiting: tuple[int, ...] = ()
    outcome: ChangeStatus | None = None


@dataclass(frozen=True)
class Header:
    """Everything that is shown of a case but its lines. `alarm_at` is the next date in its diary.

    `work_due_at` is when the earliest work by hand is due, or was (R43).
    """

    status: Status
    waiting_on: WaitingOn
    waiting_since: datetime
    deadline: datetime | None
    next_step: str
    missing: tuple[MissingItem, ...]
    date_change: DateChange | None
    last_day_for_date_change: LocalDate | None
    orders: tuple[CarrierOrder, ...]
    silence_deadline: datetime | None
    alarm_at: datetime | None
    updated_at: datetime
    closed_at: datetime | None
    work_due_at: datetime | None = None


@dataclass(frozen=True)
class Announcement:
    """One step of a case as it is recorded: `version` grows by one a step, `lines` are (index, line) of the changed."""

    case_id: str
    version: int
    entries: tuple[Entry, ...]
    header: Header
    lines: tuple[tuple[int, NumberLine], ...]
