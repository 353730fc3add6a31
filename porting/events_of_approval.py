"""Events of approvals that lapse, and of ports that we carry out ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from porting.dates import LocalDate
from porting.event import Event


@dataclass(frozen=True, kw_only=True)
class ActivationAsked(Event):
    """The hour of cut-over is there, and the carrier was told to carry the port out."""

    date: LocalDate
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
