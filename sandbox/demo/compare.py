"""What differs between what a story expects and what came: one sentence a difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def differences(expected: Any, came: Any, where: str = "") -> Iterator[str]:
    """Of objects only the fields that are expected count; lists must be equally long."""
    if isinstance(expected, dict) and isinstance(came, dict):
        for name, value in expected.items():
            yield from differences(value, came.get(name), f"{where}.{name}" if where else name)
    elif isinstance(expected, list) and isinstance(came, list) and len(expected) == len(came):
        for position, (one, other) in enumerate(zip(expected, came, strict=True)):
            yield from differences(one, other, f"{where}.{position}" if where else str(position))
    elif expected != came:
        yield f"{where or 'the answer'}: expected {_shown(expected)}, came {_shown(came)}"


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) and value else repr(value)
    return text if len(text) <= 600 else f"{text[:600]} …"
