"""The terms of a case: the policy that it was opened under, and whose time zone its cut-overs are in (R22)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.policy import Policy
from storage.projection import UnknownCase
from storage.serial import load
from storage.tables import cases, partners


@dataclass(frozen=True)
class CutoverTerms:
    """`time_zone` is the partner's setting, None when the line's own zone counts; `currency` is the partner's."""

    policy: Policy
    time_zone: str | None
    currency: str


async def cutover_terms(connection: AsyncConnection, case_id: str) -> CutoverTerms:
    """The case's terms. Raises UnknownCase."""
    query = (
        select(cases.c.policy, partners.c.time_zone, partners.c.currency)
        .join(partners, partners.c.id == cases.c.partner_id)
        .where(cases.c.id == case_id)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise UnknownCase(case_id)
    return CutoverTerms(load(row.policy, Policy), row.time_zone or None, row.currency)
