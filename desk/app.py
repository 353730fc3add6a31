"""The desk as an application: its pages, what guards them, and what every answer carries."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk import cases, port_outs, queue, tasks
from desk.access import Access, NotOurForm
from desk.date_deed import DateChange
from desk.deeds import Steps
from desk.login import log_out, login_routes
from desk.news_deed import CarrierNews
from desk.pages import STATIC, Pages
from desk.parts import DeskParts
from desk.small_deeds import Cancellation, Extension
from desk.validation_deed import AskValidation
from desk.visits import Desk, Sorry, does, render, sees
from storage.database import Unavailable

CASE = "/desk/cases/{case_id}"
MOST_BYTES = 1_000_000
DEEDS = (DateChange(), Extension(), CarrierNews(), AskValidation(), Cancellation())

# Nothing but our own style sheet, pictures and forms; no script at all.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def desk_routes(parts: DeskParts) -> list[BaseRoute]:
    """The desk for an application that serves more: append these to its routes."""
    desk = build_desk(parts)
    return [Route("/desk", desk, name="desk"), Route("/desk/{rest:path}", desk, name="desk pages")]


def build_desk(parts: DeskParts) -> ASGIApp:
    """The whole desk, with its full paths (`/desk`, `/desk/cases/…`)."""
    shared = {"sandbox": parts.settings.sandbox, "stylesheet": _stylesheet()}
    desk = Desk(parts, Pages(shared), Access(parts.database, parts.public_url, parts.wall))
    routes = [*open_routes(desk), *guarded_routes(desk)]
    return Guarding(Starlette(routes=routes, exception_handlers=_handlers(desk), max_body_size=MOST_BYTES))


def open_routes(desk: Desk) -> list[BaseRoute]:
    """What can be had without a login."""
    return [*login_routes(desk), Mount("/desk/static", StaticFiles(directory=STATIC), name="static")]


def guarded_routes(desk: Desk) -> list[BaseRoute]:
    routes = [
        sees(desk, "/desk", queue.show_queue),
        sees(desk, "/desk/", queue.show_queue),
        sees(desk, "/desk/queue.csv", queue.queue_csv),
        sees(desk, port_outs.PATH, port_outs.show),
        does(desk, port_outs.PATH, port_outs.enter),
        does(desk, port_outs.PATH + "/{notice_id}/cancellation", port_outs.cancel),
        does(desk, "/desk/logout", log_out),
        sees(desk, CASE, cases.show_case),
        does(desk, CASE + "/comments", cases.write_comment),
        sees(desk, CASE + "/mails/{mail_id}", cases.show_mail),
        sees(desk, CASE + "/mails/{mail_id}/html", cases.show_mail_html),
        sees(desk, CASE + "/documents/{document_id}", cases.download),
        sees(desk, CASE + "/letter", cases.carriers_letter),
        sees(desk, CASE + "/tasks/{task_id}", tasks.show_task),
        does(desk, CASE + "/tasks/{task_id}", tasks.finish),
        sees(desk, CASE + "/tasks/{task_id}/sheet", tasks.show_sheet),
    ]
    for deed in DEEDS:
        steps = Steps(deed)
        routes += [sees(desk, f"{CASE}/{deed.path}", steps.show), does(desk, f"{CASE}/{deed.path}", steps.take)]
    return list(routes)


def _handlers(desk: Desk) -> MutableMapping[Any, Any]:
    def sorry(request: Request, status: int, title: str, text: str) -> Response:
        link = {"link": "/desk", "link_text": "To the queue"}
        return render(request, desk, "sorry.html", status, title=title, text=text, **link)

    async def told(request: Request, error: Sorry) -> Response:
        return sorry(request, error.status, error.title, error.text)

    async def by_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return sorry(request, 404, "No such page", "There is nothing at this address.")
        return sorry(request, error.status_code, "This cannot be done", "The desk does not take this request.")

    async def not_ours(request: Request, error: NotOurForm) -> Response:
        text = "It was opened in a session that is over, or by another site. Open the page anew; nothing was changed."
        return sorry(request, 403, "This form does not hold any more", text)

    async def no_database(request: Request, error: Unavailable) -> Response:
        return sorry(request, 503, "The desk cannot be used now", "Its database cannot be reached. Try again soon.")

    async def fault(request: Request, error: Exception) -> Response:
        return sorry(request, 500, "Something went wrong here", "It is a fault of Portdesk’s, and it is in the log.")

    return {Sorry: told, HTTPException: by_http, NotOurForm: not_ours, Unavailable: no_database, Exception: fault}


def _stylesheet() -> str:
    """The address of the style sheet; it changes with its content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / "desk.css").read_bytes()).hexdigest()[:12]
    return f"/desk/static/desk.css?v={digest}"


class Guarding:
    """Puts the headers on every answer; one that has a header already (the frame of a mail) keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = "/desk/static/" in scope.get("path", "")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if kept:
                    headers["Cache-Control"] = "public, max-age=86400"
            await send(message)

        await self._app(scope, receive, guarded)
