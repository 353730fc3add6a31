"""What a request must bring, and what of it is not there (R11): pure checks over a country's list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from porting.missing import ItemKind
from porting.numbers import NumberType


@dataclass(frozen=True)
class Requirement:
    """One item of a country's list.

    `field` is the path in the opening body (`losing_carrier.account_number`), or the kind of a document (`loa`).
    `pattern` is a regular expression for the whole value that Python and JavaScript read alike. Without
    `number_types` it holds for all of them.
    """

    field: str
    kind: ItemKind
    required: bool
    prompt: str
    example: str = ""
    pattern: str | None = None
    number_types: tuple[NumberType, ...] | None = None
    choices: tuple[str, ...] = ()

    def holds_for(self, number_type: NumberType) -> bool:
        return self.number_types is None or number_type in self.number_types


def problem(requirement: Requirement, value: str | None) -> str | None:
    """What is wrong with a value given for the item, in words for the partner; None when it will do."""
    text = (value or "").strip()
    if not text:
        return requirement.prompt if requirement.required else None
    if requirement.choices and text not in requirement.choices:
        return f"{requirement.prompt} One of: {', '.join(requirement.choices)}."
    if requirement.pattern and not re.fullmatch(requirement.pattern, text):
        return f"{requirement.prompt} It looks like this: {requirement.example}."
    return None


def missing(
    requirements: Iterable[Requirement], body: Mapping[str, Any], document_kinds: Collection[str]
) -> list[Requirement]:
    """The items that are required and absent, and those that were given in a form that no donor takes.

    `body` is the opening body as JSON; `document_kinds` are the kinds of the documents that came with it.
    """
    return [item for item in requirements if _is_missing(item, body, document_kinds)]


def value_at(body: Mapping[str, Any], path: str) -> str | None:
    """The value at a dotted path of the body; None when any step of it is absent."""
    found: Any = body
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return None if found is None else str(found)


def _is_missing(item: Requirement, body: Mapping[str, Any], document_kinds: Collection[str]) -> bool:
    if item.kind is ItemKind.DOCUMENT:
        return item.required and item.field not in document_kinds
    return problem(item, value_at(body, item.field)) is not None
