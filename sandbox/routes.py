"""The calls with which a rehearsal is steered: clock, carrier scripts, mailbox. They exist in a sandbox only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

import httpx2
from fastapi import APIRouter, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from sandbox.advance import Advance, DoesNotSettle
from sandbox.carrier_remote import BadScript
from sandbox.carriers import SimulatedCarriers
from sandbox.clock import SandboxClock

LONGEST_SECONDS = 400 * 86_400.0


class Step(BaseModel):
    """How far to go: by seconds, or to an instant."""

    model_config = ConfigDict(extra="forbid")
    seconds: Annotated[float, Field(ge=0, le=LONGEST_SECONDS)] | None = None
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if (self.seconds is None) == (self.to is None):
            raise ValueError("give either seconds or to")
        return self


class Script(BaseModel):
    """What the simulated carrier does with a number; docs/sandbox.md has the language."""

    model_config = ConfigDict(extra="forbid")
    steps: list[dict[str, Any]]


@dataclass(frozen=True)
class SandboxParts:
    """What the routes need. `mailbox_url` is the mailbox's own address."""

    clock: SandboxClock
    advance: Advance
    carrier: SimulatedCarriers
    mailbox_url: str


def sandbox_router(parts: SandboxParts, route_class: type[APIRoute]) -> APIRouter:
    """`route_class` is the one that only a key opens."""
    router = APIRouter(prefix="/sandbox", tags=["sandbox"], route_class=route_class)
    _clock_routes(router, parts)
    _carrier_routes(router, parts)
    return router


def _clock_routes(router: APIRouter, parts: SandboxParts) -> None:
    @router.get("/clock", summary="The sandbox's now")
    async def clock() -> dict[str, datetime]:
        return {"now": parts.clock.now()}

    @router.post("/clock/advance", summary="Let time pass; answers when all that was due has happened")
    async def advance(step: Step) -> dict[str, datetime]:
        now = parts.clock.now()
        if step.to is not None and not 0 <= (step.to - now).total_seconds() <= LONGEST_SECONDS:
            why = f"The clock stands at {now:%Y-%m-%dT%H:%M:%SZ} and goes at most 400 days ahead."
            raise RequestValidationError([_fault("/to", why)])
        try:
            if step.to is not None:
                return {"now": await parts.advance.to(step.to)}
            return {"now": await parts.advance.by(timedelta(seconds=step.seconds or 0.0))}
        except DoesNotSettle as error:
            raise HTTPException(503, f"The sandbox does not come to rest: {error}. See its logs.") from None


def _carrier_routes(router: APIRouter, parts: SandboxParts) -> None:
    @router.put("/carrier/scripts/{number}", summary="What the simulated carrier does with a number")
    async def script(number: str, script: Script) -> Any:
        try:
            return await parts.carrier.put_script(number, script.steps)
        except BadScript as bad:
            raise RequestValidationError([_fault(fault["pointer"], fault["message"]) for fault in bad.faults]) from None

    @router.get("/carrier/orders", summary="What the simulated carrier received")
    async def orders() -> Any:
        return await parts.carrier.orders()

    @router.get("/mailbox", summary="The mails that were caught")
    async def mailbox(number: Annotated[str, Query()] = "", case: Annotated[str, Query()] = "") -> Any:
        async with httpx2.AsyncClient(base_url=parts.mailbox_url, timeout=30.0) as client:
            response = await client.get("/mails", params={"number": number, "case": case})
            response.raise_for_status()
            return response.json()


def _fault(pointer: str, message: str) -> dict[str, Any]:
    """A fault of the body as the validator would tell it, so that it is answered like any other."""
    return {"type": "invalid", "loc": ("body", *pointer.strip("/").split("/")), "msg": message}
