"""Port-outs: notices that numbers leave us for another carrier (R38)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api.dependencies import CareCaller, PageOf
from api.guard import CallerOf, Guarded
from api.idempotent import keep_in, settled
from api.operations import reads, writes
from api.parts import Parts, PartsOf
from api.problems import Problem
from api.schemas.base import Page
from api.schemas.port_outs import PortOutBody, PortOutView
from api.shown import JSON
from service import port_out_calls
from storage import port_out_lists
from storage.port_outs import Notice

router = APIRouter(prefix="/v1/port-outs", tags=["Port-outs"], route_class=Guarded)
FOUND: dict[int | str, dict[str, Any]] = {200: {"model": PortOutView, "description": "The same notice, told before."}}


@router.post("", status_code=201, response_model=PortOutView, **writes("care", FOUND))
async def enter(request: Request, caller: CareCaller, body: PortOutBody, parts: PartsOf) -> Response:
    """A winning carrier takes a number over: the partner is told at once.

    At the hour of cut-over on that day the number becomes outbound-only, unless the partner cancelled it; what is
    billed stays as it is. A part of a line can leave, for the winning carrier decides what it takes. A number that
    nobody here has is kept for care. The same notice again answers the one that exists; one that was cancelled, or
    that gave way to another day, is entered anew. Another day for numbers that have not left, with the same winning
    carrier, takes the place of the one before: the partner is told of it, and only the new day counts.
    """
    wanted = (body.number, body.winning_carrier, body.leaves_on)
    return await _keep(request, parts, port_out_calls.notice_of(caller, *wanted, parts.now()))


@router.get("", response_model=Page[PortOutView], **reads("care"))
async def list_port_outs(caller: CareCaller, page: PageOf, parts: PartsOf) -> dict[str, Any]:
    """Every notice, newest first, whoever gave it."""
    async with parts.database.read() as connection:
        return await port_out_lists.listed(connection, page)


@router.get("/{notice_id}", response_model=PortOutView, **reads("care"))
async def get_port_out(caller: CareCaller, notice_id: str, parts: PartsOf) -> dict[str, Any]:
    """One notice, and how far it is."""
    async with parts.database.read() as connection:
        found = await port_out_lists.one(connection, notice_id)
    if found is None:
        raise Problem("not_found")
    return found


@router.post("/{notice_id}/cancellation", response_model=PortOutView, **writes())
async def cancel(caller: CallerOf, notice_id: str, parts: PartsOf) -> dict[str, Any]:
    """The partner gives the numbers up with us too, before their hour: nothing is switched.

    Care does it for a partner, and settles with it a notice of a number that nobody here has.
    """
    async with parts.database.begin() as connection:
        return await port_out_calls.cancel(connection, caller, notice_id, parts.now())


async def _keep(request: Request, parts: Parts, notice: Notice) -> Response:
    """The notice and the answer to it are kept in one transaction, so that a repeated call finds both or neither."""
    async with parts.database.begin() as connection:
        found, is_new = await port_out_calls.enter(connection, notice, parts.now())
        content = PortOutView.model_validate(found).model_dump_json()
        headers = {"Location": f"/v1/port-outs/{found['id']}"} if is_new else {}
        response = Response(content, 201 if is_new else 200, headers, JSON)
        await keep_in(connection, request, response)
    settled(request)
    return response
