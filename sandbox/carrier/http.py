"""How the simulated carrier takes a call: the key, the body, the fault that a script wants, the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.carrier.busy import BusyDoor
from sandbox.carrier.faults import Fault, Faults
from sandbox.carrier.shapes import Json, errors_json, page_json
from sandbox.carrier.store import Store

LARGEST_PAGE = 250
WEB_PAGE = "<!DOCTYPE html><html><body><h1>We will be right back</h1></body></html>"


@dataclass(frozen=True)
class Call:
    """One request, read: path and query parameters, the JSON body, and what kinds of answer are taken."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    at: datetime
    accept: str = ""

    def page(self, items: list[Any]) -> Json:
        """The page of the items that the query asks for."""
        number, size = self._counted("page[number]", 1), self._counted("page[size]", 20)
        if size > LARGEST_PAGE:
            raise Refusal(422, f"page[size] is at most {LARGEST_PAGE}")
        return page_json(items, number, size)

    def filters(self, name: str) -> str:
        return self.query.get(f"filter{name}", "")

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """A query parameter that has its list of words. Raises Refusal for another."""
        given = self.query.get(name, "")
        if given and given not in allowed:
            raise Refusal(422, f"{name} is one of {', '.join(sorted(allowed))}")
        return given

    def several(self, name: str) -> list[str]:
        """The values of a filter that takes many of them."""
        return [value for value in self.filters(name).split(",") if value]

    def newest_first(self, rows: Sequence[Json]) -> list[Json]:
        """The rows, which come oldest first, in the order that the query asks for."""
        given = self.one_of("sort[value]", {"created_at", "-created_at"})
        return list(rows) if given == "created_at" else list(reversed(rows))

    def _counted(self, name: str, default: int) -> int:
        text = self.query.get(name, str(default))
        if not text.isdigit() or int(text) < 1:
            raise Refusal(422, f"{name} is a number from 1 on")
        return int(text)


@dataclass(frozen=True)
class Answer:
    """What is said, and which scripts the request concerned. `file` is said in place of JSON."""

    json: Json | None
    status: int = 200
    scripts: tuple[str, ...] = ()
    file: bytes = b""
    media_type: str = ""


class Refusal(Exception):
    """An error in the vendor's shape."""

    def __init__(self, status: int, detail: str, *, pointer: str = "", code: str = "10015") -> None:
        super().__init__(detail)
        self.status = status
        self.json = errors_json(detail, pointer=pointer, code=code)


Handler = Callable[[Call], Answer]
Concerns = Callable[[Call], Iterable[str]]


@dataclass(frozen=True)
class Operation:
    """One call of the API. A write names in `concerns` the scripts it touches, because its fault may come first."""

    method: str
    path: str
    handler: Handler
    concerns: Concerns | None = None


class Counter:
    """Where calls come in."""

    def __init__(
        self, store: Store, faults: Faults, busy: BusyDoor, api_key: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._faults = faults
        self._busy = busy
        self._api_key = api_key
        self._now = now
        self.changed = asyncio.Event()

    def route(self, operation: Operation) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self._take(operation, request)

        return Route(f"/v2{operation.path}", endpoint, methods=[operation.method])

    async def _take(self, operation: Operation, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self._api_key}":
            return _said(401, errors_json("The API key is not right.", code="10009", title="Authentication failed"))
        if (pause := self._busy.pause(self._now())) is not None:
            said = errors_json("Too many requests of this account.", code="10011", title="Too many requests")
            return _said(429, said, {"retry-after": str(pause)})
        try:
            body, accept = await _json_body(request), request.headers.get("accept", "")
            call = Call(request.path_params, request.query_params, body, self._now(), accept)
            answer, fault = self._carry_out(operation, call)
        except Refusal as refusal:
            return _said(refusal.status, refusal.json)
        if operation.concerns:
            self.changed.set()
        if fault:
            return await _misbehave(fault, request)
        if answer.file:
            return Response(answer.file, answer.status, media_type=answer.media_type)
        return _said(answer.status, answer.json)

    def _carry_out(self, operation: Operation, call: Call) -> tuple[Answer, Fault | None]:
        with self._store.transaction():
            if operation.concerns is None:
                answer = operation.handler(call)
                return answer, self._faults.take(answer.scripts, write=False, at=call.at)
            fault = self._faults.take(operation.concerns(call), write=True, at=call.at)
            if fault and not fault.after_write:
                return Answer(None), fault
            return operation.handler(call), fault


async def _json_body(request: Request) -> Json:
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return body


async def _misbehave(fault: Fault, request: Request) -> Response:
    if fault.seconds and fault.status == 0:
        await _left_alone(request, fault.seconds)
        return _said(504, errors_json("Gateway timeout", code="10007", title="Timeout"))
    if fault.status == 200:
        return HTMLResponse(WEB_PAGE)
    headers = {"retry-after": str(int(fault.seconds))} if fault.status == 429 else {}
    return _said(fault.status, errors_json("Simulated.", code="10007", title="Simulated failure"), headers)


async def _left_alone(request: Request, seconds: float) -> None:
    """Says nothing until the caller hangs up or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except (TimeoutError, ClientDisconnect):
        return


def _said(status: int, body: Json | None, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status_code=status) if body is None else JSONResponse(body, status, headers=headers)
