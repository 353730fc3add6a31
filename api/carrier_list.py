"""The carriers in use: what each can do, and whether it answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api.guard import CallerOf, Guarded
from api.operations import reads
from api.parts import PartsOf
from api.schemas.carriers import CarriersView
from carriers.contract import PortCarrier
from carriers.letters import PreparesLetters
from storage import carrier_troubles
from storage.carrier_troubles import CarrierTrouble

router = APIRouter(prefix="/v1", tags=["Carriers"], route_class=Guarded)


@router.get("/carriers", response_model=CarriersView, **reads())
async def list_carriers(caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """What a date, a cancellation or a long order can expect of each carrier; what fails there, care sees only."""
    async with parts.database.read() as connection:
        down = await carrier_troubles.of_carriers(connection)
        held_up = await carrier_troubles.cases_held_up(connection)
    shown = [_shown(one, down.get(name), held_up.get(name, 0)) for name, one in sorted(parts.carriers.items())]
    return {"items": shown if caller.is_care else [one | {"reason": None, "cases_held_up": None} for one in shown]}


def _shown(carrier: PortCarrier, trouble: CarrierTrouble | None, held_up: int) -> dict[str, Any]:
    health: dict[str, Any] = {"status": "UP", "reason": None, "cases_held_up": held_up}
    if trouble is not None:
        health |= {"status": "DOWN", "since": trouble.since, "last_tried_at": trouble.last_at}
        health |= {"tries": trouble.tries, "reason": trouble.reason}
    able = {"capabilities": asdict(carrier.capabilities), "prepares_letters": isinstance(carrier, PreparesLetters)}
    return {"name": carrier.name, **able, **health}
