"""What stands before every call of the API: the key, the pace, the body's size and type, and the idempotency key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response, params
from fastapi.routing import APIRoute

from api import idempotent
from api.body import check_json, check_media_type, read_body
from api.parts import Parts, parts_of
from api.problems import Problem
from service.callers import Caller
from storage import partners

Handler = Callable[[Request], Awaitable[Response]]


class Guarded(APIRoute):
    """A route that only a key opens. FastAPI itself would read and judge the body before asking who sends it."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        is_form = self.body_field is not None and isinstance(self.body_field.field_info, params.Form)

        async def guarded(request: Request) -> Response:
            parts = parts_of(request)
            request.state.caller = caller = await authenticate(request, parts)
            request.app.state.pace.check(caller)
            if request.method == "GET":
                return await handle(request)
            key = idempotent.key_of(request)
            await check_body(request, parts, is_form)
            return await idempotent.answer(request, parts, key, handle)

        return guarded


async def check_body(request: Request, parts: Parts, is_form: bool) -> None:
    """Raises Problem too_large, unsupported_media_type or malformed_json."""
    body = await read_body(request, parts.limits.upload if is_form else parts.limits.body)
    check_media_type(request, body, is_form)
    if not is_form:
        await check_json(request, body)


async def authenticate(request: Request, parts: Parts) -> Caller:
    """Whose key the call bears. A key in the address is none: addresses end up in logs."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        async with parts.database.read() as connection:
            found = await partners.authenticate(connection, secret.strip(), parts.now())
        if found is not None:
            return Caller(found.key_id, found.name, found.partner)
    raise Problem("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="portdesk"'})


def caller_of(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


CallerOf = Annotated[Caller, Depends(caller_of)]
