"""Who may use the desk: login, the session behind its cookie, and proof that a form is ours."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from desk.throttle import Throttle
from storage.database import Database, Unavailable
from storage.staff import (
    LONGEST,
    SEEN_EVERY,
    Session,
    close_session,
    find_session,
    note_seen,
    open_session,
    verify_password,
)

LOGIN_PATH = "/desk/login"
MOST_OF_A_PASSWORD = 500


class NotOurForm(Exception):
    """A form that came from elsewhere, or from a session that is over."""


class TooManyTries(Exception):
    """Too many failed logins; `seconds` until the next may be made."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


class Access:
    """Sessions lie in the database; the cookie holds 256 random bits and nothing else.

    Over https the cookies are `__Host-` ones; over plain http, meant for this machine alone, browsers refuse those.
    """

    def __init__(self, database: Database, public_url: str, wall: Callable[[], datetime]) -> None:
        self._database = database
        self._wall = wall
        self._throttle = Throttle()
        self._netloc = urlsplit(public_url).netloc
        self._https = urlsplit(public_url).scheme == "https"
        self._cookie = "__Host-desk" if self._https else "desk"
        self._login_cookie = "__Secure-desk_login" if self._https else "desk_login"

    async def who(self, request: Request) -> Session | None:
        """Whose session the cookie names, if it is not over."""
        token = request.cookies.get(self._cookie)
        if not token:
            return None
        now = self._wall()
        async with self._database.read() as connection:
            session = await find_session(connection, token, now)
        if session is not None and now - session.seen_at >= SEEN_EVERY:
            # A page that could be read is shown; unnoted, the session ends a little sooner.
            with suppress(Unavailable):
                async with self._database.begin() as connection:
                    await note_seen(connection, token, now)
        return session

    async def log_in(self, request: Request, login: str, password: str) -> str | None:
        """The token of a new session; None when login or password is wrong. Raises TooManyTries."""
        address = request.client.host if request.client else ""
        if seconds := self._throttle.wait_seconds(login, address):
            raise TooManyTries(seconds)
        # Counted before the slow check, so that guesses made side by side count too.
        self._throttle.tried(login, address)
        async with self._database.read() as connection:
            person = await verify_password(connection, login, password[:MOST_OF_A_PASSWORD])
        if person is None:
            return None
        self._throttle.forgive(login)
        async with self._database.begin() as connection:
            return (await open_session(connection, person.id, self._wall())).token

    async def log_out(self, request: Request) -> None:
        """Ends the session in the database, so that a copied cookie is worth nothing."""
        async with self._database.begin() as connection:
            await close_session(connection, request.cookies.get(self._cookie, ""))

    def give(self, response: Response, token: str) -> None:
        """The cookie of a session; no script reads it, and other sites' forms do not send it."""
        response.set_cookie(
            self._cookie, token, max_age=int(LONGEST.total_seconds()), path="/", httponly=True, secure=self._https,
            samesite="lax",
        )  # fmt: skip

    def take(self, response: Response) -> None:
        response.delete_cookie(self._cookie, path="/", httponly=True, secure=self._https, samesite="lax")

    def new_token(self) -> str:
        return secrets.token_urlsafe(32)

    def give_login_token(self, response: Response, token: str) -> None:
        """The login form has no session yet: its token lies in a cookie too, and both must be the same."""
        response.set_cookie(
            self._login_cookie, token, path=LOGIN_PATH, httponly=True, secure=self._https, samesite="strict"
        )

    def login_token(self, request: Request) -> str:
        return request.cookies.get(self._login_cookie, "")

    def check_form(self, request: Request, given: str, expected: str) -> None:
        """The form was sent by one of our pages and carries its token. Raises NotOurForm."""
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            raise NotOurForm("the form's token is not the session's")
        origin = request.headers.get("origin")
        ours = {self._netloc, request.headers.get("host", "")}
        if origin is not None and urlsplit(origin).netloc not in ours:
            raise NotOurForm("the form was sent by another site")
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise NotOurForm("the form was sent by another site")
