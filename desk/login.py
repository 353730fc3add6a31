"""Logging in and out: the only pages for those who are not logged in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk import words
from desk.access import TooManyTries
from desk.forms import Fault
from desk.visits import LOGIN, Desk, Visit, read_form, render, safe_next

WRONG = "Login or password is wrong."


def login_routes(desk: Desk) -> list[Route]:
    async def ask(request: Request) -> Response:
        if await desk.access.who(request) is not None:
            return RedirectResponse(safe_next(request.query_params.get("next", "")), 303)
        return _form(request, desk, safe_next(request.query_params.get("next", "")))

    async def enter(request: Request) -> Response:
        form = await read_form(request)
        desk.access.check_form(request, form.raw("csrf"), desk.access.login_token(request))
        after = safe_next(form.raw("next"))
        login = form.raw("login").strip()[:200]
        try:
            token = await desk.access.log_in(request, login, form.raw("password"))
        except TooManyTries as error:
            text = f"Too many tries. Wait {words.count(-(-error.seconds // 60), 'minute')} before the next."
            response = _form(request, desk, after, login, Fault("login", text), 429)
            response.headers["Retry-After"] = str(error.seconds)
            return response
        if token is None:
            return _form(request, desk, after, login, Fault("login", WRONG), 401)
        response = RedirectResponse(after, 303)
        desk.access.give(response, token)
        return response

    return [Route(LOGIN, ask, methods=["GET"]), Route(LOGIN, enter, methods=["POST"])]


def _form(
    request: Request, desk: Desk, after: str, login: str = "", fault: Fault | None = None, status: int = 200
) -> Response:
    token = desk.access.new_token()
    errors = [fault] if fault else []
    response = render(request, desk, "login.html", status, csrf=token, next=after, login=login, errors=errors)
    desk.access.give_login_token(response, token)
    return response


async def log_out(visit: Visit) -> Response:
    await visit.desk.access.log_out(visit.request)
    response = visit.go(LOGIN, "out")
    visit.desk.access.take(response)
    return response
