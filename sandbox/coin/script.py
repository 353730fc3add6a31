"""The script language of the simulated clearing house: what may stand in a step, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.carrier.script import MOST_STEPS, BadScript, DateRule, Span, date_rule, span


class Kind(StrEnum):
    """When a step acts: in its turn, at the next call, or on the next message."""

    TIMELINE = "TIMELINE"
    FAULT = "FAULT"
    SHAPER = "SHAPER"


_TIMELINE = {
    "delay": ("date", "codes"), "answer": ("date",), "block": ("codes!", "numbers", "text", "date"),
    "cancel": ("text",), "error": ("codes!", "text"), "unknown_message": (), "stay_silent": (),
    "deactivate": ("numbers", "carrier"),
}  # fmt: skip
_FAULTS = {"http_500": ("for",), "http_500_after_write": (), "timeout": ("seconds",), "garbage": ("for",)}
_SHAPERS = ("duplicate_message", "reorder_messages", "drop_stream", "repeat_stream", "garbage_message")
KIND_OF: Mapping[str, Kind] = {
    **dict.fromkeys(_TIMELINE, Kind.TIMELINE), **dict.fromkeys(_FAULTS, Kind.FAULT),
    **dict.fromkeys(_SHAPERS, Kind.SHAPER),
}  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {**_TIMELINE, **_FAULTS, **dict.fromkeys(_SHAPERS, ())}
_CODE = re.compile(r"[0-9A-Z_]{1,20}")
_NUMBER = re.compile(r"\+31[0-9]{4,11}X{0,3}")
_OPERATOR = re.compile(r"[0-9A-Z]{3,6}")


@dataclass(frozen=True)
class Step:
    """One step, read and checked."""

    do: str
    after: Span | None = None
    date: DateRule | None = None
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    text: str = ""
    carrier: str = ""
    lasting: Span | None = None
    seconds: float = 60.0

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


def _step(raw: object, where: str, faults: list[tuple[str, str]]) -> Step | None:
    do = raw.get("do") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(do, str) or do not in FIELDS:
        faults.append((f"{where}/do", f"one of {', '.join(sorted(FIELDS))} is expected"))
        return None
    allowed = {name.rstrip("!") for name in FIELDS[do]} | {"do", "after"}
    faults += [(f"{where}/{name}", f"{do} has no such field") for name in raw if name not in allowed]
    needed = [name.rstrip("!") for name in FIELDS[do] if name.endswith("!")]
    faults += [(f"{where}/{name}", f"{do} needs it") for name in needed if name not in raw]
    found: dict[str, Any] = {}
    for name in (allowed - {"do"}) & raw.keys():
        argument, reader = _READERS[name]
        try:
            found[argument] = reader(raw[name])
        except (ValueError, TypeError) as error:
            faults.append((f"{where}/{name}", str(error)))
    return Step(do=do, **found)


def _listed(pattern: re.Pattern[str], like: str) -> Any:
    def read(value: object) -> tuple[str, ...]:
        fits = isinstance(value, list) and value and all(isinstance(v, str) and pattern.fullmatch(v) for v in value)
        if not fits or not isinstance(value, list):
            raise ValueError(f"a list like {like} is expected")
        return tuple(value)

    return read


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100:
        raise ValueError("a text of 1 to 100 characters is expected")
    return value


def _operator(value: object) -> str:
    if not isinstance(value, str) or not _OPERATOR.fullmatch(value):
        raise ValueError("the code of an operator like WINR is expected")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 600:
        raise ValueError("seconds from 0 to 600 are expected")
    return float(value)


_READERS: Mapping[str, tuple[str, Any]] = {
    "after": ("after", lambda value: span(_text(value))), "for": ("lasting", lambda value: span(_text(value))),
    "date": ("date", lambda value: date_rule(_text(value))), "text": ("text", _text), "seconds": ("seconds", _seconds),
    "carrier": ("carrier", _operator), "codes": ("codes", _listed(_CODE, '["2"]')),
    "numbers": ("numbers", _listed(_NUMBER, '["+31881234567"]')),
}  # fmt: skip
