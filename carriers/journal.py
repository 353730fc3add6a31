"""What was said to a carrier and by it, for carriers that show no orders: their adapters read it instead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol


class MessageState(StrEnum):
    """TRYING was written down and may have been sent; TAKEN and REFUSED are the carrier's answers; RECEIVED is its."""

    TRYING = "TRYING"
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    RECEIVED = "RECEIVED"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of an order. `kind` is the carrier's word, `at` when the row last changed by our own clock.

    `tries` counts how often it was sent; nobody knows how often it arrived.
    """

    carrier_order_id: str
    reference: str
    kind: str
    state: MessageState
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0


class Journal(Protocol):
    """One carrier's messages. `key` is unique for the carrier: what is written twice is written once."""

    async def begin(
        self, key: str, carrier_order_id: str, reference: str, kind: str, body: Mapping[str, Any]
    ) -> Message:
        """Write down a message that is about to be sent, or that it is tried once more; what stands there now."""

    async def settle(self, key: str, state: MessageState) -> None:
        """The carrier answered the message."""

    async def of_order(self, carrier_order_id: str) -> tuple[Message, ...]:
        """Everything that was said about an order, in the order in which it was written down."""

    def unknown_orders(self) -> AsyncIterator[tuple[Message, ...]]:
        """The same for each order that was begun and that no case knows, one after another: a journal can be long."""


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Numbers leave us for another carrier (R38); `spans` are their first and last E.164 values.

    `message_id` names the notice at the carrier. The carrier need not know whether a number is ours.
    """

    message_id: str
    spans: tuple[tuple[int, int], ...]
    leaves_on: date
    winning_carrier: str = ""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A message of a stream. `key` tells it from all others; `body` is None when it cannot be read, `raw` what came.

    `carrier_order_id` is empty when it is about no order. `for_all` marks what a carrier tells everybody: it is kept
    only where the order is ours. `leaving` is the notice of a port-out in it.
    """

    key: str
    kind: str
    carrier_order_id: str
    said_at: datetime
    raw: str
    body: Mapping[str, Any] | None = None
    comment: str = ""
    for_all: bool = False
    leaving: Leaving | None = None


class Inlet(Protocol):
    """Where a stream puts what it brings. What `keep` took is never lost again; the offset is how far it was read."""

    async def keep(self, arrived: Arrived) -> bool:
        """Write it down; False when it came before, or is nobody's business here."""

    async def offset(self) -> str:
        """Up to which message the stream was read; "" at the very first."""

    async def keep_offset(self, offset: str) -> None:
        """The stream was read up to that message."""
