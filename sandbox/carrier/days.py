"""The simulated carrier's calendar: business days and hours where a number is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geography.calendars import Calendars
from geography.places import Place, place_of
from porting.dates import Calendar
from porting.numbers import NumberRange
from porting.zones import local_date, moment
from sandbox.carrier.script import DateRule, Span

CUTOVER_HOUR = time(14, 0)


class Days:
    """Every question about days is asked with the place's key, `DE-BY@Europe/Berlin`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._calendars = Calendars(now)

    def calendar(self, place: str) -> Calendar:
        return self._calendars.of(place)

    def later(self, at: datetime, by: Span, place: str) -> datetime:
        """The instant so much later; after business days the clock there shows the same hour."""
        if not by.business_days:
            return at + by.time
        zone = ZoneInfo(self.calendar(place).time_zone)
        local = at.astimezone(zone)
        day = self.calendar(place).add_business_days(local.date(), by.business_days)
        return moment(day, local.time(), str(zone))

    def day(self, rule: DateRule, at: datetime, place: str) -> date:
        """The date that a step means, counted from the local day of its instant."""
        if rule.day:
            return rule.day
        today = self.today(at, place)
        if rule.in_business_days:
            return self.calendar(place).add_business_days(today, rule.days)
        return today + timedelta(days=rule.days)

    def today(self, at: datetime, place: str) -> date:
        return local_date(at, self.calendar(place).time_zone)

    def hour_of(self, like: datetime | None, place: str) -> time:
        """The local hour of a wish; 14:00 without one."""
        return like.astimezone(ZoneInfo(self.calendar(place).time_zone)).time() if like else CUTOVER_HOUR

    def cutover(self, day: date, like: datetime | None, place: str) -> datetime:
        return moment(day, self.hour_of(like, place), self.calendar(place).time_zone)

    def confirmable(self, wish: datetime | None, at: datetime, place: str) -> date:
        """The wished date where it is still a business day ahead; else the nearest that is possible."""
        calendar, today = self.calendar(place), self.today(at, place)
        if wish is None:
            return calendar.add_business_days(today, 5)
        return calendar.next_business_day(max(self.today(wish, place), calendar.add_business_days(today, 1)))


def place_for(number: str, seen: dict[str, Place]) -> Place:
    """Where a number is; `seen` spares the thousands of one block, which lie together. Raises PortingError."""
    block = number[:-3]
    if block not in seen:
        seen[block] = place_of(NumberRange(number))
    return seen[block]
