"""What a story has remembered, and the words of its steps that stand for it: `${case}`, `+10bd`, `${day}-5bd`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geography.calendars import Calendars
from porting.dates import Calendar
from porting.zones import local_date, moment

NAME = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
DAY = re.compile(r"(?:\$\{([a-z][a-z0-9_]*)\})?([+-][0-9]{1,3})(bd|d)")
SPAN = re.compile(r"\+?([0-9]{1,3})(m|h|d|bd)")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class NotKnown(Exception):
    """A story names what it has not remembered, or looks for what is not there."""


@dataclass
class Values:
    """`now` is the sandbox's clock as it was read last, aware UTC."""

    place: str
    now: datetime
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return Calendars(lambda: self.now).of(self.place)

    def get(self, name: str) -> Any:
        """Raises NotKnown."""
        if name not in self.known:
            raise NotKnown(f"nothing was remembered as {name}")
        return self.known[name]

    def remember(self, wanted: Mapping[str, str], body: Any) -> None:
        """Raises NotKnown when the answer has no such place."""
        for name, path in wanted.items():
            self.known[name] = at_path(body, path)

    def fill(self, value: Any, *, counted: bool = True) -> Any:
        """The value with everything remembered in its place; `counted` says whether `+10bd` becomes a date."""
        if isinstance(value, Mapping):
            return {self.fill(key, counted=False): self.fill(one, counted=counted) for key, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one, counted=counted) for one in value]
        return self._text(value, counted) if isinstance(value, str) else value

    def _text(self, text: str, counted: bool) -> Any:
        found = DAY.fullmatch(text)
        if found and (found[1] or counted):
            return self.day(text).isoformat()
        if only := NAME.fullmatch(text):
            return self.get(only[1])
        return NAME.sub(lambda match: str(self.get(match[1])), text)

    def day(self, text: str) -> date:
        """`2027-01-04`, `+3bd` from today, `${day}-5bd` from a day remembered. Raises NotKnown."""
        found = DAY.fullmatch(text)
        if found is None:
            return self._date(str(self.fill(text)))
        start = self._date(str(self.get(found[1]))) if found[1] else local_date(self.now, self.calendar.time_zone)
        count = int(found[2])
        return self.calendar.add_business_days(start, count) if found[3] == "bd" else start + timedelta(days=count)

    def after(self, text: str) -> datetime:
        """The instant that lies so far ahead; after business days the clock there shows the same hour."""
        found = SPAN.fullmatch(text)
        if found is None:
            raise NotKnown(f"{text} is no length of time")
        count, unit = int(found[1]), found[2]
        if unit != "bd":
            return self.now + count * UNITS[unit]
        here = self.now.astimezone(ZoneInfo(self.calendar.time_zone))
        return self.local(self.day(f"+{count}bd"), here.time())

    def local(self, day: date, hour: time) -> datetime:
        """That hour of the day at the story's place, in UTC."""
        return moment(day, hour, self.calendar.time_zone)

    def _date(self, text: str) -> date:
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise NotKnown(f"{text!r} is no date") from None


def at_path(body: Any, path: str) -> Any:
    """`lines.0.confirmed_date`; a single dot is the whole. Raises NotKnown."""
    found = body
    for step in [step for step in path.split(".") if step]:
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise NotKnown(f"the answer has no {path}") from None
    return found


def put_at(body: Any, path: str, value: Any) -> None:
    """Set what stands at the path; folders on the way are made. Raises NotKnown."""
    *way, last = path.split(".")
    for step in way:
        body = at_path(body, step) if isinstance(body, list) else body.setdefault(step, {})
    if not isinstance(body, dict):
        raise NotKnown(f"there is nothing that could have a field {last}")
    body[last] = value
