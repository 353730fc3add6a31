"""What people tell a case: one value for each call that can be refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from porting.dates import CutoverPlan, LocalDate
from porting.reasons import Reason


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
    """The partner settles missing items; the values lie in storage under `answer_id` (R11, R28)."""

    actor: Actor
    answer_id: str
    items: tuple[str, ...]
    removed: tuple[str, ...] = ()
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
    """Move a confirmed date (R23-R25). The door has checked that `date` is a bookable day."""

    actor: Actor
    change_id: str
    date: LocalDate
    currency: str
    accept_fee: bool
    waive_fee_reason: str = ""
    numbers: tuple[str, ...] = ()
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


@dataclass(frozen=True, kw_only=True)
class EnterNews:
    """Care enters what a carrier said (R43)."""

    actor: Actor
    news: NewsKind
    numbers: tuple[str, ...] = ()
    date: LocalDate | None = None
    reasons: tuple[Reason, ...] = ()
    plans: tuple[CutoverPlan, ...] = ()
    kind: Literal["enter_news"] = "enter_news"


AnyCommand = AnswerItems | AddComment | AddDocument | ChangeDate | Cancel | ExtendClock | EnterNews
