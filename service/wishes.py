"""Which dates a request's lines can have: the nearest, and whether the wish holds everywhere (R06, R08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from porting.dates import Calendar, check_wish, local_date, nearest_date
from porting.errors import DateNotPossible, Fact
from porting.zones import moment
from service.refusals import FieldProblem

ONE_DAY = timedelta(days=1)
ALTERNATIVES = 3
NEAREST_SAID = " The nearest available date is"


@dataclass(frozen=True)
class Terms:
    """What decides over a date at one place: its calendar, the day it is there, and the days that pass at least."""

    calendar: Calendar
    today: date
    lead_days: int

    @classmethod
    def at(cls, calendar: Calendar, now: datetime, lead_days: int) -> Terms:
        return cls(calendar, local_date(now, calendar.time_zone), lead_days)

    @property
    def nearest(self) -> date:
        return nearest_date(self.calendar, self.today, self.lead_days)


def common_dates(terms: Sequence[Terms], start: date | None = None, count: int = 1) -> list[date]:
    """The first dates that are possible at every place, from `start` on. Raises DateTooFar past the calendars."""
    day = max([each.nearest for each in terms] + ([start] if start else []))
    found: list[date] = []
    while len(found) < count:
        if all(each.calendar.is_business_day(day) for each in terms):
            found.append(day)
        day += ONE_DAY
    return found


def last_common_date(terms: Sequence[Terms], end: date) -> date:
    """The last day through `end` that is a business day at every place. Raises DateTooFar past the calendars."""
    day = end
    while not all(each.calendar.is_business_day(day) for each in terms):
        day -= ONE_DAY
    return day


def wish_problems(terms: Iterable[Terms], wish: date, max_days: int, pointer: str) -> list[FieldProblem]:
    """Why the wish cannot be had: one problem for each kind of reason, with the dates that hold at every place."""
    everywhere = list(dict.fromkeys(terms))
    refusals: dict[str, DateNotPossible] = {}
    for each in everywhere:
        try:
            check_wish(each.calendar, wish, each.today, each.lead_days, max_days)
        except DateNotPossible as error:
            refusals.setdefault(error.code, error)
    return [_problem(error, everywhere, wish, max_days, pointer) for error in refusals.values()]


def _problem(
    error: DateNotPossible, terms: Sequence[Terms], wish: date, max_days: int, pointer: str
) -> FieldProblem:
    nearest = common_dates(terms)[0]
    latest = max(each.today for each in terms) + timedelta(days=max_days)
    following = common_dates(terms, wish if wish <= latest else None, ALTERNATIVES)
    why, _, _ = error.detail.partition(NEAREST_SAID)
    facts: dict[str, Fact] = {"nearest_date": nearest, "next_dates": [day.isoformat() for day in following]}
    return FieldProblem(pointer, error.code, f"{why}{NEAREST_SAID} {nearest}.", facts)


def same_clock_time(day: date, now: datetime, zone: str) -> datetime:
    """The instant, in UTC, at which that day's clocks in the zone show what they show now (R06)."""
    return moment(day, now.astimezone(ZoneInfo(zone)).time().replace(microsecond=0), zone)
