"""The reading room: Swagger UI from vendored files, under a policy that lets nothing else in; and the problem codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.codes import CODES
from api.problems import Problem

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portdesk API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/static/vendor/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/docs/static/vendor/swagger-ui-bundle.js"></script>
<script src="/docs/static/docs.js"></script>
</body>
</html>
"""

router = APIRouter(tags=["Documentation"])


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """The API's documentation, to be tried out with a key."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})


@router.get("/problems/{code}")
async def problem(code: str) -> dict[str, Any]:
    """What a problem's `type` leads to: the words for its code."""
    row = CODES.get(code)
    if row is None:
        raise Problem("not_found")
    return {"code": code, **vars(row)}


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount("/docs/static", StaticFiles(directory=STATIC), name="docs-static")
