"""Follows the cases of a story: what happened to them since it was asked last, and whom they now wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sandbox.demo.calls import Calls
from sandbox.demo.lines import Line, Mark

# What a person's call does at once: the step that made the call has said it.
SAID = frozenset(
    {"case_opened", "comment_added", "document_added", "items_answered", "date_change_asked", "cancellation_asked",
     "clock_extended"}
)  # fmt: skip


class Follower:
    """The cases that one story opened."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._seen: dict[str, int] = {}
        self._state: dict[str, str] = {}
        self.cases: dict[str, dict[str, Any]] = {}

    def add(self, case: dict[str, Any], who: str) -> None:
        """Follow a case that was opened with this key."""
        self.cases.setdefault(case["id"], {**case, "_who": who})
        self._seen.setdefault(case["id"], 0)

    async def news(self) -> list[Line]:
        """Since this was asked last, the oldest first, and where the cases stand now."""
        events, states = list[Line](), list[Line]()
        for case_id, known in self.cases.items():
            who = known["_who"]
            path = f"/v1/porting-cases/{case_id}"
            fresh = (await self._calls.get(path, who)).body
            if fresh["version"] != known["version"] or not self._seen[case_id]:
                events += self._events(case_id, await self._calls.everything(f"{path}/timeline", who))
            self.cases[case_id] = {**fresh, "_who": who}
            states += self._moved_to(fresh)
        return sorted(events, key=lambda line: str(line.at)) + states

    def _events(self, case_id: str, entries: list[Any]) -> Iterator[Line]:
        for entry in entries:
            if entry["sequence"] > self._seen[case_id] and entry["kind"] not in SAID:
                yield Line(Mark.EVENT, entry["summary"], datetime.fromisoformat(entry["at"]))
        self._seen[case_id] = max(entry["sequence"] for entry in entries)

    def _moved_to(self, case: dict[str, Any]) -> Iterator[Line]:
        state = f"{case['status']}, waits for {case['waiting_on']}: {case['next_step']}"
        # That a case is closed stands on its timeline.
        if case["closed_at"] is None and self._state.get(case["id"]) != state:
            self._state[case["id"]] = state
            yield Line(Mark.STATE, state)
