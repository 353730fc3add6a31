"""Wish, proposal, confirmation: which dates are possible, and what follows from one; the holidays are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from porting.errors import DateInThePast, DateNotPossible, DateTooEarly, DateTooFar, NotABusinessDay
from porting.policy import Policy
from porting.zones import end_of, is_zone, local_date, moment

__all__ = [
    "Calendar", "CutoverPlan", "Day", "bookable_days", "check_wish", "is_zone", "local_date", "nearest_date",
    "next_dates", "plan_cutover",
]

ONE_DAY = timedelta(days=1)
LocalDate = date  # a field named `date` hides the type of that name from the fields after it
WEEKEND = {5: "Saturday", 6: "Sunday"}


@dataclass(frozen=True)
class Calendar:
    """The business days of one place: weekends and public holidays are none (R08, R23).

    `holidays` names each holiday between `first` and `last`; a question about a day beyond raises DateTooFar, because
    an answer would pass every holiday there over in silence.
    """

    place: str
    time_zone: str
    holidays: Mapping[date, str] = field(default_factory=dict, hash=False, repr=False)
    first: date = date.min
    last: date = date.max

    def why_not(self, day: date) -> str | None:
        """Why nothing is ported that day (`Saturday`, `Epiphany`); None on a business day."""
        if not self.first <= day <= self.last:
            raise DateTooFar(f"No calendar is known for {day}: it goes from {self.first} to {self.last}.")
        return self.holidays.get(day) or WEEKEND.get(day.weekday())

    def is_business_day(self, day: date) -> bool:
        return self.why_not(day) is None

    def next_business_day(self, day: date) -> date:
        """The day itself, or the first business day after it."""
        return next(self._business_days(day, ONE_DAY))

    def add_business_days(self, day: date, n: int) -> date:
        """The n-th business day after the day, or before it when n is negative; the day itself does not count."""
        if n == 0:
            return day
        step = ONE_DAY if n > 0 else -ONE_DAY
        days = self._business_days(day + step, step)
        for _ in range(abs(n) - 1):
            next(days)
        return next(days)

    def in_zone(self, time_zone: str) -> Calendar:
        """The same days read in another zone (R22: a partner's setting)."""
        return replace(self, time_zone=time_zone)

    def _business_days(self, day: date, step: timedelta) -> Iterator[date]:
        while True:
            if self.is_business_day(day):
                yield day
            day += step


@dataclass(frozen=True)
class CutoverPlan:
    """What follows from a date at one place; each instant is aware UTC.

    `last_day_for_change` is the local day through which the date can be changed, and `change_until` the midnight that
    ends it: an instant is in time when it is `<`, so 23:59:59.999 is and 00:00:00 is not (R23).
    `reminder_at` is when the PBX is asked for (R26), `late_at` when a delay is told, `incomplete_at` the midnight that
    ends the next business day (R27).
    """

    place: str
    date: LocalDate
    cutover_at: datetime
    reminder_at: datetime
    last_day_for_change: LocalDate
    change_until: datetime
    late_at: datetime
    incomplete_at: datetime


@dataclass(frozen=True)
class Day:
    """One square of the month a date is picked from."""

    date: LocalDate
    bookable: bool
    reason: str | None


def plan_cutover(calendar: Calendar, day: date, policy: Policy, cutover_zone: str | None = None) -> CutoverPlan:
    """Everything the process must keep once a date stands (R22, R23, R26, R27).

    `cutover_zone` moves only the hour of cut-over (a partner's setting); days are counted where the number is.
    Raises DateTooFar when the calendar does not reach that far.
    """
    zone = calendar.time_zone
    last_day = calendar.add_business_days(day, -policy.change_notice_business_days)
    reminder_day = calendar.add_business_days(day, -policy.pbx_reminder_business_days)
    given_up_day = calendar.add_business_days(day, policy.incomplete_after_business_days)
    cutover_at = moment(day, policy.cutover_hour, cutover_zone or zone)
    return CutoverPlan(
        place=calendar.place,
        date=day,
        cutover_at=cutover_at,
        reminder_at=moment(reminder_day, policy.pbx_reminder_hour, zone),
        last_day_for_change=last_day,
        change_until=end_of(last_day, zone),
        late_at=cutover_at + timedelta(hours=policy.delay_told_after_hours),
        incomplete_at=end_of(given_up_day, zone),
    )


def nearest_date(calendar: Calendar, today: date, lead_days: int) -> date:
    """The first business day after `lead_days` business days; the day of the order does not count (R06, R08)."""
    return calendar.next_business_day(calendar.add_business_days(today, lead_days))


def next_dates(calendar: Calendar, day: date, count: int = 3) -> list[date]:
    """The first business days on or after the day."""
    found = [calendar.next_business_day(day)]
    while len(found) < count:
        found.append(calendar.add_business_days(found[-1], 1))
    return found


def check_wish(calendar: Calendar, wish: date, today: date, lead_days: int, max_days: int = 180) -> None:
    """Whether a date can be asked for (R08); `today` is the local date at the number's place.

    Raises DateInThePast, DateTooFar, NotABusinessDay or DateTooEarly, each with `nearest_date`, the first date that is
    possible at all, and `next_dates`, the three from the wish on.
    """
    nearest = nearest_date(calendar, today, lead_days)
    refusal = _refusal(calendar, wish, today, nearest, max_days)
    if refusal is None:
        return
    error, why = refusal
    start = nearest if error is DateTooFar else max(wish, nearest)
    alternatives = next_dates(calendar, start)
    raise error(
        f"{why} The nearest available date is {nearest}.",
        nearest_date=nearest,
        next_dates=[found.isoformat() for found in alternatives],
    )


def _refusal(
    calendar: Calendar, wish: date, today: date, nearest: date, max_days: int
) -> tuple[type[DateNotPossible], str] | None:
    if wish < today:
        return DateInThePast, f"{wish} is in the past."
    if (wish - today).days > max_days:
        return DateTooFar, f"{wish} is more than {max_days} days ahead."
    if reason := calendar.why_not(wish):
        return NotABusinessDay, f"{wish} is no business day there ({reason}); nothing is ported then."
    if wish < nearest:
        return DateTooEarly, f"{wish} is too early: the carrier needs longer."
    return None


def bookable_days(calendar: Calendar, first: date, last: date, earliest: date, latest: date) -> list[Day]:
    """Every day from first to last, and why one cannot be had; bookable are business days in earliest..latest."""
    return [_day(calendar, day, earliest, latest) for day in _each(first, last)]


def _day(calendar: Calendar, day: date, earliest: date, latest: date) -> Day:
    reason = calendar.why_not(day)
    if reason is None and day < earliest:
        reason = f"The first possible date is {earliest}"
    if reason is None and day > latest:
        reason = f"The last possible date is {latest}"
    return Day(day, reason is None, reason)


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


