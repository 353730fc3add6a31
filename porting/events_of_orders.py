"""Events of carrier orders that move no line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from porting.event import Event


@dataclass(frozen=True, kw_only=True)
class OrderKnownAs(Event):
    """What the carrier's own people call the order, for whoever has to ask them about it."""

    carrier: str
    known_as: str
    kind: Literal["order_known_as"] = "order_known_as"
