"""What a case wants done outside: one value each; and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from porting.dates import LocalDate
from porting.orders import News
from porting.portability import Portability
from porting.reasons import Reason
from porting.tasks import OpenTask

INVENTORY_LANE = "temporary-numbers"
PLATFORM_LANE = "number-platform"


def order_lane(order: int) -> str:
    """The lane in which the instructions of one carrier order go one after another."""
    return f"order-{order}"


def validation_lane(order: int) -> str:
    """Questions about an order's numbers hold up nothing else that is done for it (R15)."""
    return f"validation-{order}"


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """Something to do outside. `id` is unique within the case; instructions of one lane go in order."""

    id: int
    case_id: str
    lane: str


@dataclass(frozen=True, kw_only=True)
class OrderInstruction(Instruction):
    """Something to do at a carrier. `numbers` are lines as ordered; `answers` are ids of accepted answers (R11)."""

    order: int
    carrier: str
    reference: str
    carrier_order_id: str
    numbers: tuple[str, ...]
    requested_date: LocalDate | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubmitOrder(OrderInstruction):
    """Make the order at the carrier, unless it is there already."""

    kind: Literal["submit_order"] = "submit_order"


@dataclass(frozen=True, kw_only=True)
class AmendOrder(OrderInstruction):
    """Give the carrier what was missing and send the order again (R19).

    `version` is the case's step in which the work by hand that went before is shown as done, so that it is not renewed.
    """

    version: int = 0
    kind: Literal["amend_order"] = "amend_order"


@dataclass(frozen=True, kw_only=True)
class ChangeOrderDate(OrderInstruction):
    """Ask the carrier for another date (R25)."""

    change_id: str
    date: LocalDate
    kind: Literal["change_order_date"] = "change_order_date"


@dataclass(frozen=True, kw_only=True)
class CancelOrder(OrderInstruction):
    """Ask the carrier to cancel; `whole` is false when other lines of the order go on."""

    whole: bool
    reason: str
    kind: Literal["cancel_order"] = "cancel_order"


@dataclass(frozen=True, kw_only=True)
class ActivateOrder(OrderInstruction):
    """Carry the port out: it is the hour of cut-over of these lines, on `date`; or it is to be at `cutover_at` (R22).

    `called_off` are those of the lines that are not to be ported then after all; `version` is the case's step in which
    the date stands, so that nothing older is looked at before the carrier is told.
    """

    date: LocalDate
    version: int = 0
    called_off: tuple[str, ...] = ()
    cutover_at: datetime | None = None
    kind: Literal["activate_order"] = "activate_order"

    @property
    def due(self) -> tuple[str, ...]:
        return tuple(number for number in self.numbers if number not in self.called_off)


@dataclass(frozen=True, kw_only=True)
class TellCarrier(OrderInstruction):
    """Put a comment on the carrier's order."""

    text: str
    kind: Literal["tell_carrier"] = "tell_carrier"


@dataclass(frozen=True, kw_only=True)
class ValidateNumbers(OrderInstruction):
    """Ask the carrier whether the numbers can be ported, with the request as it stands (R15)."""

    kind: Literal["validate_numbers"] = "validate_numbers"


@dataclass(frozen=True, kw_only=True)
class AssignTemporaryNumbers(Instruction):
    """Find a temporary number for each line; a range gets a range of its size (R31)."""

    partner: str
    country: str
    numbers: tuple[str, ...]
    kind: Literal["assign_temporary_numbers"] = "assign_temporary_numbers"


@dataclass(frozen=True, kw_only=True)
class ReleaseTemporaryNumbers(Instruction):
    """Give the lines' temporary numbers back; a quarantine follows (R33)."""

    numbers: tuple[str, ...]
    quarantine_days: int
    kind: Literal["release_temporary_numbers"] = "release_temporary_numbers"


@dataclass(frozen=True, kw_only=True)
class SetOutboundOnly(Instruction):
    """Let the numbers only call out, on the number platform (R06, R29)."""

    numbers: tuple[str, ...]
    completes: bool
    kind: Literal["set_outbound_only"] = "set_outbound_only"


@dataclass(frozen=True, kw_only=True)
class ActivateNumbers(Instruction):
    """Put ported numbers into full service on the number platform."""

    numbers: tuple[str, ...]
    kind: Literal["activate_numbers"] = "activate_numbers"


AnyInstruction = (
    SubmitOrder | AmendOrder | ChangeOrderDate | CancelOrder | ActivateOrder | TellCarrier | ValidateNumbers
    | AssignTemporaryNumbers | ReleaseTemporaryNumbers | SetOutboundOnly | ActivateNumbers
)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The carrier took the instruction; `news` is what it shows of the order now, where it shows anything.

    `task`: a person carries it out, and has that task (R43); until it is done the order is not `passed_on`.
    """

    news: News | None = None
    task: OpenTask | None = None
    passed_on: bool = True
    kind: Literal["accepted"] = "accepted"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The carrier said no, for good: a business answer, not trouble."""

    reasons: tuple[Reason, ...]
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a carrier says of numbers; with a `task` a person asks, and the answer comes with its completion (R15)."""

    answers: tuple[Portability, ...] = ()
    task: OpenTask | None = None
    kind: Literal["checked"] = "checked"


@dataclass(frozen=True)
class Assigned:
    """A temporary number given to a line, usable since `active_at`."""

    number: str
    temporary: str
    active_at: datetime


@dataclass(frozen=True, kw_only=True)
class TemporaryNumbersFound:
    """Which lines got a temporary number, and for which none is to be had now (R32)."""

    assigned: tuple[Assigned, ...]
    unavailable: tuple[str, ...]
    price: str = "0.00"
    kind: Literal["temporary_numbers_found"] = "temporary_numbers_found"


@dataclass(frozen=True, kw_only=True)
class Done:
    """It is done; there is nothing to say about it."""

    kind: Literal["done"] = "done"


AnyAnswer = Accepted | Refused | Checked | TemporaryNumbersFound | Done
