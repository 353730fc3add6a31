"""A deed on a case in two steps: the form, then what will happen; only the second step does it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from starlette.responses import Response

from desk import reading
from desk.case_view import Fact
from desk.forms import Fault, Reading, refused
from desk.visits import Visit
from porting.errors import PortingError
from service.calls import Call
from service.engine import EngineUnavailable

Json = Mapping[str, Any]
UNREACHABLE = Fault("", "The case cannot be reached just now. Send this once more in a few seconds.", again=True)


@dataclass(frozen=True)
class Check:
    """What a deed will do, in words, before it is done; `grave` marks what cannot be taken back."""

    title: str
    facts: Sequence[Fact]
    consequences: Sequence[str]
    verb: str
    grave: bool = False


class Deed(Protocol):
    """One kind of deed. `path` is its last step in the address, `flash` what is said afterwards.

    `fields` says which field of the form a refusal's code is about.
    """

    path: ClassVar[str]
    name: ClassVar[str]
    template: ClassVar[str]
    flash: ClassVar[str]
    fields: ClassVar[Mapping[str, str]]

    def blank(self, visit: Visit) -> dict[str, Any]:
        """The form before anything was typed."""

    def read(self, read: Reading) -> dict[str, Any]:
        """What was typed, as the form shows it again; faults stay with the reading."""

    async def context(self, visit: Visit, case: Json, given: Json) -> dict[str, Any]:
        """What else the form shows."""

    async def check(self, visit: Visit, case: Json, given: Json) -> Check:
        """What will happen."""

    async def do(self, visit: Visit, call: Call, given: Json) -> None:
        """Make it happen. Raises what the service raises."""


@dataclass(frozen=True)
class Steps:
    """The two steps of one deed: `show` the form; `take` what was posted."""

    deed: Deed

    async def show(self, visit: Visit) -> Response:
        case = await reading.case_of(visit)
        return await self._form(visit, case, self.deed.blank(visit))

    async def take(self, visit: Visit) -> Response:
        case = await reading.case_of(visit)
        read = Reading(visit.form)
        given = self.deed.read(read)
        step = visit.form.raw("step")
        if read.faults or step == "edit":
            return await self._form(visit, case, given, read.faults)
        if visit.form.raw("version") != str(case["version"]):
            return await self._form(visit, case, given, [await _what_changed(visit, case)], 409)
        return await self._do(visit, case, given) if step == "do" else await self._check(visit, case, given)

    async def _do(self, visit: Visit, case: Json, given: Json) -> Response:
        faults = await telling(self.deed.do(visit, visit.call(case["id"]), given), self.deed.fields)
        if faults:
            return await self._form(visit, await reading.case_of(visit), given, faults)
        return visit.go(f"/desk/cases/{case['id']}", self.deed.flash)

    async def _form(
        self, visit: Visit, case: Json, given: Json, faults: Sequence[Fault] = (), status: int = 422
    ) -> Response:
        context = await self.deed.context(visit, case, given)
        form = {**given, **hidden(visit, case, faults)}
        values = {"case": case, "form": form, "errors": faults, "path": self.deed.path, "name": self.deed.name}
        return visit.page(self.deed.template, status if faults else 200, **values | context)

    async def _check(self, visit: Visit, case: Json, given: Json) -> Response:
        checked = await self.deed.check(visit, case, given)
        kept = list(visit.form.without("csrf", "step"))
        action = f"/desk/cases/{case['id']}/{self.deed.path}"
        return visit.page("check.html", case=case, name=self.deed.name, kept=kept, action=action, **vars(checked))


async def telling(call: Awaitable[object], fields: Mapping[str, str]) -> list[Fault]:
    """Makes the call; what is said against it, as faults of the form. `fields` says what each code is about."""
    try:
        await call
    except PortingError as error:
        return refused(error, fields)
    except EngineUnavailable:
        return [UNREACHABLE]
    return []


def hidden(visit: Visit, case: Json, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """What a form carries unseen: the session's token, the state it was made from, and a key for its one effect.

    A call that may have arrived goes out again under its old key, so that it has one effect however often it is sent.
    """
    kept = visit.form.raw("key") if any(fault.again for fault in faults) else ""
    seen = case["updated_at"].isoformat()
    return {
        "csrf": visit.staff.csrf, "version": case["version"], "seen": seen, "key": kept or secrets.token_urlsafe(18),
    }  # fmt: skip


async def _what_changed(visit: Visit, case: Json) -> Fault:
    """The conflict in words: what happened since the form was opened."""
    since = _moment(visit.form.raw("seen"), case["updated_at"])
    news = [entry["summary"] for entry in await reading.timeline_of(visit, case["id"]) if entry["at"] > since][-3:]
    told = " ".join(news) or "Its lines or dates are others now."
    return Fault("", f"The case changed while this form was open. {told} Look again before you go on.")


def _moment(text: str, otherwise: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if found.tzinfo else otherwise
