"""What a carrier can do, as one value that each carrier order keeps: no rule ever asks for a carrier's name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Inlet(StrEnum):
    """How a carrier's word comes in."""

    WEBHOOK = "WEBHOOK"
    POLL = "POLL"
    STREAM = "STREAM"
    BY_HAND = "BY_HAND"


class DateModel(StrEnum):
    """REQUESTED: we wish for a date and the carrier confirms one. FIRST_POSSIBLE: it names the first one it can do."""

    REQUESTED = "REQUESTED"
    FIRST_POSSIBLE = "FIRST_POSSIBLE"


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """`can_change_date`: the carrier decides on a date change. Without it the date is ours within what it approved,
    where it named the first possible one (`date_is_ours`); where it confirmed our wish, that date cannot be changed.

    `may_split`: it may make several orders of one, which join the case. `can_activate`: our own word carries the port
    out on the day. `cancel_cutoff_hours`: no cancellation later than so long before the cut-over. `validity_days`: how
    many calendar days an approval is good for. `max_numbers`: most numbers in one order. 0 means that there is no such
    limit. `new_order_after_refusal`: what it refuses is closed there, so that corrected lines go to it as a new order.
    """

    inlets: tuple[Inlet, ...] = (Inlet.WEBHOOK, Inlet.POLL)
    date_model: DateModel = DateModel.REQUESTED
    can_change_date: bool = True
    can_activate: bool = False
    can_validate: bool = False
    may_split: bool = True
    cancel_cutoff_hours: int = 0
    validity_days: int = 0
    max_numbers: int = 0
    new_order_after_refusal: bool = False

    @property
    def date_is_ours(self) -> bool:
        """Whether another date is chosen without asking the carrier (R25)."""
        return not self.can_change_date and self.date_model is DateModel.FIRST_POSSIBLE

    @property
    def date_is_fixed(self) -> bool:
        """Whether a confirmed date stays whatever is asked: nobody may believe that the carrier knows of another."""
        return not self.can_change_date and self.date_model is DateModel.REQUESTED

    @property
    def is_by_hand(self) -> bool:
        """Whether every word from and to the carrier passes through a person (R43)."""
        return self.inlets == (Inlet.BY_HAND,)
