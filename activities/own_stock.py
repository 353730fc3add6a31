"""The operator's own temporary numbers as a source of the pool, and a partner's terms of it (R32)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from inventory.pool import Mixing, Terms
from porting.policy import Policy
from storage import partners, stock
from storage.database import Database


class OwnStock:
    """Numbers of the stock; two workers at once never get the same one (R33)."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def take(self, case_id: str, line_number: str, count: int, country: str) -> str | None:
        return await self._database.write(
            lambda connection: stock.allocate(connection, case_id, line_number, count, country, self._now())
        )

    async def give_back(self, case_id: str, line_number: str, quarantine_days: int) -> str | None:
        return await self._database.write(
            lambda connection: stock.release(connection, case_id, line_number, self._now(), quarantine_days)
        )


class PoolTerms:
    """Looks up how a partner's pool is mixed, and its price; without one of its own the policy's price holds."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy

    async def of(self, partner_id: str) -> Terms:
        async with self._database.read() as connection:
            partner = await partners.find_partner(connection, partner_id)
        if partner is None:
            return Terms(Mixing.OWN_FIRST, self._policy.temporary_number_price)
        return Terms(Mixing(partner.pool), partner.temporary_number_price or self._policy.temporary_number_price)
