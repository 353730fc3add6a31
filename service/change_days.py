"""The days to which a confirmed date can be moved, and why each other day cannot be had (R23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geography.calendars import Calendars
from porting.announcement import ChangeStatus
from porting.dates import Day, bookable_days
from porting.errors import PortingError
from service.dates_asked import check_new_date, confirmed
from service.known_case import Approved, KnownCase, known_case, one_per_place
from service.refusals import RequestRefused
from service.wishes import Terms
from storage.database import Database

OVER = timedelta(days=7)


@dataclass(frozen=True)
class ChangeDays:
    """`refusal` is what any day at all would be refused for, as when it is too late; `fee` like `50.00 EUR`."""

    days: tuple[Day, ...]
    earliest: date
    latest: date
    refusal: PortingError | None
    fee: str


async def days_for_change(
    database: Database, calendars: Calendars, now: datetime, case_id: str, numbers: Sequence[str], month: date
) -> ChangeDays:
    """The days of the month that begins with `month`, for the lines named or all that are confirmed.

    Several places count together: a day is free where it is free for every line. Raises CaseNotFound.
    """
    async with database.read() as connection:
        case = await known_case(connection, case_id, None)
    lines = confirmed(case, tuple(numbers))
    notice = case.terms.policy.change_notice_business_days
    terms = [Terms.at(calendars.of(line.place), now, notice) for line in one_per_place(lines)]
    earliest = max((each.nearest for each in terms), default=month)
    latest = min((each.today for each in terms), default=month) + timedelta(days=case.terms.policy.max_days_ahead)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    approved = Approved.of(lines)
    earliest, latest = max(earliest, approved.first or earliest), min(latest, approved.last or latest)
    by_place = [bookable_days(each.calendar, month, last, earliest, latest) for each in terms]
    days = tuple(_with_proposal(_everywhere(same), case) for same in zip(*by_place, strict=True))
    fee = f"{case.terms.policy.change_fee} {case.terms.currency}"
    return ChangeDays(days, earliest, latest, _refusal(case, tuple(numbers), calendars, now), fee)


def _everywhere(same: Sequence[Day]) -> Day:
    """One day at several places: the first that has a reason against it decides."""
    return next((day for day in same if not day.bookable), same[0])


def _with_proposal(day: Day, case: KnownCase) -> Day:
    """What the carrier itself proposed is early enough (R25)."""
    change = case.date_change
    proposed = change.proposed_date if change and change.status is ChangeStatus.COUNTERED else None
    return Day(day.date, True, None) if day.date == proposed else day


def _refusal(case: KnownCase, numbers: tuple[str, ...], calendars: Calendars, now: datetime) -> PortingError | None:
    """What is said to a day that is over, unless it is about that day only: it holds for any other day too."""
    try:
        check_new_date(case, numbers, now.date() - OVER, calendars, now)
    except RequestRefused:
        return None
    except PortingError as error:
        return error
    return None
