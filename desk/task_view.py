"""A task by hand as its page shows it: every field that the other carrier's form can ask for, by name; pure (R43)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from desk import words
from desk.case_view import Fact
from porting.country import country
from porting.tasks import DEEDS, TaskKind

Json = Mapping[str, Any]
TITLES: Mapping[str, str] = {
    "SUBMIT": "Pass the order on", "AMEND": "Pass the corrected order on", "CHANGE_DATE": "Ask for another date",
    "CANCEL": "Cancel the order", "TELL": "Pass a message on", "VALIDATE": "Ask whether it can be ported",
    "ACTIVATE": "Have the cut-over carried out",
}  # fmt: skip
FIRST = ("new_date", "message", "reason", "requested_date")
LEFT_OUT = frozenset({"zone", "documents", "whole_order"})


def shown(task: Json) -> dict[str, Any]:
    """The task with its title, its sentence and its fields in order; what is empty is left out."""
    deed = DEEDS[TaskKind(task["kind"])].format(words.some(task["numbers"]))
    return dict(task) | {
        "title": TITLES[task["kind"]],
        "deed": f"Care {deed}.",
        "fields": [Fact("Numbers", "\n".join(task["numbers"])), *_fields(task["form"])],
        "papers": task["form"].get("documents", ()),
    }


def typical(case: Json) -> str:
    """How long a port by hand usually takes where the case's lines are, in business days there (R43)."""
    where = sorted({line["country"] for line in case["lines"]})
    return " ".join(_typical(code) for code in where)


def _typical(code: str) -> str:
    known = country(code)
    return f"{known.name}: {known.by_hand.in_words}"


def is_held(task: Json, case: Json) -> bool:
    """Whether the order is better not passed on yet: something of it is asked of the partner."""
    asked = {line["number"] for line in case["lines"] if line["status"] == "MISSING_DATA"}
    return task["status"] == "OPEN" and task["kind"] == TaskKind.SUBMIT and not asked.isdisjoint(task["numbers"])


def _fields(form: Json) -> Iterator[Fact]:
    named = [*(name for name in FIRST if name in form), *(name for name in form if name not in FIRST)]
    for name in named:
        if name not in LEFT_OUT:
            yield from _field(name, form[name])


def _field(name: str, value: Any, under: str = "") -> Iterator[Fact]:
    path = f"{under}.{name}" if under else name
    if isinstance(value, Mapping):
        for inner, given in value.items():
            yield from _field(inner, given, path)
    elif value not in (None, "", False):
        yield Fact(_name(path), "yes" if value is True else str(value))


def _name(path: str) -> str:
    """`losing_carrier.name` and `end_customer.name` are told apart by whose they are."""
    owner, _, last = path.rpartition(".")
    if path == "losing_carrier.name":
        return "Losing carrier"
    return words.field_name(path if owner else last)
