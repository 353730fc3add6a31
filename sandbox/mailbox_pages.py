"""The mailbox's pages and its JSON: mails as their readers see them; nothing in a mail can run or reach out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.mailbox_reading import attachment, attachments, body, item, parsed
from sandbox.mailbox_smtp import Fault, Faults
from sandbox.mailbox_store import Caught, MailStore

_FOLDER = Path(__file__).parent / "mailbox_templates"
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
LISTED = 500
VIEWS = ("html", "text", "headers")

_STRICT = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; style-src 'self'; frame-src 'self'; "
    "frame-ancestors 'none'"
)
# A mail's own HTML: its inlined styles and nothing else. It is shown in a frame of ours only.
_CAGED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def application(store: MailStore, faults: Faults) -> FastAPI:
    """The mailbox over HTTP."""
    app = FastAPI(title="Mailbox", docs_url=None, redoc_url=None, openapi_url=None)
    _add_pages(app, store)
    _add_files(app, store)
    _add_json(app, store, faults)
    return app


def _add_pages(app: FastAPI, store: MailStore) -> None:
    @app.get("/")
    def threads(q: str = "", case: str = "") -> HTMLResponse:
        found = store.find(case=case, limit=LISTED) if case else store.search(q.strip(), LISTED)
        return _page("threads.html", threads=_threads(found), q=case or q, found=len(found), all=store.count())

    @app.get("/mail/{mail_id}")
    def one(mail_id: int, view: str = "html") -> HTMLResponse:
        caught, raw = _known(store, mail_id)
        mail = parsed(raw)
        texts = {"html": body(mail, "html"), "text": body(mail, "plain"), "headers": ""}
        shown = view if view in VIEWS and (texts[view] or view == "headers") else "text"
        return _page("mail.html", mail=caught, view=shown, views=VIEWS, text=texts["text"],
                     headers=list(mail.items()), files=attachments(mail))  # fmt: skip

    @app.get("/mailbox.css")
    def style() -> FileResponse:
        return FileResponse(_FOLDER / "mailbox.css", headers=_COMMON)


def _add_files(app: FastAPI, store: MailStore) -> None:
    @app.get("/mail/{mail_id}/body")
    def html(mail_id: int) -> HTMLResponse:
        return HTMLResponse(body(parsed(_known(store, mail_id)[1]), "html"), headers=_headers(_CAGED))

    @app.get("/mail/{mail_id}/raw")
    def raw(mail_id: int) -> Response:
        return _download(_known(store, mail_id)[1], f"mail-{mail_id}.eml", "message/rfc822")

    @app.get("/mail/{mail_id}/files/{number}")
    def file(mail_id: int, number: int) -> Response:
        found = attachment(parsed(_known(store, mail_id)[1]), number)
        if found is None:
            raise HTTPException(404, "This mail has no such file.")
        name, media_type, content = found
        return _download(content, name, media_type)


def _add_json(app: FastAPI, store: MailStore, faults: Faults) -> None:
    @app.get("/mails")
    def mails(number: str = "", case: str = "") -> JSONResponse:
        found = [_known(store, caught.id) for caught in store.find(number=number, case=case)]
        return JSONResponse({"items": [item(raw, caught.recipient, caught.received_at) for caught, raw in found]})

    @app.get("/faults")
    def planned() -> dict[str, list[Fault]]:
        return {"next": faults.left()}

    @app.put("/faults")
    def plan(next: Annotated[list[int | str], Body(embed=True)]) -> dict[str, list[Fault]]:
        try:
            faults.plan(next)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return {"next": faults.left()}

    @app.get("/health/live")
    def live() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> PlainTextResponse:
        return PlainTextResponse(f"{error.detail}\n", error.status_code, headers=_headers(_STRICT))


def _threads(mails: Sequence[Caught]) -> Mapping[str, list[Caught]]:
    """The mails by case; cases and mails come newest first, mails about no case stand alone."""
    threads: dict[str, list[Caught]] = {}
    for mail in mails:
        threads.setdefault(mail.case_id, []).append(mail)
    return threads


def _known(store: MailStore, mail_id: int) -> tuple[Caught, bytes]:
    found = store.mail(mail_id)
    if found is None:
        raise HTTPException(404, "There is no such mail.")
    return found


def _page(template: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_PAGES.get_template(template).render(values), headers=_headers(_STRICT))


def _headers(policy: str) -> dict[str, str]:
    return {"Content-Security-Policy": policy, **_COMMON}


def _download(content: bytes, name: str, media_type: str) -> Response:
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name) or "file"
    headers = {**_headers(_CAGED), "Content-Disposition": f'attachment; filename="{safe}"'}
    return Response(content, media_type=media_type, headers=headers)
