"""What people tell a case: one value for each call that can be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from porting.dates import CutoverPlan, LocalDate
from porting.portability import Portability
from porting.reasons import Reason
from porting.tasks import Due


class Role(StrEnum):
    """On whose behalf something was done."""

    PARTNER = "partner"
    CARE = "care"
    CARRIER = "carrier"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who did it: the role and the name that the timeline shows."""

    role: Role
    name: str


SYSTEM = Actor(Role.SYSTEM, "Portdesk")
PLATFORM = Actor(Role.SYSTEM, "the number platform")
CARRIER = Actor(Role.CARRIER, "the carrier")


@dataclass(frozen=True, kw_only=True)
class AnswerItems:
    """The partner settles missing items; the values lie in storage under `answer_id` (R11, R28).

    All lines of the items `removed` are taken out, and of the others those of `removed_numbers`.
    """

    actor: Actor
    answer_id: str
    items: tuple[str, ...]
    removed: tuple[str, ...] = ()
    removed_numbers: tuple[str, ...] = ()
    requested_date: LocalDate | None = None
    comment: str = ""
    kind: Literal["answer_items"] = "answer_items"


@dataclass(frozen=True, kw_only=True)
class AddComment:
    """Somebody writes on the case; an internal comment is care's own, `to_carrier` goes on to the carrier."""

    actor: Actor
    comment_id: str
    text: str
    internal: bool = False
    to_carrier: bool = False
    kind: Literal["add_comment"] = "add_comment"


@dataclass(frozen=True, kw_only=True)
class AddDocument:
    """A document was put on the case."""

    actor: Actor
    document_id: str
    document_kind: str
    name: str
    kind: Literal["add_document"] = "add_document"


@dataclass(frozen=True, kw_only=True)
class ChangeDate:
    """Move a confirmed date (R23-R25). The door has checked that `date` is a bookable day; `plans` follow from it."""

    actor: Actor
    change_id: str
    date: LocalDate
    currency: str
    accept_fee: bool
    waive_fee_reason: str = ""
    numbers: tuple[str, ...] = ()
    plans: tuple[CutoverPlan, ...] = ()
    kind: Literal["change_date"] = "change_date"


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Give lines up; no numbers means all that are open (R03)."""

    actor: Actor
    reason: str
    numbers: tuple[str, ...] = ()
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, kw_only=True)
class ExtendClock:
    """Care gives the partner more days (R30)."""

    actor: Actor
    days: int
    reason: str
    kind: Literal["extend_clock"] = "extend_clock"


class NewsKind(StrEnum):
    """What a carrier can say by phone or letter (R43)."""

    ACKNOWLEDGED = "acknowledged"
    MISSING_DATA = "missing_data"
    CONFIRMED = "confirmed"
    DATE_MOVED = "date_moved"
    DATE_DECLINED = "date_declined"
    REJECTED = "rejected"
    ACTIVATED = "activated"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CANCELLATION_REFUSED = "cancellation_refused"


@dataclass(frozen=True, kw_only=True)
class EnterNews:
    """Care enters what a carrier said (R43).

    `said_by`, `said_at` and `documents` are how care knows it; `corrects` is the number of the timeline entry that was
    wrong, 0 for none. `answer_due`: by when a carrier without interface decides, once it has the order.
    """

    actor: Actor
    news: NewsKind
    numbers: tuple[str, ...] = ()
    date: LocalDate | None = None
    reasons: tuple[Reason, ...] = ()
    plans: tuple[CutoverPlan, ...] = ()
    said_by: str = ""
    said_at: datetime | None = None
    documents: tuple[str, ...] = ()
    corrects: int = 0
    answer_due: Due | None = None
    kind: Literal["enter_news"] = "enter_news"


@dataclass(frozen=True, kw_only=True)
class FinishTask:
    """Care did by hand what a carrier without interface had to be told (R43).

    `answer_due` is when the losing side answers; `answers` come with the task that asks whether lines can be ported.
    """

    actor: Actor
    task_id: str
    note: str = ""
    documents: tuple[str, ...] = ()
    answer_due: Due | None = None
    answers: tuple[Portability, ...] = ()
    kind: Literal["finish_task"] = "finish_task"


@dataclass(frozen=True, kw_only=True)
class AskValidation:
    """Ask the carriers whether lines can be ported; no numbers means all that are open (R15)."""

    actor: Actor
    numbers: tuple[str, ...] = ()
    kind: Literal["ask_validation"] = "ask_validation"


@dataclass(frozen=True, kw_only=True)
class NotePortOut:
    """Numbers of the case leave for another carrier, or `has_left`: they did, and are outbound-only now (R38)."""

    actor: Actor
    notice_id: str
    numbers: tuple[str, ...]
    leaves_on: LocalDate
    winning_carrier: str = ""
    has_left: bool = False
    kind: Literal["note_port_out"] = "note_port_out"


AnyCommand = (
    AnswerItems | AddComment | AddDocument | ChangeDate | Cancel | ExtendClock | EnterNews | FinishTask | AskValidation
    | NotePortOut
)
