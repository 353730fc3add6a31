"""The script language of the simulated carrier: what may stand in a step, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

MOST_STEPS = 50


class Kind(StrEnum):
    """When a step acts: in its turn, or when its occasion comes. A trait is what the number is all the time."""

    TIMELINE = "TIMELINE"
    ANSWER = "ANSWER"
    ACTIVATION = "ACTIVATION"
    FAULT = "FAULT"
    SHAPER = "SHAPER"
    TRAIT = "TRAIT"


# Faults and shapers lie between the others and hold none of them up.
STORY = frozenset({Kind.TIMELINE, Kind.ANSWER, Kind.ACTIVATION})

_KINDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    Kind.TIMELINE: {
        "acknowledge": (), "confirm": ("date",), "exception": ("codes!", "text"), "reject": ("codes", "text"),
        "resume": (), "move_date": ("date!",), "cancel": (), "split": (), "comment": ("text!",), "stay_silent": (),
        "unknown_status": ("status",),
    },
    Kind.ANSWER: {"accept_date_change": (), "decline_date_change": (), "counter_date": ("date!",)},
    Kind.ACTIVATION: {"activate": ("late", "early"), "fail_activation": ("codes", "numbers")},
    Kind.FAULT: {
        "http_500": ("for",), "http_500_after_write": (), "timeout": ("seconds",), "garbage": ("for",),
        "rate_limit": ("for", "seconds"),
    },
    Kind.SHAPER: {
        "drop_webhook": (), "duplicate_webhook": (), "reorder_webhooks": (), "stale_signature": (), "lose_payload": (),
    },
    Kind.TRAIT: {"not_portable": ("text",), "fast_portable": ()},
}  # fmt: skip
KIND_OF: Mapping[str, Kind] = {name: kind for kind, steps in _KINDS.items() for name in steps}
FIELDS: Mapping[str, tuple[str, ...]] = {name: fields for steps in _KINDS.values() for name, fields in steps.items()}

_SPAN = re.compile(r"([0-9]{1,4})(m|h|d|bd)")
_COUNTED_DATE = re.compile(r"([+-][0-9]{1,3})(d|bd)")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class BadScript(ValueError):
    """Each fault of a script: where it is, and what is wrong."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {what}" for where, what in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Span:
    """A length of time, in business days or not at all."""

    time: timedelta = timedelta(0)
    business_days: int = 0


@dataclass(frozen=True)
class DateRule:
    """A date, or one counted from the day of the step."""

    day: date | None = None
    days: int = 0
    in_business_days: bool = False


@dataclass(frozen=True)
class Step:
    """One step, read and checked."""

    do: str
    after: Span | None = None
    date: DateRule | None = None
    codes: tuple[str, ...] = ()
    text: str = ""
    numbers: tuple[str, ...] = ()
    lasting: Span | None = None
    seconds: float | None = None
    status: str = ""
    late: Span | None = None
    early: Span | None = None

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.do]


def read_steps(raw: object) -> tuple[Step, ...]:
    """The steps of a script. Raises BadScript with everything that is wrong."""
    if not isinstance(raw, list) or len(raw) > MOST_STEPS:
        raise BadScript([("/steps", f"a list of at most {MOST_STEPS} steps is expected")])
    faults: list[tuple[str, str]] = []
    steps = [_step(step, f"/steps/{number}", faults) for number, step in enumerate(raw)]
    if faults:
        raise BadScript(faults)
    return tuple(step for step in steps if step is not None)


@lru_cache(maxsize=1024)
def span(text: str) -> Span:
    """`30m`, `3h`, `2d`, `1bd`. Raises ValueError for anything else."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise ValueError("a length of time is written 30m, 3h, 2d or 1bd (business days)")
    count, unit = int(match[1]), match[2]
    return Span(business_days=count) if unit == "bd" else Span(time=count * _UNITS[unit])


def date_rule(text: str) -> DateRule:
    """`2027-03-01`, `+5bd`, `-2d`. Raises ValueError for anything else."""
    if match := _COUNTED_DATE.fullmatch(text):
        return DateRule(days=int(match[1]), in_business_days=match[2] == "bd")
    try:
        return DateRule(day=date.fromisoformat(text))
    except ValueError:
        raise ValueError("a date is written 2027-03-01, or counted from the step: +5bd, -2d") from None


def _step(raw: object, where: str, faults: list[tuple[str, str]]) -> Step | None:
    if not isinstance(raw, dict):
        faults.append((where, "a step is an object with `do`"))
        return None
    do = raw.get("do")
    if not isinstance(do, str) or do not in FIELDS:
        faults.append((f"{where}/do", f"one of {', '.join(sorted(FIELDS))} is expected"))
        return None
    allowed = {name.rstrip("!") for name in FIELDS[do]} | {"do", "after"}
    faults += [(f"{where}/{name}", f"{do} has no such field") for name in raw if name not in allowed]
    needed = [name.rstrip("!") for name in FIELDS[do] if name.endswith("!")]
    faults += [(f"{where}/{name}", f"{do} needs it") for name in needed if name not in raw]
    return Step(do=do, **_fields(raw, allowed - {"do"}, where, faults))


def _fields(
    raw: Mapping[str, Any], allowed: set[str], where: str, faults: list[tuple[str, str]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in allowed & raw.keys():
        argument, reader = _READERS[name]
        try:
            found[argument] = reader(raw[name])
        except (ValueError, TypeError) as error:
            faults.append((f"{where}/{name}", str(error)))
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 4000:
        raise ValueError("a text of 1 to 4,000 characters is expected")
    return value


def _codes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(c, str) and _CODE.fullmatch(c) for c in value):
        raise ValueError("a list of codes like PASSCODE_PIN_INVALID is expected")
    return tuple(value)


def _numbers(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(n, str) and _NUMBER.fullmatch(n) for n in value):
        raise ValueError("a list of single numbers like +498912345678 is expected")
    return tuple(value)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 600:
        raise ValueError("seconds from 0 to 600 are expected")
    return float(value)


def _span(value: object) -> Span:
    return span(_text(value))


def _date(value: object) -> DateRule:
    return date_rule(_text(value))


_READERS: Mapping[str, tuple[str, Any]] = {
    "after": ("after", _span), "date": ("date", _date), "codes": ("codes", _codes), "text": ("text", _text),
    "numbers": ("numbers", _numbers), "for": ("lasting", _span), "seconds": ("seconds", _seconds),
    "status": ("status", _text), "late": ("late", _span), "early": ("early", _span),
}  # fmt: skip
