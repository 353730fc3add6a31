"""Whether a number can be ported, asked before or beside the order: the answer, and what a line shows of it (R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from porting.dates import LocalDate
from porting.reasons import Reason
from porting.zones import local_date


class ValidationStatus(StrEnum):
    """Where the question stands. UNSUPPORTED: the line's carrier cannot be asked."""

    ASKED = "ASKED"
    PORTABLE = "PORTABLE"
    NOT_PORTABLE = "NOT_PORTABLE"
    UNKNOWN = "UNKNOWN"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What an answer objects to, one reason a field; `reason` is the first, and in older answers the only one."""

    reason: Reason | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def objections(self) -> tuple[Reason, ...]:
        return self.reasons or ((self.reason,) if self.reason else ())


@dataclass(frozen=True, kw_only=True)
class Portability(Judged):
    """A carrier's answer on one line, as ordered. `portable` is None where it could not say; `raw` are its own words.

    `donor` is who has the number, `earliest_date` the first day that it could move, `valid_until` the last on which
    the answer holds; both local to the number.
    """

    number: str
    portable: bool | None
    donor: str = ""
    earliest_date: LocalDate | None = None
    valid_until: LocalDate | None = None
    raw: str = ""


@dataclass(frozen=True, kw_only=True)
class Validation(Judged):
    """What a line shows of its last validation; `at` is when it was asked, then when it was answered."""

    status: ValidationStatus
    at: datetime
    donor: str = ""
    earliest_date: LocalDate | None = None
    valid_until: LocalDate | None = None


def has_lapsed(valid_until: date | None, now: datetime, time_zone: str) -> bool:
    """Whether an answer's last day is over where the number is."""
    return valid_until is not None and valid_until < local_date(now, time_zone)
