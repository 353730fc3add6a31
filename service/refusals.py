"""Refusals that only the doors' side knows: a request with all its problems, a reference taken, a case not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from porting.errors import Fact, NumberTaken, PortingError


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with a request: where (JSON pointer), what (a stable code), and why in words.

    `facts` carries what belongs to the code: `nearest_date` and `next_dates`, `case` of the caller's own line.
    """

    pointer: str
    code: str
    message: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"pointer": self.pointer, "code": self.code, "message": self.message, **self.facts}

    @classmethod
    def of(cls, pointer: str, error: PortingError) -> FieldProblem:
        """A rule's refusal, pinned to the field that it concerns."""
        return cls(pointer, error.code, error.detail, dict(error.facts))


class RequestRefused(PortingError):
    """A body that cannot be taken, with every problem of it (R14)."""

    code = "validation_failed"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class ReferenceTaken(PortingError):
    """The partner's reference belongs to a request with another body."""

    code = "reference_taken"


class CaseNotFound(PortingError):
    """No such case, or not the caller's."""

    code = "not_found"


class CareOnly(PortingError):
    """The case is the caller's own, and the call is care's."""

    code = "forbidden"


class PartnerOnly(PortingError):
    """The call is a partner's own."""

    code = "forbidden"


class PortOutOver(PortingError):
    """The numbers are set to outbound-only already: a cancellation comes too late for that."""

    code = "port_out_over"


class OnlyTaken(NumberTaken):
    """Nothing but numbers on open lines stands in the way (R04)."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(problems[0].message, **problems[0].facts)
        self.problems = tuple(problems)


def refuse(pointer: str, code: str, message: str, **facts: Fact) -> RequestRefused:
    """One field at fault."""
    return RequestRefused([FieldProblem(pointer, code, message, facts)])
