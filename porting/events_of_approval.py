"""Events of approvals that lapse, and of ports that we carry out ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from porting.dates import LocalDate
from porting.event import Event


@dataclass(frozen=True, kw_only=True)
class ActivationAsked(Event):
    """The carrier was told to carry the port out: now, for its hour is there, or at the hour of its day that we set."""

    date: LocalDate
    cutover_at: datetime | None = None
    time_zone: str = ""
    kind: Literal["activation_asked"] = "activation_asked"


@dataclass(frozen=True, kw_only=True)
class ApprovalEnds(Event):
    """The losing carrier's approval is good through `last_day` only, and lines of it are still open."""

    last_day: LocalDate
    kind: Literal["approval_ends"] = "approval_ends"


@dataclass(frozen=True, kw_only=True)
class ApprovalLapsed(Event):
    """The approval is over and the lines are not ported."""

    last_day: LocalDate
    kind: Literal["approval_lapsed"] = "approval_lapsed"
