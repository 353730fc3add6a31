"""What every carrier can do for us, in our words: the one interface between the process and the vendors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from porting.capabilities import Capabilities
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot
from porting.portability import Portability
from porting.tasks import OpenTask


class TroubleKind(StrEnum):
    """What went wrong between us and the carrier."""

    UNAVAILABLE = "UNAVAILABLE"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    DENIED = "DENIED"
    NOT_FOUND = "NOT_FOUND"
    GARBAGE = "GARBAGE"


PERMANENT = frozenset({TroubleKind.DENIED, TroubleKind.NOT_FOUND})


class Trouble(Exception):
    """A call that brought no answer we can use. A business "no" is no trouble: that is `Refused`.

    OUTCOME_UNKNOWN is a write of which nobody knows whether it took effect; to repeat it is safe, because each write
    looks first. `retry_after` is the pause that the carrier asked for. Permanent trouble needs a person.
    """

    def __init__(self, kind: TroubleKind, text: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text
        self.retry_after = retry_after

    @property
    def permanent(self) -> bool:
        return self.kind in PERMANENT


class BadSignature(Exception):
    """A webhook that does not come from the carrier, or comes too late to be believed."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the end customer's line ends."""

    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class EndCustomer:
    """Who holds the numbers today."""

    name: str = ""
    contact_name: str = ""
    email: str = ""
    address: Address = Address()


@dataclass(frozen=True, kw_only=True)
class LosingCarrier:
    """The donor, and how it knows the end customer (R09)."""

    name: str = ""
    account_number: str = ""
    pin: str = field(default="", repr=False)
    billing_number: str = ""
    new_billing_number: str = ""
    contract_end_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of the case; `load` fetches its bytes when the carrier needs them. `id` never names other bytes."""

    id: str
    kind: str
    name: str
    media_type: str
    load: Callable[[], Awaitable[bytes]] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class CarrierRequest:
    """One carrier order in full. `numbers` are lines as ordered; `zone` is where they stand (an IANA name).

    `reference` is our key at the carrier: one reference is one order of ours, however many the carrier makes of it.
    `carrier_order_id` names one of those once it is known. `instruction` counts what the case wants done: it is the
    same when one thing is asked for again. `cutover_at` is the hour at which the port is to be carried out, where a
    carrier is told it ahead.
    """

    case_id: str
    reference: str
    numbers: tuple[str, ...]
    zone: str
    requested_date: date | None = None
    carrier_order_id: str = ""
    end_customer: EndCustomer = EndCustomer()
    losing_carrier: LosingCarrier = LosingCarrier()
    details: Mapping[str, str] = field(default_factory=dict)
    disconnect_remaining: bool = False
    documents: tuple[Document, ...] = ()
    instruction: int = 0
    cutover_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Hint:
    """Something happened to an order: never believed, only a reason to read the order anew.

    `dedupe` is the carrier's own id of the message; `kind` its own word for it. `comment` is text that came along, and
    `comment_id` the carrier's id of it, the same whichever message brings it.
    """

    dedupe: str
    reference: str
    carrier_order_id: str
    kind: str
    occurred_at: datetime
    comment: str = ""
    comment_id: str = ""


class PortCarrier(Protocol):
    """One upstream carrier. Every write may be repeated: it looks first, and does what is still to do.

    Each call raises Trouble; `verify` raises BadSignature.
    """

    name: str
    capabilities: Capabilities

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        """Make the order, or find it made; complete what was begun, and send it off."""

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        """Give what was missing, and send the order again (R19)."""

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        """Ask for another local date; accepted means asked for, the carrier's word comes later (R25)."""

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        """Give the order up, or with `whole` false only `order.numbers` of it."""

    async def activate(self, order: CarrierRequest) -> Accepted | Refused:
        """Carry out the port of `order.numbers`, whose hour has come; asked only where it `can_activate`.

        With `cutover_at`: have it carried out then; asked only of an order that was shown with `hour_is_ours`.
        """

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        """Put a comment on the order."""

    async def check(self, order: CarrierRequest) -> tuple[Portability, ...] | OpenTask:
        """Whether `order.numbers` can be ported, each line answered, or the task of whoever asks by hand (R15).

        Asked only where it `can_validate`; nothing is ordered by it.
        """

    async def read(self, reference: str, carrier_order_id: str) -> tuple[OrderSnapshot, ...]:
        """Every order under our reference as the carrier shows it now, those split off included."""

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        """What happened since the cursor ("" for the first time), oldest first, and the cursor to go on from."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """The hint in a webhook that the carrier signed. Raises BadSignature, or Trouble when nothing can be read."""

    async def open(self) -> None:
        """Load what the first call would have to wait for; connects to nobody."""

    async def close(self) -> None:
        """Let go of connections."""
