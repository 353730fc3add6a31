"""Opening cases, rehearsing that, and reading them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.dependencies import CaseCall, LongPageOf, PageOf, PartnerCall
from api.filters import NOTHING, Filters
from api.guard import CallerOf, Guarded
from api.idempotent import keep_in, settled
from api.operations import reads, writes
from api.parts import PartsOf, parts_of
from api.schemas.base import Page
from api.schemas.case import CaseView
from api.schemas.lists import CheckView, EventView, MailView
from api.schemas.opening import Opening, OpeningBody
from api.shown import as_of, case_response, read_case, show_case, unchanged
from service.callers import Caller
from service.copying import copy_of
from service.intake import Check
from storage import queries

router = APIRouter(prefix="/v1/porting-cases", tags=["Porting cases"], route_class=Guarded)
FOUND: dict[int | str, dict[str, Any]] = {200: {"model": CaseView, "description": "What an equal request opened."}}


@router.post("", status_code=201, response_model=CaseView, **writes("partner", FOUND))
async def open_case(request: Request, body: Opening, caller: CallerOf, parts: PartsOf) -> Response:
    """Opens a porting case. The same `reference` with an equal body answers the case that exists."""
    seal = Seal(request, caller)
    opened = await parts.intake.open(caller, body.as_json(), body.problems, seal)
    return seal.broken_open() if opened.created else await show_case(parts, opened.case_id, caller)


@router.post("/check", response_model=CheckView, **writes("partner"))
async def check_case(body: Opening, caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """The dry run: every problem at once, the date that would be asked for, and nothing stored."""
    return _check_shape(await parts.intake.check(caller, body.as_json(), body.problems))


@router.get("", response_model=Page[CaseView], **reads())
async def list_cases(filters: Filters, page: PageOf, parts: PartsOf) -> dict[str, Any]:
    """Cases, newest first, each with its first 20 lines."""
    async with parts.database.read() as connection:
        found = await queries.cases(connection, filters, page) if filters else NOTHING
    return found | {"items": [as_of(case, parts.now()) for case in found["items"]]}


@router.get("/{case_id}", response_model=CaseView, **reads(case=True))
async def get_case(request: Request, call: CaseCall, parts: PartsOf) -> Response:
    """The case with all its lines; `ETag` is its version."""
    response = await show_case(parts, call.case_id, call.caller)
    return Response(None, 304, {"ETag": response.headers["etag"]}) if unchanged(request, response) else response


@router.get("/{case_id}/timeline", response_model=Page[EventView], **reads(case=True))
async def get_timeline(call: CaseCall, page: LongPageOf, parts: PartsOf) -> Any:
    """Every event, oldest first; internal ones for care only."""
    async with parts.database.read() as connection:
        return await queries.timeline(connection, call.case_id, page, call.caller.partner_id)


@router.get("/{case_id}/emails", response_model=Page[MailView], **reads(case=True))
async def get_emails(call: CaseCall, page: LongPageOf, parts: PartsOf) -> Any:
    """The mails of the case, newest first."""
    async with parts.database.read() as connection:
        return await queries.emails(connection, call.case_id, page, call.caller.partner_id)


@router.get("/{case_id}/copy", response_model=OpeningBody, **reads("partner", case=True))
async def get_copy(call: PartnerCall, parts: PartsOf) -> Any:
    """The body for a new order, prefilled with what is known; its PIN has to be given anew."""
    async with parts.database.read() as connection:
        return await copy_of(connection, call.case_id)


class Seal:
    """The answer to an opening, kept for a repeated call in the very transaction that makes the case."""

    def __init__(self, request: Request, caller: Caller) -> None:
        self._request, self._caller = request, caller
        self._response = Response()

    async def __call__(self, connection: AsyncConnection, case_id: str) -> None:
        case = await read_case(connection, case_id, self._caller)
        self._response = case_response(case, parts_of(self._request).now(), 201)
        await keep_in(connection, self._request, self._response)

    def broken_open(self) -> Response:
        """The case is committed, and the answer with it."""
        settled(self._request)
        return self._response


def _check_shape(check: Check) -> dict[str, Any]:
    lines = zip(check.examined.wanted, check.examined.lines, strict=True)
    return {
        "acceptable": check.acceptable,
        "problems": [problem.as_dict() for problem in check.problems],
        "nearest_date": check.nearest_date,
        "lines": [
            {
                "number": ordered.number, "first": wanted.numbers.first, "last": wanted.numbers.last,
                "count": ordered.count, "country": wanted.place.country, "number_type": ordered.number_type,
                "time_zone": wanted.place.time_zone, "carrier": ordered.carrier or None,
                "requested_date": ordered.requested_date, "missing": [vars(demand) for demand in ordered.demands],
            }
            for wanted, ordered in lines
        ],
    }  # fmt: skip
