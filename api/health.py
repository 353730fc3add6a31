"""Whether the service lives, whether it is ready, and its figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from api.parts import Parts, PartsOf
from storage.database import Unavailable

router = APIRouter(tags=["Health"])
READY: dict[int | str, dict[str, Any]] = {503: {"description": "Not ready; the body says which part is missing."}}


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", responses=READY)
async def ready(response: Response, parts: PartsOf) -> dict[str, Any]:
    """Database and process engine answer."""
    checks = {"database": await _database_answers(parts), "engine": await parts.engine_answers()}
    response.status_code = 200 if all(checks.values()) else 503
    return {"status": "ok" if all(checks.values()) else "unavailable", **checks}


@router.get("/metrics", response_class=Response)
async def metrics(request: Request, parts: PartsOf) -> Response:
    """The figures, as Prometheus reads them."""
    content: bytes = await request.app.state.metrics.text(parts)
    return Response(content, media_type="text/plain; version=0.0.4; charset=utf-8")


async def _database_answers(parts: Parts) -> bool:
    try:
        async with parts.database.read() as connection:
            await connection.execute(text("SELECT 1"))
    except Unavailable:
        return False
    return True
