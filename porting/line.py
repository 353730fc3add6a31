"""A number line: one entry of a case, the smallest thing with a status (R03, R16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from porting.dates import CutoverPlan
from porting.portability import Validation
from porting.reasons import Reason
from porting.status import OPEN, Status


class TemporaryStatus(StrEnum):
    """Where a line's temporary number stands (R31-R33)."""

    REQUESTED = "REQUESTED"
    ACTIVE = "ACTIVE"
    UNAVAILABLE = "UNAVAILABLE"
    RELEASED = "RELEASED"


@dataclass
class TemporaryNumber:
    """The number of ours to which the donor forwards calls until the cut-over (R31)."""

    status: TemporaryStatus
    number: str = ""
    active_at: datetime | None = None
    next_try: datetime | None = None
    tries: int = 0
    being_released: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it must be given back one day (R33)."""
        return self.status is TemporaryStatus.ACTIVE


class Cancellation(StrEnum):
    """What came of asking the carrier to cancel."""

    NONE = ""
    REQUESTED = "REQUESTED"
    REFUSED = "REFUSED"


@dataclass
class NumberLine:
    """One line. `number` is as ordered (`+4989010710X`); `place` is country, region and zone (`DE-BY@Europe/Berlin`).

    `order` is the carrier order's number within the case, 0 for none (R06). `wish_passes_at` is the end of the
    requested day, `outbound_due` the moment at which an outbound-only line is switched, `switching` that it is being
    done. `plan` follows from the confirmed date; a line that falls back to MISSING_DATA has none any more (R21).
    `activated_on` is the date for which we told the carrier to carry the port out, `hour_told` the hour that we named
    to a carrier that ports at our hour.
    """

    number: str
    count: int
    place: str
    number_type: str
    order: int
    status: Status
    requested_date: date
    wish_passes_at: datetime
    plan: CutoverPlan | None = None
    completed_at: datetime | None = None
    final_at: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    temporary: TemporaryNumber | None = None
    outbound_due: datetime | None = None
    switching: bool = False
    cancellation: Cancellation = Cancellation.NONE
    wish_passed: bool = False
    reminded: bool = False
    delay_told: bool = False
    activated_on: date | None = None
    hour_told: datetime | None = None
    validation: Validation | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_being_cancelled(self) -> bool:
        return self.cancellation is Cancellation.REQUESTED

    @property
    def country(self) -> str:
        return self.place[:2]

    @property
    def time_zone(self) -> str:
        return self.place.partition("@")[2]
