"""The lines that stay behind at the losing carrier: disconnected, or kept under another billing number (R10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from porting.errors import InvalidNumber, PortingError
from porting.numbers import NumberRange
from service.lines_ordered import Wanted
from service.refusals import FieldProblem

# Where a carrier can be told what becomes of them.
COUNTRIES = {"US", "CA"}
NEW_BILLING_NUMBER = "losing_carrier.new_billing_number"
POINTER = "/" + NEW_BILLING_NUMBER.replace(".", "/")


def remaining_problems(body: Mapping[str, Any], wanted: Sequence[Wanted]) -> list[FieldProblem]:
    """What is wrong with the request's word on the lines that stay behind."""
    problems = []
    abroad = {line.place.country for line in wanted} - COUNTRIES
    if body["disconnect_remaining"] and abroad:
        text = "Only for numbers of the United States and Canada can the lines that stay behind be disconnected."
        problems.append(FieldProblem("/disconnect_remaining", "disconnect_not_possible", text))
    if not (given := (body.get("losing_carrier") or {}).get("new_billing_number")):
        return problems
    if abroad:
        text = "Only for numbers of the United States and Canada can the lines that stay get a new billing number."
        problems.append(FieldProblem(POINTER, "keep_not_possible", text))
    if body["disconnect_remaining"]:
        text = "The lines that stay behind are kept under a new billing number, or disconnected: name one of the two."
        problems.append(FieldProblem(POINTER, "kept_and_disconnected", text))
    if problem := new_billing_problem(given, [line.numbers for line in wanted], POINTER):
        problems.append(problem)
    return problems


def new_billing_problem(given: str, ported: Iterable[NumberRange], pointer: str) -> FieldProblem | None:
    """Why the number cannot bill what stays behind: it must be a single one, and none of those that leave."""
    try:
        number = NumberRange.parse(given)
    except PortingError as error:
        return FieldProblem.of(pointer, error)
    if number.is_range:
        return FieldProblem.of(pointer, InvalidNumber("The new billing number is a single number, not a range."))
    if line := next((line for line in ported if line.overlaps(number)), None):
        text = f"{number} is ported itself, with {line}. Name a number that stays with the losing carrier."
        return FieldProblem(pointer, "billing_number_ported", text)
    return None
