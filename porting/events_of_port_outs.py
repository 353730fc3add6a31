"""Events of numbers that leave us for another carrier (R38)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from porting.dates import LocalDate
from porting.event import Event


@dataclass(frozen=True, kw_only=True)
class PortOutNoticed(Event):
    """Another carrier takes the numbers on that day; `winning_carrier` is empty where nobody named it."""

    notice_id: str
    leaves_on: LocalDate
    winning_carrier: str = ""
    kind: Literal["port_out_noticed"] = "port_out_noticed"


@dataclass(frozen=True, kw_only=True)
class NumbersLeft(Event):
    """The day is there and the partner did not cancel the numbers: they are outbound-only now."""

    notice_id: str
    winning_carrier: str = ""
    kind: Literal["numbers_left"] = "numbers_left"
