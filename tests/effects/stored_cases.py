"""Stored cases to test with: a partner, its case, and what the case announces afterwards."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from porting.case import Case
from porting.diary import next_alarm
from porting.request import OrderedLine
from storage import projection
from storage.cases import Opening, open_case
from storage.database import Database
from storage.partners import Partner, add_partner, find_partner
from storage.queries import Page
from storage.serial import pack
from tests.examples import MONDAY, a_case

SECRET = "s3cret"
BODY: dict[str, Any] = {
    "reference": "order-1",
    "numbers": ["+498912345678"],
    "end_customer": {"name": "Bäckerei Köhler GmbH", "email": "it@koehler.example"},
    "losing_carrier": {"name": "Telekom", "account_number": "A-1", "pin": "4711", "contract_end_date": "2026-12-31"},
    "details": {},
}


def a_page(limit: int = 50, cursor: str | None = None) -> Page:
    return Page(secret=SECRET, limit=limit, cursor=cursor)


async def a_partner(connection: AsyncConnection, partner_id: str = "PA-1", **changes: Any) -> Partner:
    """The partner, added when it is not there."""
    partner = Partner(id=partner_id, name=f"Partner {partner_id}", **changes)
    if await find_partner(connection, partner_id) is None:
        await add_partner(connection, partner, MONDAY)
    return partner


def an_opening(case: Case, body: dict[str, Any] | None = None, **changes: Any) -> Opening:
    """What the door stores of a case that was just opened."""
    body = (body or BODY) | {"reference": case.reference}
    packed = pack(case, Case)
    opening = Opening(
        partner_id=case.partner,
        reference=case.reference,
        body_hash=sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(),
        order_type=case.order_type,
        ivp=case.ivp,
        body=body,
        policy=case.policy,
        opening=packed,
        announcement=case.announce(next_alarm(case)),
    )
    return replace(opening, **changes)


async def store(database: Database, case: Case, body: dict[str, Any] | None = None) -> Case:
    """The case as acknowledged."""
    async with database.begin() as connection:
        await a_partner(connection, case.partner)
        await open_case(connection, an_opening(case, body))
    return case


async def store_case(database: Database, *lines: OrderedLine, case_id: str = "PC-1", **changes: Any) -> Case:
    """A stored case; its reference follows its id."""
    changes = {"reference": f"ref-{case_id}"} | changes
    return await store(database, a_case(*lines, case_id=case_id, **changes))


async def announce(database: Database, case: Case) -> bool:
    """What happened to the case since, recorded."""
    async with database.begin() as connection:
        return await projection.record(connection, case.announce(next_alarm(case)))
