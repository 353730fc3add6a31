"""What the suite asks of the stand-in for a carrier: to be steered, to misbehave, to say what it got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from carriers.contract import CarrierRequest, Hint, PortCarrier
from tests.carriers.wire import Break


class Story(StrEnum):
    """What a carrier does with an order once it has it."""

    CONFIRMED = "acknowledged and confirmed for a date"
    REFUSED = "stopped for a reason that the partner can mend"
    REJECTED = "refused for good"
    UNKNOWN_STATUS = "in a status that nobody knows"
    PAST_DATE = "confirmed for a date that is over"
    NEWS_TWICE = "its news comes twice"
    NEWS_REORDERED = "its news comes in another order"
    NEWS_DAYS_LATE = "its news comes three days late"
    NEWS_LOST = "its news never comes by itself"


class Misuse(StrEnum):
    """What may come in at the inlet and must not be believed, and calls about what is not there."""

    FORGED = "a message whose signature is wrong"
    STALE = "a signed message of three days ago"
    UNKNOWN_ORDER = "an order that the carrier does not have"


@dataclass(frozen=True)
class Delivery:
    """A message as it came in at the inlet."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Counterpart(Protocol):
    """One carrier's stand-in, behind the real adapter.

    `cannot` says of each break, story or misuse that does not exist with this carrier why it cannot: nothing is
    passed over without a reason. `lines` are a dozen numbers that it ports.
    """

    carrier: PortCarrier
    lines: Sequence[str]
    cannot: Mapping[Break | Story | Misuse, str]

    def request(self, *numbers: str, reference: str = "PC-1-1", carrier_order_id: str = "") -> CarrierRequest:
        """An order that the carrier takes, with all that it asks for; without numbers one of the first line."""

    def day(self) -> date:
        """A day to which a confirmed order can be moved."""

    def now(self) -> datetime: ...

    async def tells(self, story: Story, line: str = "") -> None:
        """What happens to an order of the line, by default the first; told before the order is sent."""

    async def days_pass(self, days: float) -> None:
        """Everything due until then has happened, and its news has come in."""

    def strike(self, kind: Break, *, at: int = 0) -> None:
        """The n-th write from now breaks, once."""

    def struck(self) -> int:
        """How many writes were broken since."""

    def heal(self) -> None:
        """Nothing breaks any more."""

    def cut(self) -> None:
        """Nothing gets through until it heals."""

    async def orders(self, reference: str = "PC-1-1") -> int:
        """How many living orders of ours the carrier has under the reference."""

    async def sent(self, reference: str = "PC-1-1") -> int:
        """How many times an order under the reference was sent off."""

    async def said(self, reference: str = "PC-1-1") -> list[str]:
        """The comments that the carrier got on orders under the reference."""

    async def hints(self) -> list[Hint]:
        """What came in by itself, in its order."""

    def deliveries(self) -> list[Delivery]:
        """The same as it came, for carriers that sign what they send."""

    async def stranger(self) -> str:
        """Puts an order there that no case of ours knows; answers its id."""
