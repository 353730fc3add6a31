"""Every refusal as RFC 9457 `application/problem+json`, in words of our own; nothing of a library or a stack leaks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.codes import CODES
from api.faults import field_errors
from porting.errors import PortingError
from service.engine import EngineUnavailable
from service.refusals import OnlyTaken, RequestRefused
from storage.database import Unavailable
from storage.paging import BadCursor

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
# What Starlette raises by itself, before any code of ours has run.
OF_STATUS = {400: "malformed_body", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 503: "unavailable"}


class Problem(Exception):
    """A refusal by the door itself; refusals by a rule are PortingErrors."""

    def __init__(
        self, code: str, detail: str = "", *, errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None, facts: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(code)
        self.code, self.detail, self.errors = code, detail, errors
        self.headers, self.facts = dict(headers or {}), dict(facts or {})


def plain(value: Any) -> Any:
    """What JSON has no word for."""
    return value.isoformat() if isinstance(value, date) else str(value)


def problem_body(problem: Problem, instance: str, request_id: str = "") -> dict[str, Any]:
    row = CODES[problem.code]
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": row.title,
        "status": row.status,
        "detail": problem.detail or row.says,
        "instance": instance,
        "code": problem.code,
    }
    # A rule may call a fact of its own `status`; it must not pass for the response's.
    body |= {f"line_{name}" if name in body else name: value for name, value in problem.facts.items()}
    body |= {"errors": list(problem.errors)} if problem.errors else {}
    return body | ({"request_id": request_id} if request_id else {})


def problem_response(request: Request, problem: Problem) -> Response:
    body = problem_body(problem, request.url.path, getattr(request.state, "request_id", ""))
    # ASCII only: a lone surrogate of the client's, quoted back, could not be encoded otherwise.
    content = json.dumps(body, default=plain, ensure_ascii=True)
    return Response(content, CODES[problem.code].status, problem.headers, MEDIA_TYPE)


def of_fields(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Faults in fields: the problem bears their code when they agree on one, and then their facts too."""
    codes = {error["code"] for error in errors}
    code = codes.pop() if len(codes) == 1 else "validation_failed"
    first = dict(errors[0]) if code != "validation_failed" else {}
    facts = {name: value for name, value in first.items() if name not in {"pointer", "code", "message"}}
    detail = str(first.get("message", "")) if len(errors) == 1 else ""
    return Problem(code, detail, errors=errors, facts=facts)


def of_rule(error: PortingError) -> Problem:
    if isinstance(error, RequestRefused | OnlyTaken):
        return of_fields([problem.as_dict() for problem in error.problems])
    known = error.code if error.code in CODES else "refused"
    return Problem(known, error.detail, facts=error.facts)


def of_http(error: HTTPException) -> Problem:
    # Only a 503 is raised by our own code, in words that are meant to be read; the others bring a library's.
    detail = error.detail if error.status_code == 503 else ""
    return Problem(OF_STATUS.get(error.status_code, "malformed_body"), detail, headers=error.headers)


def unavailable(code: str, retry_after: float = 5) -> Problem:
    return Problem(code, headers={"Retry-After": str(max(1, round(retry_after)))})


def install(app: FastAPI) -> None:
    """One handler for each way in which a call can end otherwise than well."""

    def on(kind: type[Exception], translate: Any) -> None:
        async def answer(request: Request, error: Exception) -> Response:
            return problem_response(request, translate(error))

        app.add_exception_handler(kind, answer)

    on(Problem, lambda error: error)
    on(PortingError, of_rule)
    on(RequestValidationError, lambda error: of_fields(field_errors(error.errors())))
    on(HTTPException, of_http)
    on(EngineUnavailable, lambda error: unavailable("engine_unavailable", error.retry_after))
    on(Unavailable, lambda error: unavailable("database_unavailable"))
    on(BadCursor, lambda error: Problem("invalid_cursor"))
    app.add_exception_handler(Exception, _internal_error)


async def _internal_error(request: Request, error: Exception) -> Response:
    log.error("internal_error", path=request.url.path, request_id=getattr(request.state, "request_id", ""),
              fault=type(error).__name__)  # fmt: skip
    return problem_response(request, Problem("internal_error"))
