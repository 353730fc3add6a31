"""A carrier order: the part of a case that goes to one upstream carrier under one order id (R07)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from porting.capabilities import Capabilities
from porting.dates import CutoverPlan, LocalDate
from porting.reasons import Reason
from porting.tasks import AwaitedAnswer, OpenTask, TaskKind
from porting.validity import Validity


class OrderStatus(StrEnum):
    """What a carrier says of an order, in our words; UNKNOWN keeps what we cannot read for care."""

    DRAFT = "DRAFT"
    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    EXCEPTION = "EXCEPTION"
    DATE_CONFIRMED = "DATE_CONFIRMED"
    PORTED = "PORTED"
    CANCEL_PENDING = "CANCEL_PENDING"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class RefusedNumbers:
    """Single E.164 numbers of an order that the carrier refused although the order goes on, and why (R19)."""

    numbers: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class OrderSnapshot:
    """An order as the carrier shows it at `as_of`. `numbers` are single E.164 numbers; empty means: all of the order.

    `date` and `requested_date` are local to the numbers. `proposed_date` is the carrier's counter-proposal to a
    date change, `date_declined` its refusal. `failed` names the numbers whose activation failed.

    With `first_possible` the date is the first on which the order can be ported, and the case chooses its own from it
    through `valid_until`, the last day of the approval. `refused` are the numbers that the rest of the order goes on
    without, `ported` those that are with us while the rest is not yet: PORTED means all that was not refused.
    `hour_is_ours`: the carrier ports this order at the hour of its date that we name. `known_as` is what its people
    call the order, told where somebody may have to ask them.
    """

    carrier_order_id: str
    reference: str
    status: OrderStatus
    raw_status: str
    as_of: datetime
    numbers: tuple[str, ...] = ()
    date: LocalDate | None = None
    requested_date: LocalDate | None = None
    proposed_date: LocalDate | None = None
    date_declined: bool = False
    reasons: tuple[Reason, ...] = ()
    failed: tuple[str, ...] = ()
    first_possible: bool = False
    valid_until: LocalDate | None = None
    refused: tuple[RefusedNumbers, ...] = ()
    ported: tuple[str, ...] = ()
    hour_is_ours: bool = False
    known_as: str = ""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What a comparison found to differ at the carrier, in words; `key` is the same whenever this one is told.

    `mends_itself`: the order, read as news, says what is right (R17); else only care can settle it.
    """

    key: str
    carrier_order_id: str
    says: str
    mends_itself: bool


@dataclass(frozen=True, kw_only=True)
class News:
    """What was read at a carrier: snapshots of the orders under one reference, and cut-over plans for their dates.

    `validities` say for each place how long the approvals in it are good; `drift` what led to the reading. `comment_id`
    is the carrier's id of the comment, so that one that comes twice is written down once.
    """

    snapshots: tuple[OrderSnapshot, ...]
    plans: tuple[CutoverPlan, ...] = ()
    comment: str = ""
    validities: tuple[Validity, ...] = ()
    drift: Drift | None = None
    comment_id: str = ""


@dataclass
class CarrierOrder:
    """One order of a case. `number` counts from 1 within the case; `reference` is our key at the carrier.

    `seen` is the gist of the last snapshot, so that a repeated message is told from news; `date_declined` whether a no
    to a date stood in it. `unsent`: lines of it were completed since it was last sent (R11). `for_care` says why care
    must act. `capabilities` are the carrier's as they were when the order began. `tasks` are those that
    care has not done, `awaited` the answer to those that it has (R43).

    `first_possible` and `valid_until` bound the dates that the losing carrier approved, both local; care and partner
    are warned at `warned_at`, the approval ends at `lapses_at`. `renews` is the order whose refused lines it takes.
    `drift` is the key of the last drift that was told. `hour_is_ours`: the carrier ports it at the hour that we name.
    `known_as` is what the carrier's people were last said to call it.
    """

    number: int
    carrier: str
    reference: str
    capabilities: Capabilities = field(default_factory=Capabilities)
    carrier_order_id: str = ""
    carrier_status: str = ""
    as_of: datetime | None = None
    sent: bool = False
    unsent: bool = True
    seen: str = ""
    date_declined: bool = False
    for_care: str = ""
    first_possible: LocalDate | None = None
    valid_until: LocalDate | None = None
    warned_at: datetime | None = None
    lapses_at: datetime | None = None
    warned: bool = False
    lapsed: bool = False
    renews: int = 0
    tasks: tuple[OpenTask, ...] = ()
    awaited: AwaitedAnswer | None = None
    drift: str = ""
    hour_is_ours: bool = False
    known_as: str = ""


def submission(order: CarrierOrder) -> OpenTask | None:
    """The task that passes the order on, while the order is not sent for want of it."""
    return next((task for task in order.tasks if task.kind is TaskKind.SUBMIT and not order.sent), None)
