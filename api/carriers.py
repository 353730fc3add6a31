"""The carriers' webhooks: verified, stored once, answered at once; what they mean is found out afterwards."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from activities.feed import to_keep
from api.body import read_body
from api.operations import problems
from api.parts import PartsOf
from api.problems import Problem
from carriers.contract import BadSignature, Hint, PortCarrier, Trouble
from storage import inbox

router = APIRouter(tags=["Carriers"])


@router.post("/carriers/{name}/webhook", responses=problems((401, 404, 413, 422, 503)))
async def webhook(name: str, request: Request, parts: PartsOf) -> dict[str, Any]:
    """Takes what a carrier signed. A message that came before is answered like the first."""
    if name not in parts.carriers:
        raise Problem("not_found")
    hint = _verified(parts.carriers[name], request, await read_body(request, parts.limits.body))
    sent = (name, hint.dedupe, hint.reference, hint.carrier_order_id, to_keep(hint))
    async with parts.database.begin() as connection:
        return {"received": True, "repeated": not await inbox.receive(connection, *sent, parts.now())}


def _verified(carrier: PortCarrier, request: Request, body: bytes) -> Hint:
    try:
        return carrier.verify(request.headers, body)
    except BadSignature:
        raise Problem("invalid_signature") from None
    except Trouble:
        raise Problem("unreadable_webhook") from None
