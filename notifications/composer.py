"""From an event and its template to a subject and the blocks of a body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications import words
from notifications.blocks import Block, Heading, Kept, Link, Members, Quote, Token, read
from notifications.catalogue import Audience, template_of
from notifications.envelope import CaseFacts, Envelope, Line
from porting.commands import Actor
from porting.events import Entry
from porting.reasons import Reason
from porting.status import OPEN, Status
from porting.zones import local_date


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

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines concerned, each once, in the order of the case."""
        return tuple({line.number: line for part in self.parts for line in part.lines}.values())


@dataclass(frozen=True)
class Draft:
    """What a template says."""

    subject: str
    blocks: tuple[Block, ...]


def part(entry: Entry, case: CaseFacts) -> Part:
    """The entry with the lines that it concerns; none named means all of the case."""
    known = {line.number: line for line in case.lines}
    named = entry.event.numbers
    lines = tuple(known.get(number) or _stranger(number, case) for number in named) if named else case.lines
    return Part(entry.event, lines, entry.actor, entry.at, entry.sequence)


def _stranger(number: str, case: CaseFacts) -> Line:
    """A line that the case no longer lists: its number must be found in the mail all the same."""
    like = case.lines[0]
    count = 10 ** number.count("X")
    return Line(number=number, count=count, status=like.status, country=like.country, time_zone=like.time_zone)


def compose(letter: Letter) -> Draft:
    """Render the letter's template. Raises jinja2.UndefinedError for a word that it does not know."""
    kept = Kept()
    scope = _scope(letter, kept)
    body = _ENVIRONMENT.get_template(f"{letter.template}.txt").render(scope)
    foot = _ENVIRONMENT.get_template(f"_foot.{letter.audience}.txt").render(scope)
    subject, _, rest = body.lstrip().partition("\n")
    blocks = read(rest, kept) + read(foot, kept) + _annex(letter.lines, kept)
    return Draft(words.one_line(subject.removeprefix("Subject:")), tuple(blocks))


def _annex(lines: Sequence[Line], kept: Kept) -> list[Block]:
    """What would bury the message and is needed all the same, so that a search for any number finds the mail (R39)."""
    annex: list[Block] = [Heading("All number lines"), *kept.long] if kept.long else []
    members = tuple(words.members(lines))
    return annex + ([Heading("Every number of the ranges, one by one"), Members(members)] if members else [])


def _scope(letter: Letter, kept: Kept) -> dict[str, Any]:
    case, first = letter.case, letter.parts[0]
    return {
        "case": case, "policy": case.policy, "parts": letter.parts, "lines": letter.lines, "event": first.event,
        "actor": first.actor, "who": words.headline(letter.lines), "one": len(letter.lines) == 1,
        "what": _what(letter.lines), "customer": words.short(case.end_customer),
        "reference": words.short(case.reference), "partner": words.short(case.partner),
        "moment": _moment_in(case.zone), "day": words.day, "plural": words.plural,
        "local_day": lambda at: words.day(local_date(at, case.zone)), "outcomes": list(map(_outcome, letter.lines)),
        "change_until": _change_until, "changeable": any(_is_changeable(part) for part in letter.parts),
        "reasons": _reasons(letter.parts), "advice": _advice(letter),
        "wishes": sorted({line.requested_date for line in letter.lines if line.requested_date}),
        "temporary": [line for line in letter.lines if line.temporary],
        "others": _other_open_lines(letter), "replies": bool(letter.envelope.sender.reply_to),
        "cutover": _cutovers(letter.parts),
        "numbers": lambda lines, notes=(): kept.numbers(_numbers(lines, notes)),
        "pairs": lambda given: kept.numbers(tuple((f"{each.number} → {each.temporary}", "") for each in given)),
        "quote": lambda text: kept.token(Quote(tuple(map(words.one_line, words.clean(text).strip().split("\n"))))),
        "button": lambda label, url: kept.token(Link(label, url)),
        "link": lambda label, url: kept.token(Link(label, url, button=False)),
    }  # fmt: skip


def _moment_in(zone: str) -> Any:
    return lambda value, local=zone: words.moment(value, local)


def _numbers(lines: Sequence[Line], notes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    said = [*notes, *("" for _ in lines)]
    return tuple((words.described(line), note) for line, note in zip(lines, said, strict=False))


def _cutovers(parts: Sequence[Part]) -> str:
    """The cut-over that the parts tell of; the first of them and how many others."""
    plans = [(part.event.cutover_at, part.event.time_zone) for part in parts if hasattr(part.event, "cutover_at")]
    said = [words.moment(at, zone) for at, zone in sorted(set(plans))]
    return (said[0] if said else "") + (f" and {words.plural(len(said) - 1, 'other', 'others')}" if said[1:] else "")


def _is_changeable(part: Part) -> bool:
    """Whether the partner can still ask for another date (R23); a date can be confirmed too near for that."""
    last = getattr(part.event, "last_day_for_change", None)
    return last is not None and local_date(part.at, part.event.time_zone) <= last


def _change_until(part: Part) -> str:
    last = words.day(part.event.last_day_for_change)
    return f"until {last}" if _is_changeable(part) else f"no longer: the last day for it was {last}"


def _outcome(line: Line) -> str:
    said = {Status.COMPLETED: "completed", Status.REJECTED: "rejected: it stays with the losing carrier",
            Status.TERMINATED: "cancelled: it stays with the losing carrier",
            Status.OUTBOUND: "outbound-only: no answer came in time"}  # fmt: skip
    return said.get(line.status, "")


def _what(lines: Sequence[Line]) -> str:
    """The lines in a sentence: `number +498912345678`, `number range +4989010710X`, `these 3 number lines`."""
    if len(lines) > 1:
        return f"these {len(lines):,} number lines"
    return f"number {lines[0].number}" if lines[0].count == 1 else f"number range {lines[0].number}"


def _reasons(parts: Iterable[Part]) -> list[str]:
    """Each reason once, the carrier's own code behind it."""
    given: list[Reason] = [reason for part in parts for reason in getattr(part.event, "reasons", ())]
    return list(dict.fromkeys(_said(reason) for reason in given))


def _said(reason: Reason) -> str:
    return reason.text + (f" (carrier's code: {reason.carrier_code})" if reason.carrier_code else "")


def _other_open_lines(letter: Letter) -> bool:
    told = {line.number for line in letter.lines}
    return any(line.status in OPEN and line.number not in told for line in letter.case.lines)


def _advice(letter: Letter) -> list[str]:
    countries = dict.fromkeys(line.country for line in letter.lines)
    return [text for country in countries if (text := letter.case.advice.get(country, ""))]


def _finished(value: object) -> str:
    """What every value of a template becomes on its way in; only a block's token passes as it is."""
    return value if isinstance(value, Token) else words.one_line(value)


_ENVIRONMENT = Environment(
    loader=PackageLoader("notifications"), autoescape=False, undefined=StrictUndefined, finalize=_finished,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


