"""More time for the partner, and giving lines up: what is asked, what will happen, what is done (R30, R03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from desk import words
from desk.case_view import Fact, is_open
from desk.deeds import Check, Json
from desk.forms import Reading
from desk.visits import Visit
from service.calls import Call

LONGEST_REASON = 500
LONGEST_EXTENSION = 365


class Extension:
    """Care gives the partner more days (R30)."""

    path: ClassVar[str] = "extension"
    name: ClassVar[str] = "Give the partner more time"
    template: ClassVar[str] = "extension.html"
    flash: ClassVar[str] = "extension"
    fields: ClassVar[Mapping[str, str]] = {}

    def blank(self, visit: Visit) -> dict[str, Any]:
        return {"days": "", "reason": ""}

    def read(self, read: Reading) -> dict[str, Any]:
        return {
            "days": read.number("days", "the days", 1, LONGEST_EXTENSION) or read.form.raw("days"),
            "reason": read.text("reason", "the reason", LONGEST_REASON),
        }

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        return {"until": case["silence_deadline"]}

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        days = words.count(given["days"], "day")
        return Check(
            title=f"Give the partner {days} more?",
            facts=[Fact("More time", days), Fact("Reason", given["reason"])],
            consequences=[
                f"The end of the silence clock moves by {days}.",
                "The partner is told, and reminded again before the new end.",
                "The reason stands on the timeline.",
            ],
            verb=f"Give {days} more",
        )

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        await visit.parts.calls.extend(call, given["days"], given["reason"])


class Cancellation:
    """Lines are given up, a range only as a whole (R03)."""

    path: ClassVar[str] = "cancellation"
    name: ClassVar[str] = "Cancel lines"
    template: ClassVar[str] = "cancellation.html"
    flash: ClassVar[str] = "cancelled"
    fields: ClassVar[Mapping[str, str]] = {
        "range_cannot_be_split": "numbers", "unknown_number": "numbers", "nothing_to_cancel": "numbers",
        "cancellation_pending": "numbers",
    }  # fmt: skip

    def blank(self, visit: Visit) -> dict[str, Any]:
        return {"numbers": (), "reason": ""}

    def read(self, read: Reading) -> dict[str, Any]:
        return {
            "numbers": read.lines("numbers"),
            "reason": read.text("reason", "the reason", LONGEST_REASON),
        }

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        return {"lines": [line for line in case["lines"] if is_open(line)]}

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        lines = given["numbers"] or [line["number"] for line in case["lines"] if is_open(line)]
        many = words.count(len(lines), "line")
        return Check(
            title=f"Cancel {many}?",
            facts=[Fact("Lines", words.some(lines, 10)), Fact("Reason", given["reason"])],
            consequences=[
                "What no carrier has yet is TERMINATED at once; that cannot be taken back.",
                "Where a carrier has the order, it is asked to cancel. It can refuse, as a rule in the last two days.",
                "The partner is told, and temporary numbers are given back a day later.",
            ],
            verb=f"Cancel {many}",
            grave=True,
        )

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        await visit.parts.calls.cancel(call, given["numbers"], given["reason"])
