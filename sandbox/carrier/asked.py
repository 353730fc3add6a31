"""Fields of a body, as the vendor's document has them: there, of the right kind, one of the allowed words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sandbox.carrier.http import Refusal
from sandbox.carrier.reading import NUMBER, at
from sandbox.carrier.shapes import Json


def needed(body: Json, *path: str, pattern: str = "") -> str:
    """A text that must be there, and look like the pattern. Raises Refusal."""
    value, pointer = at(body, *path), "/" + "/".join(path)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(422, f"{path[-1]} is missing.", pointer=pointer)
    if pattern and not re.fullmatch(pattern, value):
        raise Refusal(422, f"{path[-1]} is not as it must be: {pattern}", pointer=pointer)
    return value


def word(body: Json, name: str, allowed: Collection[str], default: str = "") -> str:
    """One of the words; without a default it must be there. Raises Refusal."""
    value = body.get(name, default or None)
    if value not in allowed:
        raise Refusal(422, f"{name} is one of {', '.join(sorted(allowed))}", pointer=f"/{name}")
    return str(value)


def listed(body: Json, name: str, most: int = 100) -> list[Any]:
    """A list with something in it. Raises Refusal."""
    value = body.get(name)
    if not isinstance(value, list) or not value or len(value) > most:
        raise Refusal(422, f"{name} is a list of 1 to {most} entries", pointer=f"/{name}")
    return value


def number_range(body: Any, pointer: str) -> Json:
    """`start_at` and `end_at`, single numbers of one length. Raises Refusal."""
    start, end = at(body, "start_at"), at(body, "end_at")
    if not all(isinstance(number, str) and NUMBER.fullmatch(number) for number in (start, end)):
        raise Refusal(422, "start_at and end_at are +E.164 numbers", pointer=pointer)
    if len(start) != len(end) or start > end:
        raise Refusal(422, "end_at comes before start_at", pointer=pointer)
    return {"start_at": start, "end_at": end}


def within(ranges: list[Any], whole: Json, pointer: str) -> None:
    """Activation ranges lie in the whole and not upon each other. Raises Refusal."""
    last = None
    for one in sorted(ranges, key=lambda one: one["start_at"]):
        outside = not whole["start_at"] <= one["start_at"] <= one["end_at"] <= whole["end_at"]
        if outside or (last is not None and one["start_at"] <= last):
            raise Refusal(422, "an activation range lies outside or upon another one", pointer=pointer)
        last = one["end_at"]


def when(body: Json, name: str) -> datetime:
    """An instant that must be there; UTC where it names no offset. Raises Refusal."""
    try:
        found = datetime.fromisoformat(body[name])
    except (KeyError, TypeError, ValueError):
        raise Refusal(422, f"{name} is no date", pointer=f"/{name}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def an_id(body: Any, name: str, pointer: str) -> str:
    """A UUID that must be there. Raises Refusal."""
    try:
        return str(uuid.UUID(at(body, name)))
    except (AttributeError, TypeError, ValueError):
        raise Refusal(422, f"{name} is no id", pointer=pointer) from None
