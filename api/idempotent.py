"""Idempotency-Key: a POST that is sent again gets the first response again, and nothing happens twice."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.body import canonical
from api.parts import Parts
from api.problems import Problem
from storage import idempotency
from storage.idempotency import Begun, InProgress, Replay, Reused

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT_HEADERS = ("content-type", "location", "etag")
REPLAYED = "Idempotent-Replayed"


def key_of(request: Request) -> str | None:
    """The call's key; None for a call without one. Raises Problem invalid_idempotency_key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise Problem("invalid_idempotency_key")
    return key


async def answer(
    request: Request, parts: Parts, key: str | None, handle: Callable[[Request], Awaitable[Response]]
) -> Response:
    """The response: the first one again, or that of the handler, which is kept when it succeeds.

    A refusal is not kept, because nothing happened: the same call may succeed later. A response that was kept in
    the effect's own transaction (`keep_in`) is not kept once more.
    """
    request.state.update_id = uuid.uuid4().hex if key is None else _update_id(request, key)
    request.state.begun = None
    if key is None:
        return await handle(request)
    begun = await _begin(request, parts, key)
    if isinstance(begun, Replay):
        return Response(begun.body, begun.status, {**begun.headers, REPLAYED: "true"})
    request.state.begun = begun
    succeeded = False
    try:
        response = await handle(request)
        succeeded = response.status_code < 300
    finally:
        if request.state.begun is not None and not succeeded:
            await _abandon(parts, begun)
    if request.state.begun is not None and succeeded:
        async with parts.database.begin() as connection:
            await keep_in(connection, request, response)
    return response


async def keep_in(connection: AsyncConnection, request: Request, response: Response) -> None:
    """Keeps the response in the transaction of what it tells of; without a key there is nothing to keep."""
    begun: Begun | None = request.state.begun
    if begun is not None:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        await idempotency.finish(connection, begun, response.status_code, headers, bytes(response.body))


def settled(request: Request) -> None:
    """The response was kept and committed: nothing is left to do with the key."""
    request.state.begun = None


async def _begin(request: Request, parts: Parts, key: str) -> Begun | Replay:
    call = f"{request.method} {request.url.path}\n".encode() + canonical(request, await request.body())
    digest, now = hashlib.sha256(call).hexdigest(), parts.now()
    owner = request.state.caller.owner
    async with parts.database.begin() as connection:
        outcome = await idempotency.begin(connection, owner, key, digest, now)
    match outcome:
        case InProgress(retry_after):
            seconds = max(1, min(5, math.ceil(retry_after.total_seconds())))
            raise Problem("idempotency_in_progress", headers={"Retry-After": str(seconds)})
        case Reused():
            raise Problem("idempotency_key_reused")
        case _:
            return outcome


async def _abandon(parts: Parts, begun: Begun) -> None:
    async with parts.database.begin() as connection:
        await idempotency.abandon(connection, begun)


def _update_id(request: Request, key: str) -> str:
    """The id of the update in the engine: a call repeated after a crash is the same update there too."""
    return hashlib.sha256(f"{request.state.caller.owner}\n{key}".encode()).hexdigest()[:40]
