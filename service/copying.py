"""The body for a new order, prefilled from a case that did not come to its end (R29)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.status import Status
from storage.documents import of_case
from storage.requests import accepted_items, opening_body, with_answers
from storage.tables import cases, lines

LONGEST_REFERENCE = 100


async def copy_of(connection: AsyncConnection, case_id: str) -> dict[str, Any]:
    """The case's request with the answers in it, the lines that were not ported, and a reference that is free.

    The wish is left out, for its day may be over, and the PIN, which is never shown again.
    """
    body = await opening_body(connection, case_id)
    answered = await accepted_items(connection, [case_id])
    body = with_answers(body, answered.get(case_id, ()))
    lines_stay = bool((body.get("losing_carrier") or {}).get("new_billing_number"))
    return body | {
        "disconnect_remaining": body["disconnect_remaining"] and not lines_stay,
        "reference": await _free_reference(connection, case_id, str(body["reference"])),
        "numbers": await _not_ported(connection, case_id),
        "requested_date": None,
        "losing_carrier": {**(body.get("losing_carrier") or {}), "pin": ""},
        "documents": [document["id"] for document in await of_case(connection, case_id)],
        "comment": "",
    }


async def _not_ported(connection: AsyncConnection, case_id: str) -> list[str]:
    query = select(lines.c.number).where(lines.c.case_id == case_id, lines.c.status != Status.COMPLETED)
    return list((await connection.execute(query.order_by(lines.c.position))).scalars())


async def _free_reference(connection: AsyncConnection, case_id: str, reference: str) -> str:
    """`order-1` -> `order-1-2`: the partner may rename it, and the copy can be sent as it is."""
    own = select(cases.c.partner_id).where(cases.c.id == case_id).scalar_subquery()
    for number in range(2, 1000):
        ending = f"-{number}"
        found = reference[: LONGEST_REFERENCE - len(ending)] + ending
        taken = select(func.count()).where(cases.c.partner_id == own, cases.c.reference == found)
        if not (await connection.execute(taken)).scalar():
            return found
    return ""
