"""Numbers that stand on open lines already: whose, told only to whom they belong (R04)."""

from __future__ import annotations

from collections.abc import Sequence

from porting.errors import Fact, NumberTaken
from service.lines_ordered import Wanted
from service.refusals import FieldProblem, OnlyTaken
from storage.cases import Conflict


def taken_problems(wanted: Sequence[Wanted], conflicts: Sequence[Conflict], partner_id: str) -> list[FieldProblem]:
    """One problem a line that collides; the case is named only if it is the partner's own."""
    pointers = {line.numbers.text: line.pointer for line in wanted}
    first = {conflict.number: conflict for conflict in reversed(conflicts)}
    return [_problem(pointers[number], conflict, partner_id) for number, conflict in first.items()]


def only_taken(problems: Sequence[FieldProblem]) -> OnlyTaken | None:
    """The conflict, if taken numbers are all that stands in the way."""
    return OnlyTaken(problems) if all(problem.code == NumberTaken.code for problem in problems) else None


def _problem(pointer: str, conflict: Conflict, partner_id: str) -> FieldProblem:
    if conflict.partner_id != partner_id:
        return FieldProblem(pointer, NumberTaken.code, f"{conflict.number} stands on another open request.")
    text = f"{conflict.number} stands on your own open case {conflict.case_id}"
    if conflict.line != conflict.number:
        text += f", in {conflict.line}; a range is one line and cannot be split"
    facts: dict[str, Fact] = {"case": conflict.case_id, "line": conflict.line}
    return FieldProblem(pointer, NumberTaken.code, text + ".", facts)
