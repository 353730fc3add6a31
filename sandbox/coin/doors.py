"""The clearing house's calls as its customers know them: dossiers in, confirmations, and the stream of messages."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.carrier.days import Days
from sandbox.coin.network import PLACE, Network, line_of
from sandbox.coin.script import Kind, Step
from sandbox.coin.security import Security
from sandbox.coin.store import Script, Store

ROOT = "/number-portability/v3/dossiers"
KEEP_ALIVE = 5.0
LARGEST_BODY = 5 * 1024 * 1024
_DOSSIER = re.compile(r"[-0-9A-Z]{5,26}")
_SERIES = re.compile(r"0[0-9]{3,13}")


class Broken(Exception):
    """The stream breaks off in the middle of a message, because a script wants it to."""


class Doors:
    """`changed` is set when a customer's call moved something."""

    def __init__(self, store: Store, network: Network, security: Security, now: Callable[[], datetime]) -> None:
        self._store = store
        self._network = network
        self._security = security
        self._now = now
        self._days = Days(now)
        self.changed = asyncio.Event()
        self.listeners = 0
        self.keep_alive = KEEP_ALIVE

    def routes(self) -> list[Route]:
        return [
            Route(f"{ROOT}/events", self.events, methods=["GET"]),
            Route(f"{ROOT}/confirmations/{{id}}", self.confirm, methods=["PUT"]),
            Route(f"{ROOT}/{{kind}}", self.take, methods=["POST"]),
        ]

    async def take(self, request: Request) -> Response:
        """A message of a customer's."""
        raw = await request.body()
        if wrong := self._security.fault(request, raw):
            return _said(401, 8010, wrong)
        kind, at = request.path_params["kind"], self._now()
        handlers = {"portingrequest": self._request, "cancel": self._cancel, "portingperformed": self._performed}
        try:
            message = json.loads(raw)["message"]
            body, sender = message["body"][kind], message["header"]["sender"]["networkoperator"]
            _check(kind, body)
            handler = handlers[kind]
        except (ValueError, KeyError, TypeError) as error:
            return _said(400, 1000, f"the message is ill-formed: {error}")
        with self._store.transaction():
            fault = self._fault(kind, body, at)
            if fault is None or fault.do in {"http_500_after_write", "timeout"}:
                self._store.receive(kind, body["dossierid"], body, at)
                handler(body, sender, at)
        self.changed.set()
        if fault is not None:
            return await _misbehave(fault, request)
        return JSONResponse({"transactionId": str(uuid.uuid4())})

    async def confirm(self, request: Request) -> Response:
        if wrong := self._security.fault(request, await request.body()):
            return _said(401, 8010, wrong)
        id_ = request.path_params["id"]
        done = self._store.db.execute("UPDATE events SET confirmed = 1 WHERE seq = ?", (id_,)).rowcount
        self.changed.set()
        return JSONResponse({"transactionId": id_}) if done else _said(404, 6011, "there is no such distribution")

    async def events(self, request: Request) -> Response:
        if wrong := self._security.fault(request, b""):
            return _said(401, 8010, wrong)
        offset = request.query_params.get("offset", "-1")
        unconfirmed = request.query_params.get("confirmationStatus", "Unconfirmed") != "All"
        types = request.query_params.get("messageTypes", "")
        start = int(offset) if offset.lstrip("-").isdigit() else -1
        stream = self._stream(start, unconfirmed, {f"{one}-v3" for one in types.split(",") if one})
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _stream(self, after: int, unconfirmed: bool, types: set[str]) -> AsyncIterator[bytes]:
        self.listeners += 1
        try:
            yield b": begin\n\n"
            while True:
                rows = self._store.events(after, unconfirmed=unconfirmed)
                for row in rows:
                    after = row["seq"]
                    if types and row["type"] not in types and row["shape"] != "any":
                        continue
                    event = f"id: {row['seq']}\nevent: {row['type']}\ndata: {row['data']}\n\n".encode()
                    if row["shape"]:
                        self._store.db.execute("UPDATE events SET shape = '' WHERE seq = ?", (row["seq"],))
                    if row["shape"] == "drop":
                        yield event[: len(event) // 2]
                        raise Broken
                    yield event * 2 if row["shape"] == "twice" else event
                    if row["shape"] == "repeat":
                        after, unconfirmed = -1, False
                        break
                if not rows:
                    yield await self._wait()
        except Broken:
            return
        finally:
            self.listeners -= 1

    async def _wait(self) -> bytes:
        """A keep-alive, unless something came; looked for often, for several may listen."""
        for _ in range(max(int(self.keep_alive / 0.05), 1)):
            seen = self._store.db.execute("SELECT max(seq) FROM events").fetchone()[0]
            await asyncio.sleep(0.05)
            if self._store.db.execute("SELECT max(seq) FROM events").fetchone()[0] != seen:
                return b": news\n\n"
        return b": keep-alive\n\n"

    def _request(self, body: Mapping[str, Any], sender: str, at: datetime) -> None:
        self._network.requested(body, sender, at)

    def _cancel(self, body: Mapping[str, Any], sender: str, at: datetime) -> None:
        self._network.cancelled(body, at)

    def _performed(self, body: Mapping[str, Any], sender: str, at: datetime) -> None:
        self._network.performed(body, at)

    def _fault(self, kind: str, body: Mapping[str, Any], at: datetime) -> Step | None:
        for key in self._scripts(kind, body):
            script = self._store.script(key)
            index = script.next_of(Kind.FAULT) if script else None
            if script is None or index is None:
                continue
            step = script.steps[index]
            if step.after is not None and at < self._days.later(script.base, step.after, PLACE):
                continue
            if self._strikes(script, index, at):
                return step
        return None

    def _strikes(self, script: Script, index: int, at: datetime) -> bool:
        """A fault strikes once, or for so long after its first victim."""
        step = script.steps[index]
        if step.lasting is not None and script.fault_until is None:
            script.fault_until = self._days.later(at, step.lasting, PLACE)
        over = step.lasting is not None and script.fault_until is not None and at >= script.fault_until
        if over or step.lasting is None:
            script.used.add(index)
            script.fault_until = None
        self._store.save_script(script)
        return not over

    def _scripts(self, kind: str, body: Mapping[str, Any]) -> list[str]:
        if kind == "cancel":
            dossier = self._store.dossier(body["dossierid"])
            return [dossier.script] if dossier else []
        found = [row["seq"]["numberseries"] for row in body["repeats"]]
        return [line_of((series["start"], series["end"])) for series in found]


def _check(kind: str, body: Mapping[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError for a body that the network does not take."""
    if not _DOSSIER.fullmatch(body["dossierid"]):
        raise ValueError("dossierid")
    if kind == "cancel":
        return
    for row in body["repeats"]:
        series = row["seq"]["numberseries"]
        if not (_SERIES.fullmatch(series["start"]) and _SERIES.fullmatch(series["end"])):
            raise ValueError("numberseries")
    if not body["repeats"] or any(value is None for value in body.values()):
        raise ValueError("a field is null")


def _said(status: int, code: int, message: str) -> JSONResponse:
    return JSONResponse({"transactionId": str(uuid.uuid4()), "errors": [{"code": code, "message": message}]}, status)


async def _misbehave(fault: Step, request: Request) -> Response:
    if fault.do == "garbage":
        return HTMLResponse("<!DOCTYPE html><html><body><h1>Onderhoud</h1></body></html>")
    if fault.do == "timeout":
        try:
            async with asyncio.timeout(fault.seconds):
                while (await request.receive())["type"] != "http.disconnect":
                    pass
        except (TimeoutError, ClientDisconnect):
            pass
    return _said(500, 9999, "Simulated.")
