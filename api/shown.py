"""How a case leaves the API: rendered once, with its version as ETag; and which version a change was meant for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.parts import Parts
from api.problems import Problem
from api.schemas.case import CaseView
from porting.country import country
from porting.portability import has_lapsed
from service.callers import Caller
from storage import queries

JSON = "application/json"


def as_of(case: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The case with what to know about its countries (R43, R44), and which validations hold no more (R15)."""
    countries = [country(code) for code in dict.fromkeys(line["country"] for line in case["lines"])]
    by_hand = {line["country"] for line in case["lines"] if line["by_hand"]}
    return case | {
        "lines": [_line_as_of(line, now) for line in case["lines"]],
        "advice": [{"country": each.code, "text": each.advice} for each in countries if each.advice],
        "usual_times": [
            {"country": each.code, "text": each.by_hand.in_words} for each in countries if each.code in by_hand
        ],
    }


def _line_as_of(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    said = line["validation"]
    if said is None:
        return line
    return line | {"validation": said | {"lapsed": has_lapsed(said["valid_until"], now, line["time_zone"])}}


def etag(version: int) -> str:
    return f'"{version}"'


def case_response(case: dict[str, Any], now: datetime, status: int = 200) -> Response:
    """The case as bytes: what is kept for a repeated call is then exactly what was sent."""
    content = CaseView.model_validate(as_of(case, now)).model_dump_json()
    headers = {"ETag": etag(case["version"])}
    if status == 201:
        headers["Location"] = f"/v1/porting-cases/{case['id']}"
    return Response(content, status, headers, JSON)


async def read_case(connection: AsyncConnection, case_id: str, caller: Caller) -> dict[str, Any]:
    """Raises Problem not_found for what is not there and for what is somebody else's, in the same words."""
    case = await queries.case(connection, case_id, caller.partner_id)
    if case is None:
        raise Problem("not_found")
    return case


async def show_case(parts: Parts, case_id: str, caller: Caller, status: int = 200) -> Response:
    async with parts.database.read() as connection:
        case = await read_case(connection, case_id, caller)
    return case_response(case, parts.now(), status)


def check_version(request: Request, version: int) -> None:
    """Raises Problem stale when If-Match names another version than the case has now."""
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    if etag(version) not in _tags(wanted):
        raise Problem("stale", facts={"version": version})


def unchanged(request: Request, response: Response) -> bool:
    """Whether the client has this version already (If-None-Match)."""
    return response.headers["etag"] in _tags(request.headers.get("if-none-match", ""))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
