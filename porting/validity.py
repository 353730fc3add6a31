"""How long a losing carrier's approval is good, and when all concerned are warned that it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from porting.dates import LocalDate
from porting.policy import Policy
from porting.zones import end_of, moment


@dataclass(frozen=True)
class Validity:
    """The approval of a place's numbers is good through `last_day`, which is local; each instant is aware UTC.

    `warned_at` is the morning some days before, `lapses_at` the midnight that ends the last day.
    """

    place: str
    last_day: LocalDate
    warned_at: datetime
    lapses_at: datetime


def plan_validity(place: str, last_day: LocalDate, policy: Policy) -> Validity:
    """Computed outside and recorded, as cut-over plans are."""
    zone = place.partition("@")[2]
    warning_day = last_day - timedelta(days=policy.approval_warning_days)
    return Validity(
        place=place,
        last_day=last_day,
        warned_at=moment(warning_day, policy.pbx_reminder_hour, zone),
        lapses_at=end_of(last_day, zone),
    )
