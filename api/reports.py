"""Reports: orders a line each, charges, temporary numbers that are out; the first two also as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api import sheets
from api.dependencies import LARGEST_PAGE, PageOf
from api.filters import NOTHING, Filters
from api.guard import CallerOf, Guarded
from api.operations import reads
from api.parts import Parts, PartsOf
from api.schemas.base import Page
from api.schemas.lists import ChargeView, OrderView, TemporaryView
from storage import queries

router = APIRouter(prefix="/v1", tags=["Reports"], route_class=Guarded)
CSV: dict[str, Any] = {"response_class": StreamingResponse, **reads()}
CSV["responses"] |= {200: {"description": "One line a row.", "content": {"text/csv": {"example": sheets.EXAMPLE}}}}
Read = Callable[[AsyncConnection, queries.Page], Awaitable[dict[str, Any]]]


@router.get("/temporary-numbers", response_model=Page[TemporaryView], **reads())
async def temporary_numbers(caller: CallerOf, page: PageOf, parts: PartsOf) -> dict[str, Any]:
    """The temporary numbers that are assigned, with their lines."""
    async with parts.database.read() as connection:
        return await queries.temporary_numbers(connection, page, caller.partner_id)


@router.get("/reports/orders", response_model=Page[OrderView], **reads())
async def orders(filters: Filters, page: PageOf, parts: PartsOf) -> dict[str, Any]:
    """The orders report, one item a line, the newest order first."""
    async with parts.database.read() as connection:
        return await queries.orders_report(connection, filters, page) if filters else NOTHING


@router.get("/reports/orders.csv", **CSV)
async def orders_csv(filters: Filters, parts: PartsOf) -> StreamingResponse:
    """The whole orders report as CSV."""

    async def read(connection: AsyncConnection, page: queries.Page) -> dict[str, Any]:
        return await queries.orders_report(connection, filters, page) if filters else NOTHING

    return sheets.response("orders", list(OrderView.model_fields), _all(parts, read))


@router.get("/charges", response_model=Page[ChargeView], **reads())
async def charges(caller: CallerOf, page: PageOf, parts: PartsOf) -> dict[str, Any]:
    """The ledger, newest first."""
    async with parts.database.read() as connection:
        return await queries.charges(connection, page, caller.partner_id)


@router.get("/charges.csv", **CSV)
async def charges_csv(caller: CallerOf, parts: PartsOf) -> StreamingResponse:
    """The whole ledger as CSV."""

    async def read(connection: AsyncConnection, page: queries.Page) -> dict[str, Any]:
        return await queries.charges(connection, page, caller.partner_id)

    return sheets.response("charges", list(ChargeView.model_fields), _all(parts, read))


async def _all(parts: Parts, read: Read) -> AsyncIterator[dict[str, Any]]:
    """Every item, part by part: a report of any length takes the memory of one part."""
    cursor: str | None = None
    while True:
        async with parts.database.read() as connection:
            found = await read(connection, queries.Page(parts.cursor_secret, LARGEST_PAGE, cursor))
        for item in found["items"]:
            yield item
        cursor = found["next_cursor"]
        if cursor is None:
            return
