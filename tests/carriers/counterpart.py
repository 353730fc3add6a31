"""What the suite asks of the stand-in for a carrier: to be steered, to misbehave, to say what it got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from carriers.contract import CarrierRequest, Hint, PortCarrier
from porting.capabilities import Capabilities, Inlet
from porting.commands import EnterNews
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
    NEWS_FROM_START = "all its news comes again from the first on"


class Misuse(StrEnum):
    """What may come in at the inlet and must not be believed, and calls about what is not there."""

    FORGED = "a message whose signature is wrong"
    STALE = "a signed message of three days ago"
    AHEAD = "a signed message of hours to come"
    UNKNOWN_ORDER = "an order that the carrier does not have"
    OTHERS_ORDER = "news that bears another case's reference"
    OTHERS_NUMBERS = "an order shown with numbers that are not ours"


class Act(StrEnum):
    """What a carrier is asked for; the adapter of one that never takes it says no in words, and sends nothing."""

    SUBMIT = "an order"
    AMEND = "a corrected order"
    CHANGE_DATE = "another date"
    CANCEL = "a cancellation"
    ACTIVATE = "our word that ports"
    TELL = "a comment on an order"


class Look(StrEnum):
    """What is asked without anything being changed by it."""

    ORDER = "an order as it stands"
    EVENTS = "what happened since"
    LIST = "all orders that are not over"


Kind = Break | Story | Misuse | Act | Look
_SIGNED = frozenset({Misuse.FORGED, Misuse.STALE, Misuse.AHEAD})
_SHOWN = frozenset({Misuse.OTHERS_ORDER, Misuse.OTHERS_NUMBERS})


def is_asked(act: Act, able: Capabilities) -> bool:
    """Whether the process ever asks it of a carrier that can do this."""
    match act:
        case Act.AMEND:
            return not able.new_order_after_refusal
        case Act.CHANGE_DATE:
            return able.can_change_date
        case Act.ACTIVATE:
            return able.can_activate or able.is_by_hand
        case _:
            return True


def cannot_be(kind: Kind, able: Capabilities) -> str:
    """Why it does not exist with any carrier of that kind; "" where it does."""
    if able.is_by_hand:
        if isinstance(kind, Break | Look):
            return "no call leaves the house, so none can break: what is asked becomes a task in our own database"
        if kind is Story.UNKNOWN_STATUS or kind in _SHOWN:
            return "nothing is read from it: a person picks from words of ours, for a case that lies open"
        if kind is Story.NEWS_LOST:
            return "nothing comes by itself; that care asks once the answer is overdue is the rules' (R43)"
    if kind in _SIGNED and Inlet.WEBHOOK not in able.inlets:
        return "none of its inlets is a webhook, so nobody can knock with a forged one"
    if kind is Look.EVENTS and Inlet.POLL not in able.inlets:
        return "none of its inlets is a list of what happened"
    if kind is Story.NEWS_LOST and Inlet.STREAM in able.inlets:
        return "what was not confirmed comes by the stream again, however long it takes"
    return ""


@dataclass(frozen=True)
class Delivery:
    """A message as it came in at the inlet."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Counterpart(Protocol):
    """One carrier's stand-in, behind the real adapter.

    `cannot` says of each thing that does not exist with this carrier, though with others of its kind it does
    (`cannot_be`), why it cannot: nothing is passed over without a reason. `lines` are a dozen numbers that it ports,
    `strange` is the status that nobody knows as the carrier itself writes it.
    """

    carrier: PortCarrier
    lines: Sequence[str]
    cannot: Mapping[Kind, str]
    strange: str

    def request(self, *numbers: str, reference: str = "PC-1-1", carrier_order_id: str = "") -> CarrierRequest:
        """An order that the carrier takes, with all that it asks for; without numbers one of the first line."""

    def day(self) -> date:
        """A day to which a confirmed order can be moved."""

    def now(self) -> datetime: ...

    async def tells(self, story: Story, line: str = "") -> None:
        """What happens to an order of the line, by default the first; told before the order is sent."""

    async def tampers(self, misuse: Misuse) -> None:
        """What the carrier says of the first order from now on is about another case's, or about other numbers."""

    async def days_pass(self, days: float) -> None:
        """Everything due until then has happened, and its news has come in."""

    def strike(self, kind: Break, *, at: int = 0, reads: bool = False) -> None:
        """The n-th write from now breaks, once; or the n-th read."""

    def struck(self) -> int:
        """How many calls were broken since."""

    def heal(self) -> None:
        """Nothing breaks any more."""

    def cut(self) -> None:
        """Nothing gets through until it heals."""

    async def orders(self, reference: str = "PC-1-1") -> int:
        """How many living orders of ours the carrier has under the reference, or under none that we ever used."""

    async def sent(self, reference: str = "PC-1-1") -> int:
        """How often an order under the reference was sent off, not counting a repeat that the carrier knows as one."""

    async def done(self, act: Act, reference: str) -> int:
        """How often the carrier did what the act asks for; of what leaves no trace when repeated, whether it did."""

    def another(self) -> PortCarrier:
        """An adapter as another worker has it, never used yet; it calls past whatever breaks the wire."""

    async def ported(self, reference: str = "PC-1-1") -> Sequence[str]:
        """The numbers that the carrier let go of at our word; asked only where it `can_activate`."""

    async def said(self, reference: str = "PC-1-1") -> list[str]:
        """The comments that the carrier got on orders under the reference."""

    async def hints(self) -> list[Hint]:
        """What came in by itself, in its order."""

    def entered(self) -> list[EnterNews]:
        """What care enters of what the carrier said since; only of a carrier that is run by hand."""

    def deliveries(self) -> list[Delivery]:
        """The same as it came, for carriers that sign what they send."""
