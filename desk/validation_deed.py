"""Asking the carriers whether lines can be ported, before or beside the order (R15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from desk import words
from desk.case_view import Fact, is_open
from desk.deeds import Check, Json
from desk.forms import Reading
from desk.visits import Visit
from service.calls import Call


class AskValidation:
    """The form for it; whether a carrier can be asked, the rules say."""

    path: ClassVar[str] = "validation"
    name: ClassVar[str] = "Ask for a validation"
    template: ClassVar[str] = "validation.html"
    flash: ClassVar[str] = "validation"
    fields: ClassVar[Mapping[str, str]] = {
        "invalid_number": "numbers", "unknown_number": "numbers", "range_cannot_be_split": "numbers",
        "validation_pending": "numbers", "validation_not_supported": "numbers",
    }  # fmt: skip

    def blank(self, visit: Visit) -> dict[str, Any]:
        return {"numbers": ()}

    def read(self, read: Reading) -> dict[str, Any]:
        return {"numbers": read.lines("numbers")}

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        return {"lines": [line for line in case["lines"] if is_open(line)]}

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        lines = given["numbers"] or [line["number"] for line in case["lines"] if is_open(line)]
        consequences = [
            "Nothing is ordered by it, and an order that is out goes on.",
            "Where the carrier has no interface, care asks by hand: a task stands on the case.",
            "The answer stands on each line, and the partner is told by mail.",
        ]
        return Check("Ask for a validation?", [Fact("Lines", words.some(lines, 10))], consequences, "Ask")

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        await visit.parts.calls.validate(call, given["numbers"])
