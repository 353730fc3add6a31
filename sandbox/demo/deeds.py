"""What each kind of step does, and what it says of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sandbox.demo.calls import Answer, Calls
from sandbox.demo.checks import check
from sandbox.demo.compare import differences
from sandbox.demo.conductor import Until
from sandbox.demo.follow import Follower
from sandbox.demo.story import Advance, Check, Checked, Expected, Get, Moment, Post, Script, Upload
from sandbox.demo.values import NotKnown, Values, put_at

CASES = "/v1/porting-cases"
KINDS = {"m": "minute", "h": "hour", "d": "day", "bd": "business day"}
SETTLED: Until = lambda now: now  # noqa: E731  (a type of its own makes it readable where it is used)


@dataclass
class Done:
    """What a step did: its line, what was not as expected, and until when the story then waits, if at all."""

    says: str
    problems: list[str]
    until: Until | None = None


@dataclass
class Deeds:
    """The deeds of one story. Each raises NotKnown for a name or a place that is not there."""

    calls: Calls
    values: Values
    follower: Follower

    async def do(self, step: Post | Get | Upload | Script | Advance | Check) -> Done:
        match step:
            case Post():
                return await self._post(step)
            case Get():
                answer = await self.calls.get(self.values.fill(step.get), step.who)
                return self._answered(step, answer)
            case Upload():
                return await self._upload(step)
            case Script():
                return await self._script(step)
            case Advance():
                return Done(step.says or _passes(step.advance), [], self._until(step.advance))
            case Check():
                return await self._check(step)

    async def _post(self, step: Post) -> Done:
        body = copy.deepcopy(self.values.fill(step.body))
        for path, value in step.extra.items():
            put_at(body, path, self.values.fill(value))
        path = self.values.fill(step.post)
        answer = await self.calls.post(path, body, step.who)
        if path == CASES and answer.status in (200, 201):
            self.follower.add(answer.body, step.who)
        done = self._answered(step, answer)
        return Done(done.says, done.problems, SETTLED)

    def _answered(self, step: Post | Get, answer: Answer) -> Done:
        problems = list(_unexpected(self.values.fill(step.expect.model_dump()), step.expect, answer))
        if not problems:
            self.values.remember(step.remember, answer.body)
        return Done(f"{_words(self.values, step.says)} → {_outcome(answer)}", problems)

    async def _upload(self, step: Upload) -> Done:
        case_id = self.values.fill(step.upload.to) if step.upload.to else None
        path = f"{CASES}/{case_id}/documents" if case_id else "/v1/documents"
        answer = await self.calls.upload(path, step.upload.kind, step.who)
        if answer.status != 201:
            return Done(_words(self.values, step.says), [f"expected 201, came {_outcome(answer)}"])
        self.values.known[step.remember or step.upload.kind] = answer.body["id"]
        return Done(f"{_words(self.values, step.says)} → {answer.status}", [], SETTLED if case_id else None)

    async def _script(self, step: Script) -> Done:
        steps = self.values.fill(step.script.steps, counted=False)
        answer = await self.calls.put_script(self.values.fill(step.script.number), steps)
        problems = [] if answer.status == 200 else [f"the script was not taken: {_outcome(answer)}"]
        return Done(_words(self.values, step.says), problems)

    async def _check(self, step: Check) -> Done:
        wanted = Checked.model_validate(self.values.fill(step.check.model_dump()))
        return Done(_words(self.values, step.says), await check(self.calls, self.values.fill(step.of), wanted))

    def _until(self, advance: str | Moment) -> Until:
        def until(now: datetime) -> datetime:
            self.values.now = now
            if isinstance(advance, str):
                return self.values.after(advance)
            return self.values.local(self.values.day(advance.to), time.fromisoformat(advance.at))

        return until


def _words(values: Values, text: str) -> str:
    return str(values.fill(text, counted=False))


def _unexpected(filled: dict[str, Any], expected: Expected, answer: Answer) -> list[str]:
    body = answer.body if isinstance(answer.body, dict) else {}
    wanted = {"status": answer.status if expected.status is None else expected.status}
    found = list(differences(wanted, {"status": answer.status}))
    if expected.status is None and answer.status >= 400:
        found.append("status: expected a success")
    if expected.code is not None:
        found += differences(expected.code, body.get("code"), "code")
    if expected.status_of_case is not None:
        found += differences(expected.status_of_case, body.get("status"), "status of the case")
    if expected.body is not None:
        found += differences(filled["body"], answer.body, "")
    return [*found, f"the answer was {_outcome(answer)}"] if found else []


def _outcome(answer: Answer) -> str:
    """`201`, or `422 too_late: It is too late to …`."""
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status < 400:
        return str(answer.status)
    return f"{answer.status} {body.get('code', '')}: {body.get('detail', '')}"


def _passes(advance: str | Moment) -> str:
    if isinstance(advance, Moment):
        return f"Time passes until {advance.at}."
    digits = "".join(sign for sign in advance if sign.isdigit())
    count, unit = int(digits), KINDS[advance.removeprefix("+").removeprefix(digits)]
    return f"{count} {unit}{'s' if count > 1 else ''} pass{'' if count > 1 else 'es'}."


__all__ = ["Deeds", "Done", "NotKnown"]
