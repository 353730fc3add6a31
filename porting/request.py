"""What a partner ordered, as the process needs it; names, PINs and papers stay in storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from porting.capabilities import Capabilities
from porting.missing import Demand
from porting.policy import Policy


class OrderType(StrEnum):
    """What kind of order it is (R06)."""

    FULL_PORTING = "FULL_PORTING"
    OUTBOUND_ONLY = "OUTBOUND_ONLY"


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """One line as ordered. `carrier` is empty for outbound-only; `demands` is what the request lacks (R11).

    `wish_passes_at` is the end of the requested day in the line's zone; `outbound_due` the moment one business day
    after the order, for outbound-only (R06).
    """

    number: str
    count: int
    place: str
    number_type: str
    carrier: str
    requested_date: date
    wish_passes_at: datetime
    outbound_due: datetime | None = None
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Request:
    """A porting request that passed intake. `capabilities` has each carrier's that a line names."""

    case_id: str
    partner: str
    reference: str
    order_type: OrderType
    ivp: bool
    lines: tuple[OrderedLine, ...]
    policy: Policy
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict)
