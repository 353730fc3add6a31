"""The vendor's own API document, where it is at hand: every recorded call is checked against it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.house.sources import ROOT

DOCUMENT = ROOT.parent / "shared" / "specs" / "telnyx-porting.openapi.json"
HOST = "https://api.telnyx.com"


@functools.cache
def document() -> OpenAPI | None:
    """None on a machine where the vendor's document is not beside the repository."""
    if not DOCUMENT.exists():
        return None
    # To the document a file is a string; to the checker it would be bytes, which are none.
    files = Config(extra_media_type_deserializers={"application/pdf": lambda content: content.decode("latin-1")})
    return OpenAPI.from_dict(json.loads(DOCUMENT.read_text()), config=files)


@dataclass
class Exchange:
    """One call and its answer."""

    method: str
    path: str
    query: list[tuple[str, str]]
    body: bytes
    status: int = 0
    answer: bytes = b""
    media_type: str = ""


class Recorder:
    """Wraps the simulated carrier and writes down what passes; `nonsense` says that it was told to break the rules."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.exchanges: list[Exchange] = []
        self.nonsense = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(("/v2/porting", "/v2/portability")):
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope["method"], scope["path"], parse_qsl(scope["query_string"].decode()), b"")
        self.exchanges.append(exchange)

        async def hearing() -> Message:
            message = await receive()
            exchange.body += message.get("body", b"")
            return message

        async def saying(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                exchange.media_type = dict(message["headers"]).get(b"content-type", b"").decode()
            exchange.answer += message.get("body", b"")
            await send(message)

        await self._app(scope, hearing, saying)

    def violations(self) -> list[str]:
        """Where a call or an answer breaks the vendor's document."""
        if document() is None or self.nonsense:
            return []
        return [line for exchange in self.exchanges for line in _violations(exchange)]


def operation_ids(exchanges: Iterable[Exchange]) -> set[str]:
    """The operations of the document that were answered as asked."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    calls = [
        (re.compile("/v2" + re.sub(r"{[^}]+}", "[^/]+", path)), path.count("{"), method.upper(), call["operationId"])
        for path, methods in paths.items() for method, call in methods.items()
    ]  # fmt: skip
    # A path without places for ids goes first: `/porting_orders/exception_types` is no order.
    calls.sort(key=lambda call: call[1])
    found = set()
    for one in exchanges:
        if one.status < 300:
            named = (id_ for path, _, method, id_ in calls if method == one.method and path.fullmatch(one.path))
            found.add(next(named, one.path))
    return found


def _violations(exchange: Exchange) -> list[str]:
    rules = document()
    if rules is None or exchange.status >= 300:
        return []
    # The document names the filter for the numbers of one order in a link only, and the checker reads no filter
    # within a filter.
    query = {
        name: value for name, value in exchange.query if name != "filter[porting_order_id]" and name.count("[") < 2
    }
    request = MockRequest(
        HOST, exchange.method, exchange.path, args=query, data=exchange.body or None,
        headers={"Authorization": "Bearer key"},
    )  # fmt: skip
    response = MockResponse(exchange.answer, exchange.status, content_type=exchange.media_type)
    checks = (lambda: rules.validate_request(request), lambda: rules.validate_response(request, response))
    return [f"{exchange.method} {exchange.path}: {why}" for check in checks if (why := _why(check))]


def _why(check: Callable[[], object]) -> str:
    try:
        check()
    except OpenAPIError as error:
        causes = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or error]
        return f"{error!r}: " + "; ".join(str(cause).splitlines()[0] for cause in causes)
    return ""
