"""What one mail tells of, before it has words: entries of one kind, their lines, and whom they are told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from notifications.catalogue import Audience, template_of
from notifications.envelope import CaseFacts, Envelope, Line
from porting.commands import Actor
from porting.events import Entry


@dataclass(frozen=True)
class Part:
    """One entry of the announcement: parts of one mail differ in their lines, dates and zones."""

    event: Any
    lines: tuple[Line, ...]
    actor: Actor
    at: datetime
    sequence: int


@dataclass(frozen=True)
class Letter:
    """The entries of one kind that one audience is told of in one mail."""

    envelope: Envelope
    audience: Audience
    parts: tuple[Part, ...]

    @property
    def template(self) -> str:
        return template_of(self.parts[0].event.kind, self.audience)

    @property
    def case(self) -> CaseFacts:
        return self.envelope.case

    @property
    def corrects(self) -> bool:
        """Whether it takes back what an earlier mail told."""
        return any(part.event.corrects for part in self.parts)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines concerned, each once."""
        return tuple({line.number: line for part in self.parts for line in part.lines}.values())


def part(entry: Entry, case: CaseFacts) -> Part:
    """The entry with the lines that it concerns; none named means all of the case."""
    named = entry.event.numbers
    lines = tuple(case.line(number) or _stranger(number, case) for number in named) if named else case.lines
    return Part(entry.event, lines, entry.actor, entry.at, entry.sequence)


def _stranger(number: str, case: CaseFacts) -> Line:
    """A line that the case does not list: its number must be found in the mail all the same."""
    like = case.lines[0]
    count = 10 ** number.count("X")
    return Line(number=number, count=count, status=like.status, country=like.country, time_zone=like.time_zone)
