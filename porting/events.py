"""What happened to a case, in the past tense: one class each, with the lines that it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from porting.commands import Actor
from porting.dates import LocalDate
from porting.event import Event as Event
from porting.events_by_hand import AnswerOverdue as AnswerOverdue
from porting.events_by_hand import NewsEntered as NewsEntered
from porting.events_by_hand import TaskDone as TaskDone
from porting.events_by_hand import TaskOpened as TaskOpened
from porting.events_by_hand import TaskOverdue as TaskOverdue
from porting.events_by_hand import TaskRenewed as TaskRenewed
from porting.events_by_hand import ValidationAnswered as ValidationAnswered
from porting.events_by_hand import ValidationAsked as ValidationAsked
from porting.events_of_approval import ActivationAsked as ActivationAsked
from porting.events_of_approval import ApprovalEnds as ApprovalEnds
from porting.events_of_approval import ApprovalLapsed as ApprovalLapsed
from porting.events_of_orders import OrderKnownAs as OrderKnownAs
from porting.events_of_port_outs import NumbersLeft as NumbersLeft
from porting.events_of_port_outs import PortOutNoticed as PortOutNoticed
from porting.instructions import Assigned
from porting.reasons import Reason


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    order_type: str
    ivp: bool
    kind: Literal["case_opened"] = "case_opened"


@dataclass(frozen=True)
class Asked:
    """One thing that the partner is asked for."""

    id: str
    prompt: str
    field: str


@dataclass(frozen=True, kw_only=True)
class DataMissing(Event):
    """The lines stand in MISSING_DATA; `deadline` ends the 30 days (R28)."""

    asked: tuple[Asked, ...]
    reasons: tuple[Reason, ...]
    deadline: datetime
    kind: Literal["data_missing"] = "data_missing"


@dataclass(frozen=True, kw_only=True)
class ItemsAnswered(Event):
    answer_id: str
    items: tuple[str, ...]
    kind: Literal["items_answered"] = "items_answered"


@dataclass(frozen=True, kw_only=True)
class LinesResubmitted(Event):
    """Everything that was missing is there: the lines are SUBMITTED again; `by_hand`: care passes them on (R43)."""

    by_hand: bool = False
    kind: Literal["lines_resubmitted"] = "lines_resubmitted"


@dataclass(frozen=True, kw_only=True)
class OrderSent(Event):
    carrier: str
    carrier_order_id: str
    requested_date: LocalDate
    kind: Literal["order_sent"] = "order_sent"


@dataclass(frozen=True, kw_only=True)
class OrderSplit(Event):
    """The carrier made another order of some lines (R07)."""

    carrier: str
    carrier_order_id: str
    kind: Literal["order_split"] = "order_split"


@dataclass(frozen=True, kw_only=True)
class OrderAcknowledged(Event):
    """The carrier has the order and the donor is deciding: PENDING_APPROVAL."""

    carrier: str
    kind: Literal["order_acknowledged"] = "order_acknowledged"


@dataclass(frozen=True, kw_only=True)
class DateConfirmed(Event):
    """The carriers committed to a date: CONFIRMED (R21)."""

    date: LocalDate
    cutover_at: datetime
    time_zone: str
    wished: LocalDate
    last_day_for_change: LocalDate
    first_possible: LocalDate | None = None
    kind: Literal["date_confirmed"] = "date_confirmed"


@dataclass(frozen=True, kw_only=True)
class DateMoved(Event):
    """The carrier moved a confirmed date."""

    before: LocalDate
    date: LocalDate
    cutover_at: datetime
    time_zone: str
    last_day_for_change: LocalDate
    kind: Literal["date_moved"] = "date_moved"


@dataclass(frozen=True, kw_only=True)
class DateChangeAsked(Event):
    """A paid change of the date was asked for; the old date stands until the carrier answers (R24, R25)."""

    change_id: str
    before: LocalDate
    date: LocalDate
    fee: str
    currency: str
    waived_because: str
    kind: Literal["date_change_asked"] = "date_change_asked"


@dataclass(frozen=True, kw_only=True)
class DateChangeAccepted(Event):
    change_id: str
    date: LocalDate
    cutover_at: datetime
    time_zone: str
    last_day_for_change: LocalDate
    by_carrier: bool = True
    kind: Literal["date_change_accepted"] = "date_change_accepted"


@dataclass(frozen=True, kw_only=True)
class DateChangeCountered(Event):
    """The carrier proposes another date; the old one stands, and taking up the proposal costs nothing more."""

    change_id: str
    asked: LocalDate
    proposed: LocalDate
    stands: LocalDate
    kind: Literal["date_change_countered"] = "date_change_countered"


@dataclass(frozen=True, kw_only=True)
class DateChangeDeclined(Event):
    change_id: str
    asked: LocalDate
    stands: LocalDate
    reasons: tuple[Reason, ...]
    kind: Literal["date_change_declined"] = "date_change_declined"


@dataclass(frozen=True, kw_only=True)
class WishPassed(Event):
    """The wished date came and the carrier has confirmed none."""

    requested_date: LocalDate
    kind: Literal["wish_passed"] = "wish_passed"


@dataclass(frozen=True, kw_only=True)
class CutoverNear(Event):
    """One business day before the date: the PBX must be ready (R26)."""

    date: LocalDate
    cutover_at: datetime
    time_zone: str
    kind: Literal["cutover_near"] = "cutover_near"


@dataclass(frozen=True, kw_only=True)
class CutoverDelayed(Event):
    """No word of activation four hours after the planned hour (R27)."""

    cutover_at: datetime
    time_zone: str
    kind: Literal["cutover_delayed"] = "cutover_delayed"


@dataclass(frozen=True, kw_only=True)
class PortingFailed(Event):
    """The cut-over was due and the lines do not work: PORTING_INCOMPLETE (R27)."""

    reasons: tuple[Reason, ...]
    kind: Literal["porting_failed"] = "porting_failed"


@dataclass(frozen=True, kw_only=True)
class LinesCompleted(Event):
    """Ported, or outbound-only as ordered: COMPLETED."""

    completed_at: datetime
    outbound_only: bool
    kind: Literal["lines_completed"] = "lines_completed"


@dataclass(frozen=True, kw_only=True)
class LinesRejected(Event):
    reasons: tuple[Reason, ...]
    kind: Literal["lines_rejected"] = "lines_rejected"


@dataclass(frozen=True, kw_only=True)
class CancellationAsked(Event):
    """The carrier was asked to cancel; until it answers the lines go on."""

    reason: str
    kind: Literal["cancellation_asked"] = "cancellation_asked"


@dataclass(frozen=True, kw_only=True)
class CancellationRefused(Event):
    reasons: tuple[Reason, ...]
    cutoff_hours: int = 0
    kind: Literal["cancellation_refused"] = "cancellation_refused"


@dataclass(frozen=True, kw_only=True)
class LinesTerminated(Event):
    """Cancelled: TERMINATED."""

    reason: str
    kind: Literal["lines_terminated"] = "lines_terminated"


@dataclass(frozen=True, kw_only=True)
class PartnerReminded(Event):
    """The partner has been silent for `days`; `deadline` ends the 30 days (R28)."""

    days: int
    deadline: datetime
    asked: tuple[Asked, ...]
    kind: Literal["partner_reminded"] = "partner_reminded"


@dataclass(frozen=True, kw_only=True)
class ClockExtended(Event):
    """Care gave the partner more days (R30)."""

    days: int
    reason: str
    deadline: datetime
    kind: Literal["clock_extended"] = "clock_extended"


@dataclass(frozen=True, kw_only=True)
class LinesWentOutbound(Event):
    """The 30 days ran out: OUTBOUND (R29)."""

    silent_since: datetime
    kind: Literal["lines_went_outbound"] = "lines_went_outbound"


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Event):
    comment_id: str
    text: str
    internal: bool
    kind: Literal["comment_added"] = "comment_added"


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(Event):
    document_id: str
    document_kind: str
    name: str
    kind: Literal["document_added"] = "document_added"


@dataclass(frozen=True, kw_only=True)
class TemporaryNumbersActive(Event):
    """Temporary numbers are usable; the partner sets up forwarding at the donor (R31)."""

    assigned: tuple[Assigned, ...]
    price: str
    kind: Literal["temporary_numbers_active"] = "temporary_numbers_active"


@dataclass(frozen=True, kw_only=True)
class TemporaryNumbersUnavailable(Event):
    """None is to be had; care is told and the system tries again (R32)."""

    next_try: datetime
    tries: int
    kind: Literal["temporary_numbers_unavailable"] = "temporary_numbers_unavailable"


@dataclass(frozen=True, kw_only=True)
class TemporaryNumbersReleased(Event):
    """The temporary numbers were given back (R33)."""

    released: tuple[str, ...]
    kind: Literal["temporary_numbers_released"] = "temporary_numbers_released"


@dataclass(frozen=True, kw_only=True)
class CareNeeded(Event):
    """Something that only care can settle, and why."""

    why: str
    reasons: tuple[Reason, ...] = ()
    kind: Literal["care_needed"] = "care_needed"


@dataclass(frozen=True, kw_only=True)
class CarrierNoted(Event):
    """The carrier gave a reason that it must settle itself; nobody here has to act (R19)."""

    reasons: tuple[Reason, ...]
    kind: Literal["carrier_noted"] = "carrier_noted"


@dataclass(frozen=True, kw_only=True)
class NewsIgnored(Event):
    """A late, repeated or impossible carrier message changed nothing (R17)."""

    said: str
    why: str
    kind: Literal["news_ignored"] = "news_ignored"


@dataclass(frozen=True, kw_only=True)
class DriftFound(Event):
    """A comparison with the carrier found a difference; without `mends_itself` care must settle it."""

    found: str
    mends_itself: bool
    kind: Literal["drift_found"] = "drift_found"


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    """No line is open any more."""

    status: str
    kind: Literal["case_closed"] = "case_closed"


AnyEvent = (
    CaseOpened | DataMissing | ItemsAnswered | LinesResubmitted | OrderSent | OrderSplit | OrderAcknowledged
    | DateConfirmed | DateMoved | DateChangeAsked | DateChangeAccepted | DateChangeCountered | DateChangeDeclined
    | WishPassed | CutoverNear | CutoverDelayed | PortingFailed | LinesCompleted | LinesRejected
    | CancellationAsked | CancellationRefused | LinesTerminated | PartnerReminded | ClockExtended
    | LinesWentOutbound | CommentAdded | DocumentAdded | TemporaryNumbersActive | TemporaryNumbersUnavailable
    | TemporaryNumbersReleased | CareNeeded | CarrierNoted | NewsIgnored | DriftFound | CaseClosed
    | ActivationAsked | ApprovalEnds | ApprovalLapsed | OrderKnownAs
    | TaskOpened | TaskRenewed | TaskDone | TaskOverdue | AnswerOverdue | NewsEntered
    | ValidationAsked | ValidationAnswered | PortOutNoticed | NumbersLeft
)


@dataclass(frozen=True)
class Entry:
    """An event on the case's timeline: numbered without gaps from 1, with who and when."""

    sequence: int
    at: datetime
    actor: Actor
    event: AnyEvent


INTERNAL = (
    CareNeeded, NewsIgnored, CarrierNoted, TemporaryNumbersUnavailable, TaskOpened, TaskRenewed, TaskDone, TaskOverdue,
    AnswerOverdue, NewsEntered, DriftFound, OrderKnownAs,
)  # fmt: skip


def is_internal(event: AnyEvent) -> bool:
    """Whether only care sees it on the timeline."""
    return isinstance(event, INTERNAL) or (isinstance(event, CommentAdded) and event.internal)
