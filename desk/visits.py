"""A visit to the desk: who asks, with what, and how it is answered; no view can be reached without one."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.access import Access
from desk.forms import Form
from desk.pages import Pages
from desk.paging import address
from desk.parts import DeskParts
from service.callers import Caller
from service.calls import Call
from storage.staff import Session

FLASH = "desk_flash"
LOGIN = "/desk/login"

# What a page says after a deed: words of ours only, so that a cookie cannot put others into our mouth.
FLASHES: Mapping[str, str] = {
    "comment": "The comment stands on the timeline.",
    "date": "The carrier is being asked for the new date. Until it answers, the old date stands.",
    "extension": "The partner has more time now, and is told so.",
    "validation": "The carriers are being asked. Each line shows the answer with its age.",
    "news": "What the carrier said is entered.",
    "task": "The task is done; the losing side has its usual time to answer.",
    "port_out": "The notice is entered.",
    "port_out_cancelled": "The port-out is settled; nothing is switched for it.",
    "cancelled": "The cancellation is under way.",
    "out": "You are logged out.",
}


class Sorry(Exception):
    """A page that says why there is nothing to see."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def no_case(title: str = "No such case") -> Sorry:
    return Sorry(404, title, "Nothing lies at this address. It may be misspelt; the search finds cases too.")


@dataclass(frozen=True)
class Desk:
    """Everything that lives as long as the desk does; `secrets` holds what signs the cursors, once it was read."""

    parts: DeskParts
    pages: Pages
    access: Access
    secrets: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is logged in; `form` is what was posted, its token checked."""

    request: Request
    desk: Desk
    staff: Session
    form: Form

    @property
    def parts(self) -> DeskParts:
        return self.desk.parts

    @property
    def now(self) -> datetime:
        return self.desk.parts.now()

    @property
    def caller(self) -> Caller:
        """Who of care acts here."""
        return Caller(self.staff.person.id, self.staff.person.name)

    def call(self, case_id: str) -> Call:
        """One call on a case; a form that is sent twice carries the same key, and is one call."""
        key = self.form.raw("key")[:64] or secrets.token_urlsafe(18)
        return Call(self.caller, case_id, f"desk-{key}")

    def asked(self, name: str) -> str:
        """A field of the address."""
        return self.request.query_params.get(name, "")

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        return render(self.request, self.desk, template, status, staff=self.staff, **values)

    def go(self, path: str, flash: str = "") -> Response:
        """On to another page by GET, with a word about what was done."""
        response = RedirectResponse(path, 303)
        if flash:
            response.set_cookie(FLASH, flash, max_age=60, path="/desk", httponly=True, samesite="lax")
        return response


View = Callable[[Visit], Awaitable[Response]]


def render(request: Request, desk: Desk, template: str, status: int = 200, **values: Any) -> Response:
    """A page, with the word about the last deed, which is said once."""
    flash = request.cookies.get(FLASH, "")
    shared = {"now": desk.parts.now(), "flash": FLASHES.get(flash, ""), "staff": None, "errors": []}
    response = desk.pages.render(template, status, **shared | values)
    if flash:
        response.delete_cookie(FLASH, path="/desk")
    return response


def sees(desk: Desk, path: str, view: View) -> Route:
    """A page for those who are logged in; others log in first and are brought back."""

    async def endpoint(request: Request) -> Response:
        staff = await desk.access.who(request)
        if staff is None:
            return RedirectResponse(address(LOGIN, next=_here(request)), 303)
        return await view(Visit(request, desk, staff, Form()))

    return Route(path, endpoint, methods=["GET"])


def does(desk: Desk, path: str, view: View) -> Route:
    """A form for those who are logged in: from our own pages only, with the session's token."""

    async def endpoint(request: Request) -> Response:
        staff = await desk.access.who(request)
        if staff is None:
            return RedirectResponse(LOGIN, 303)
        form = await read_form(request)
        desk.access.check_form(request, form.raw("csrf"), staff.csrf)
        return await view(Visit(request, desk, staff, form))

    return Route(path, endpoint, methods=["POST"])


async def read_form(request: Request) -> Form:
    """The posted fields; files are not taken here."""
    async with request.form(max_files=0, max_fields=200) as posted:
        return Form(tuple((name, value) for name, value in posted.multi_items() if isinstance(value, str)))


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def safe_next(path: str) -> str:
    """A page of the desk to go on to; anything else is the queue."""
    parts = urlsplit(path)
    outside = parts.scheme or parts.netloc or "\\" in path or any(ord(sign) < 33 for sign in path)
    is_ours = parts.path == "/desk" or parts.path.startswith("/desk/")
    return "/desk" if outside or not is_ours or parts.path.startswith(LOGIN) else path
