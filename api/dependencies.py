"""What the routes ask for by type: the call on a case, and a part of a list."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from api.guard import CallerOf
from api.parts import PartsOf
from api.problems import Problem
from api.shown import check_version
from service.callers import Caller
from service.calls import Call
from service.known_case import owned_version
from storage.paging import Page

CaseId = Annotated[str, Path(description="`PC-…`", examples=["PC-01JH8Z4T9Q3XKABC"])]
LARGEST_PAGE, USUAL_PAGE = 200, 50


async def case_call(request: Request, case_id: CaseId, caller: CallerOf, parts: PartsOf) -> Call:
    """The call on a case that is the caller's, in the version that it was meant for; asked before the body is judged.

    Raises CaseNotFound, Problem stale.
    """
    async with parts.database.read() as connection:
        version = await owned_version(connection, case_id, caller.partner_id)
    check_version(request, version)
    return Call(caller, case_id, getattr(request.state, "update_id", ""))


CaseCall = Annotated[Call, Depends(case_call)]


async def care_call(call: CaseCall) -> Call:
    """Raises CareOnly for a partner, whose case it is."""
    call.caller.require_care()
    return call


async def partner_call(call: CaseCall) -> Call:
    """Raises PartnerOnly for care."""
    call.caller.require_partner()
    return call


async def care_caller(caller: CallerOf) -> Caller:
    """Raises CareOnly for a partner, before its body is judged."""
    caller.require_care()
    return caller


CareCaller = Annotated[Caller, Depends(care_caller)]
CareCall = Annotated[Call, Depends(care_call)]
PartnerCall = Annotated[Call, Depends(partner_call)]


def _page(parts: PartsOf, limit: str | None, cursor: str | None, usual: int) -> Page:
    if limit is not None and not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= LARGEST_PAGE):
        raise Problem("invalid_limit")
    return Page(parts.cursor_secret, int(limit) if limit else usual, cursor)


Limit = Annotated[
    str | None, Query(description="1 to 200.", json_schema_extra={"type": "integer", "minimum": 1, "maximum": 200})
]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the part before.", max_length=2000)]


def page(parts: PartsOf, limit: Limit = None, cursor: Cursor = None) -> Page:
    """Raises Problem invalid_limit."""
    return _page(parts, limit, cursor, USUAL_PAGE)


def long_page(parts: PartsOf, limit: Limit = None, cursor: Cursor = None) -> Page:
    """For lists of one case, which are read whole as a rule. Raises Problem invalid_limit."""
    return _page(parts, limit, cursor, LARGEST_PAGE)


PageOf = Annotated[Page, Depends(page)]
LongPageOf = Annotated[Page, Depends(long_page)]
