"""Words and figures as mails write them: days, hours, amounts, and other people's text made harmless."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from notifications.envelope import Line

# Signs that turn the reading direction, or hide: a name must not be able to rewrite the line that it stands in.
_HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
LONGEST_NAME = 160


def clean(text: str) -> str:
    """The text without control and direction signs; every kind of line break becomes a plain one."""
    return _CONTROL.sub("", _HIDDEN.sub("", _BREAKS.sub("\n", text)))


def one_line(text: object) -> str:
    """The text on one line, harmless: what any value becomes before it stands in a sentence."""
    return " ".join(clean(str(text)).split())


def short(text: str, longest: int = LONGEST_NAME) -> str:
    """A name that leaves room for the sentence around it."""
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def day(value: date) -> str:
    """`Thu 7 Jan 2027`."""
    return f"{value:%a} {value.day} {value:%b} {value.year}"


def moment(value: datetime, zone: str) -> str:
    """`Thu 7 Jan 2027, 14:00 (Europe/Berlin)`: the hour that clocks in the zone show."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M} ({zone})"


def plural(count: int, one: str, many: str) -> str:
    """`1 number` or `1,000 numbers`."""
    return f"{count:,} {one if count == 1 else many}"


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def headline(lines: Sequence[Line]) -> str:
    """The first number line, and how many more there are: `+4989010710X (+19 more)`."""
    more = len(lines) - 1
    return lines[0].number + (f" (+{more:,} more)" if more else "")


def described(line: Line) -> str:
    """A line as a list shows it; a range with its first and last number."""
    if line.count == 1:
        return line.number
    return f"{line.number} ({line.count:,} numbers: {line.first} – {line.last})"


def members(lines: Sequence[Line]) -> list[str]:
    """Each single number of the ranges, so that a search for it finds the mail (R39)."""
    return [
        f"+{value}" for line in lines if line.count > 1 for value in range(int(line.first[1:]), int(line.last[1:]) + 1)
    ]
