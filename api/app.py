"""The API as one application, made from its parts."""

from __future__ import annotations

from fastapi import FastAPI

from api import (
    carrier_list,
    carriers,
    cases,
    changes,
    docs_page,
    documents,
    hand_work,
    health,
    numbers,
    port_outs,
    problems,
    reports,
)
from api.envelope import Envelope
from api.metrics import Metrics
from api.openapi import document
from api.pace import Pace
from api.parts import Parts

ROUTERS = (
    cases.router, changes.router, hand_work.router, documents.router, numbers.router, reports.router,
    port_outs.router, carrier_list.router, carriers.router, health.router,
)  # fmt: skip
TITLE = "Portdesk"
VERSION = "1.0.0"


def create_app(parts: Parts) -> FastAPI:
    """The application; launch mounts the desk and, where there is one, the sandbox beside it."""
    app = described_app()
    app.state.parts = parts
    app.state.pace = Pace(parts.limits.calls_per_minute)
    app.state.metrics = Metrics()
    app.add_middleware(Envelope, metrics=app.state.metrics)
    return app


def described_app() -> FastAPI:
    """Routes and their description, without anything behind them."""
    app = FastAPI(title=TITLE, version=VERSION, docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    docs_page.install(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app
