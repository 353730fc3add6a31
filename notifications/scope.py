"""The words that a template may use: the case, the entries and their lines, and how to say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from notifications import words
from notifications.blocks import Kept, Link, Quote, Token
from notifications.envelope import CaseFacts, Line
from notifications.letter import Letter, Part
from porting.events import Asked
from porting.reasons import Reason
from porting.sentences import answer_in_words, in_full
from porting.status import OPEN, Status
from porting.tasks import DEEDS
from porting.waiting import some
from porting.zones import local_date

_Rows = tuple[tuple[str, str], ...]


def scope(letter: Letter, kept: Kept) -> dict[str, Any]:
    """Everything that `letter`'s template can name; blocks that it asks for are left in `kept`."""
    return {**_case(letter.case), **_entries(letter), **_lines(letter), **_sayings(letter.case), **_pieces(kept)}


def _case(case: CaseFacts) -> dict[str, Any]:
    return {
        "case": case,
        "policy": case.policy,
        "has_page": case.has_page,
        "how": f"{'On the case page, or through' if case.has_page else 'Through'} the API with POST to",
        "customer": words.short(case.end_customer) or "the end customer",
        "reference": words.short(case.reference) or "none",
        "partner": words.short(case.partner) or "partner",
    }


def _entries(letter: Letter) -> dict[str, Any]:
    """`parts` are the entries; `event` and `actor` are the first one's, for what they have in common."""
    first = letter.parts[0]
    return {
        "parts": letter.parts,
        "event": first.event,
        "actor": first.actor,
        "cutover": _cutovers(letter.parts),
        "changeable": any(_is_changeable(part) for part in letter.parts),
        "reasons": _reasons(letter.parts),
        "replies": bool(letter.envelope.sender.reply_to),
    }


def _lines(letter: Letter) -> dict[str, Any]:
    lines = letter.lines
    return {
        "lines": lines,
        "one": len(lines) == 1,
        "single": len(lines) == 1 and lines[0].count == 1,
        "who": words.headline(lines),
        "what": _what(lines),
        "wishes": sorted({line.requested_date for line in lines if line.requested_date}),
        "temporary": [line for line in lines if line.temporary],
        "outcomes": [_OUTCOMES.get(line.status, "") for line in lines],
        "others": _other_open_lines(letter),
        "advice": _advice(letter),
        "usual_times": _of_countries(letter, letter.case.usual_times),
    }


def _sayings(case: CaseFacts) -> dict[str, Any]:
    return {
        "moment": _moment_in(case.zone),
        "day": words.day,
        "local_day": lambda at: words.day(local_date(at, case.zone)),
        "plural": words.plural,
        "short": words.short,
        "change_until": _change_until,
        "asked": _asked,
        "task": lambda event: f"Care {DEEDS[event.task].format(some(event.numbers))}.",
        "portability": lambda event: answer_in_words(event, some(event.numbers)),
        "objections": lambda event: [_said(one) for one in event.objections],
    }


def _pieces(kept: Kept) -> dict[str, Callable[..., Token]]:
    return {
        "numbers": lambda lines, notes=(): kept.numbers(_number_rows(lines, notes)),
        "pairs": lambda given: kept.numbers(tuple((f"{each.number} → {each.temporary}", "") for each in given)),
        "quote": lambda text: kept.token(Quote(tuple(map(words.one_line, words.clean(text).strip().split("\n"))))),
        "button": lambda label, url: kept.token(Link(label, url)),
        "link": lambda label, url: kept.token(Link(label, url, button=False)),
    }


def _moment_in(zone: str) -> Callable[..., str]:
    def moment(at: datetime, local: str = zone) -> str:
        return words.moment(at, local)

    return moment


def _number_rows(lines: Sequence[Line], notes: Sequence[str]) -> _Rows:
    said = notes or [""] * len(lines)
    return tuple((words.described(line), note) for line, note in zip(lines, said, strict=True))


def _cutovers(parts: Sequence[Part]) -> str:
    """The cut-over that the parts tell of; the first of them and how many others."""
    plans = {(part.event.cutover_at, part.event.time_zone) for part in parts if hasattr(part.event, "cutover_at")}
    said = [words.moment(at, zone) for at, zone in sorted(plans)]
    return (said[0] if said else "") + (f" and {words.plural(len(said) - 1, 'other', 'others')}" if said[1:] else "")


def _is_changeable(part: Part) -> bool:
    """Whether the partner can still ask for another date (R23); a date can be confirmed too near for that."""
    last = getattr(part.event, "last_day_for_change", None)
    return last is not None and local_date(part.at, part.event.time_zone) <= last


def _change_until(part: Part) -> str:
    last = words.day(part.event.last_day_for_change)
    return f"until {last}" if _is_changeable(part) else f"no longer: the last day for it was {last}"


_OUTCOMES = {
    Status.COMPLETED: "completed",
    Status.REJECTED: "rejected: it stays with the losing carrier",
    Status.TERMINATED: "cancelled: it stays with the losing carrier",
    Status.OUTBOUND: "outbound-only: no answer came in time",
}


def _what(lines: Sequence[Line]) -> str:
    """The lines in a sentence: `number +498912345678`, `number range +4989010710X`, `these 3 number lines`."""
    if len(lines) > 1:
        return f"these {len(lines):,} number lines"
    return f"number {lines[0].number}" if lines[0].count == 1 else f"number range {lines[0].number}"


def _reasons(parts: Iterable[Part]) -> list[str]:
    """Each reason once, the carrier's own code behind it; what is asked for in the same words is not said twice."""
    prompts = {one.prompt for part in parts for one in _all_asked(part.event)}
    given = [reason for part in parts for reason in getattr(part.event, "reasons", ())]
    return list(dict.fromkeys(_said(one) for one in given if not any(_is_said_by(prompt, one) for prompt in prompts)))


def _is_said_by(prompt: str, reason: Reason) -> bool:
    """What is asked begins with why it is asked, where the choice is whether to correct it at all."""
    return prompt == reason.text or prompt.startswith(f"{reason.text.rstrip('.')}. ")


def _said(reason: Reason) -> str:
    return in_full(reason) + (f" (the carrier's code: {reason.carrier_code})" if reason.carrier_code else "")


def _all_asked(event: Any) -> tuple[Asked, ...]:
    """What an event asks of the partner. A date change calls its date `asked` too."""
    asked = getattr(event, "asked", ())
    return asked if isinstance(asked, tuple) else ()


def _asked(event: Any) -> list[str]:
    """What the partner must give, with its id and field as answers name them, and the code of the refusal."""
    reasons: Sequence[Reason] = getattr(event, "reasons", ())
    return [_wanted(one, _code_of(one, reasons)) for one in _all_asked(event)]


def _code_of(one: Asked, reasons: Iterable[Reason]) -> str | None:
    return next((reason.carrier_code for reason in reasons if _is_said_by(one.prompt, reason)), None)


def _wanted(one: Asked, code: str | None) -> str:
    return f"{one.prompt} ({one.id}: {one.field}" + (f"; the carrier's code: {code})" if code else ")")


def _other_open_lines(letter: Letter) -> bool:
    told = {line.number for line in letter.lines}
    return any(line.status in OPEN and line.number not in told for line in letter.case.lines)


def _advice(letter: Letter) -> list[str]:
    """What a country's file advises, for the countries of these lines (R44)."""
    return _of_countries(letter, letter.case.advice)


def _of_countries(letter: Letter, texts: Mapping[str, str]) -> list[str]:
    countries = dict.fromkeys(line.country for line in letter.lines)
    return [text for country in countries if (text := texts.get(country, ""))]
