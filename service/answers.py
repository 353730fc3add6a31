"""What a partner gives to what is missing: checked against what was asked, item by item (R11, R19)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from porting.country import country
from porting.missing import ItemKind, MissingItem
from porting.numbers import NumberRange
from porting.requirements import Requirement, problem
from service.known_case import KnownCase
from service.refusals import FieldProblem, RequestRefused
from service.remaining import NEW_BILLING_NUMBER, new_billing_problem

DATE_FIELD = "requested_date"
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CORRECT, REMOVE = "correct", "remove"
ACTIONS = ("keep", CORRECT, REMOVE)
NUMBERS = "numbers"
# Answered in words, each for its own lines.
IN_WORDS = frozenset({"comment", NUMBERS})


@dataclass(frozen=True)
class Given:
    """One answer as it came; exactly one of value, document and action fits what was asked.

    `numbers` are those lines of the item that are removed, None means all of them.
    """

    missing_id: str
    value: str | None = None
    document_id: str | None = None
    action: str | None = None
    numbers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Answered:
    """An answer beside its item, and where it stood in the call."""

    item: MissingItem
    given: Given
    position: int

    @property
    def pointer(self) -> str:
        return f"/answers/{self.position}"

    def row(self) -> dict[str, Any]:
        """As it is stored."""
        given = {name: value for name, value in vars(self.given).items() if value is not None}
        if self.item.kind is ItemKind.CHOICE and self.given.action != CORRECT:
            given.pop("value", None)  # nothing that is kept or taken out is written anew
        return given | {"field": self.item.field, "kind": self.item.kind.value}


def match_items(case: KnownCase, given: Sequence[Given]) -> list[Answered]:
    """Each answer with its item. Raises RequestRefused for ids that are not asked for, or named twice."""
    items = {item.id: item for item in case.missing}
    problems, seen = [], set()
    for position, answer in enumerate(given):
        pointer = f"/answers/{position}/missing_id"
        if answer.missing_id not in items:
            text = f"{answer.missing_id} is not asked for on this case."
            problems.append(FieldProblem(pointer, "unknown_missing_item", text))
        elif answer.missing_id in seen:
            problems.append(FieldProblem(pointer, "invalid_answer", f"{answer.missing_id} is answered twice here."))
        seen.add(answer.missing_id)
    if problems:
        raise RequestRefused(problems)
    return [Answered(items[answer.missing_id], answer, position) for position, answer in enumerate(given)]


def check_answers(case: KnownCase, answered: Iterable[Answered], documents: Mapping[str, str]) -> None:
    """Whether each answer is of the kind and form that was asked for; `documents` are those that may be named.

    Raises RequestRefused with the item's own question.
    """
    given = list(answered)
    problems = [found for one in given if (found := _problem(case, one, documents)) is not None]
    problems += _contradictions(given)
    if problems:
        raise RequestRefused(problems)


def _contradictions(answered: Sequence[Answered]) -> list[FieldProblem]:
    """A request says one thing in one field, whichever lines it is asked for."""
    said: dict[str, str] = {}
    told = [(one, one.row().get("value")) for one in answered if one.item.field not in IN_WORDS]
    return [
        _invalid(one, "value", f"{one.item.field} has another value in this call already; the request has one for all.")
        for one, value in told
        if value is not None and said.setdefault(one.item.field, value) != value
    ]


def requested_date(answered: Iterable[Answered]) -> tuple[date, Answered] | None:
    """The date that an answer names, where one was asked for."""
    for one in answered:
        if one.item.field == DATE_FIELD and one.given.value:
            return date.fromisoformat(one.given.value), one
    return None


def removed(answered: Iterable[Answered]) -> tuple[str, ...]:
    """The items all of whose numbers are taken out of the request."""
    return tuple(one.item.id for one in answered if one.given.action == REMOVE and not one.given.numbers)


def removed_numbers(answered: Iterable[Answered]) -> tuple[str, ...]:
    """The numbers that are taken out by name, the others of their items being kept."""
    named = (number for one in answered if one.given.action == REMOVE for number in one.given.numbers or ())
    return tuple(dict.fromkeys(named))


def _problem(case: KnownCase, one: Answered, documents: Mapping[str, str]) -> FieldProblem | None:
    given, prompt = one.given, one.item.prompt
    if given.numbers and (one.item.kind is not ItemKind.CHOICE or given.action != REMOVE):
        return _invalid(one, "numbers", "Name numbers only of a choice, and only to remove them.")
    match one.item.kind:
        case ItemKind.DOCUMENT:
            return _document_problem(one, documents)
        case ItemKind.CHOICE:
            if not given.action:
                return _invalid(one, "action", f"{prompt} Send `action`: {', '.join(ACTIONS)}.")
            return _choice_problem(case, one, documents)
        case ItemKind.VALUE:
            return _value_problem(case, one)


def _choice_problem(case: KnownCase, one: Answered, documents: Mapping[str, str]) -> FieldProblem | None:
    """To correct a field is to give what it should say (R15); which numbers are right is for words to tell."""
    if one.given.action == REMOVE:
        return _removal_problem(one)
    if one.given.action != CORRECT or one.item.field == NUMBERS:
        return None
    if any(item.kind is ItemKind.DOCUMENT for item in _asked(case, one.item)):
        return _document_problem(one, documents)
    return _value_problem(case, one)


def _removal_problem(one: Answered) -> FieldProblem | None:
    strange = next((number for number in one.given.numbers or () if number not in one.item.numbers), None)
    return _invalid(one, "numbers", f"{one.item.id} does not ask about {strange}.") if strange else None


def _value_problem(case: KnownCase, one: Answered) -> FieldProblem | None:
    given = one.given
    if not given.value:
        return _invalid(one, "value", f"{one.item.prompt} Send it as `value`.")
    if one.item.field == DATE_FIELD:
        return _date_problem(one, given.value)
    if says := next((says for item in _asked(case, one.item) if (says := problem(item, given.value))), None):
        return _invalid(one, "value", says)
    if one.item.field == NEW_BILLING_NUMBER:
        ported = (NumberRange(line.number) for line in case.lines)
        return new_billing_problem(given.value, ported, f"{one.pointer}/value")
    return None


def _document_problem(one: Answered, documents: Mapping[str, str]) -> FieldProblem | None:
    if not one.given.document_id:
        return _invalid(one, "document_id", f"{one.item.prompt} Upload it, and send its id as `document_id`.")
    if one.given.document_id not in documents:
        text = "No document of yours that is free, or on this case, has this id."
        return FieldProblem(f"{one.pointer}/document_id", "unknown_document", text)
    return None


def _date_problem(one: Answered, value: str) -> FieldProblem | None:
    try:
        if DATE.fullmatch(value):
            date.fromisoformat(value)
            return None
    except ValueError:
        return FieldProblem(f"{one.pointer}/value", "invalid_date", "There is no such day in the calendar.")
    code = "time_not_selectable" if re.match(DATE.pattern + "[T ]", value) else "invalid_date"
    return FieldProblem(f"{one.pointer}/value", code, "A date written YYYY-MM-DD is expected.")


def _invalid(one: Answered, field: str, text: str) -> FieldProblem:
    return FieldProblem(f"{one.pointer}/{field}", "invalid_answer", text)


def _asked(case: KnownCase, item: MissingItem) -> list[Requirement]:
    """The countries' own rows for the item's field: they know the form that the value must have."""
    lines = case.named(item.numbers)
    kinds = {(line.country, line.number_type) for line in lines}
    rows = (row for code, number_type in sorted(kinds) for row in country(code).requirements_for(number_type))
    return [row for row in rows if row.field == item.field]
