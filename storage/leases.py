"""Work that waits in lanes: the oldest of each lane may be claimed, for a while, by one worker alone.

SQLite has no FOR UPDATE SKIP LOCKED; there the transaction itself is the lock (BEGIN IMMEDIATE).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection


def pause(first: timedelta, tries: int, longest: timedelta) -> timedelta:
    """How long to wait after so many tries: `first`, doubled with each, at most `longest`."""
    return min(first * int(2 ** min(tries, 20)), longest)


@dataclass(frozen=True)
class Lanes:
    """A table whose rows with the same values in the `lane` columns go one after another.

    A row waits while its `next_try_at` is set; a claim moves that by the lease, so that a worker that died loses the
    row when the lease is over. `claims` grows by one a claim, so that a claim that ran out can change nothing.
    """

    table: Table
    lane: tuple[str, ...]

    async def claim(
        self, connection: AsyncConnection, now: datetime, limit: int, lease: timedelta
    ) -> Sequence[dict[str, Any]]:
        """The rows that are due, as they were before, first those that have waited longest. `claims` is the new one."""
        table = self.table
        query = select(table).where(table.c.next_try_at <= now, self._is_head())
        query = query.order_by(table.c.next_try_at, table.c.id).limit(limit)
        rows = (await connection.execute(query.with_for_update(skip_locked=True, of=table))).mappings().all()
        if rows:
            claimed = update(table).where(table.c.id.in_([row["id"] for row in rows]))
            values = {"state": "CLAIMED", "claims": table.c.claims + 1, "next_try_at": now + lease}
            await connection.execute(claimed.values(**values))
        return [dict(row) | {"claims": row["claims"] + 1} for row in rows]

    async def settle(
        self, connection: AsyncConnection, row_id: int | str, values: Mapping[str, Any], claims: int | None = None
    ) -> bool:
        """Changes a row that is not settled; False when it is, or when another claim has it by now."""
        table = self.table
        mine = and_(table.c.id == row_id, table.c.next_try_at.is_not(None))
        if claims is not None:
            mine = mine & (table.c.claims == claims)
        done = update(table).where(mine).values(dict(values)).returning(table.c.id)
        return (await connection.execute(done)).first() is not None

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next row may be claimed; rows behind others of their lane do not count."""
        due: datetime | None = (await connection.execute(self._first_due)).scalar()
        return due

    async def waiting(self, connection: AsyncConnection) -> int:
        """How many rows are not settled."""
        query = select(func.count()).select_from(self.table).where(self.table.c.next_try_at.is_not(None))
        return int((await connection.execute(query)).scalar_one())

    # Built once: it is asked many times a second, and to build it takes longer than to ask it.
    @cached_property
    def _first_due(self) -> Select[Any]:
        return select(func.min(self.table.c.next_try_at)).where(self._is_head())

    def _is_head(self) -> ColumnElement[bool]:
        earlier = self.table.alias("earlier")
        same_lane = [earlier.c[name] == self.table.c[name] for name in self.lane]
        waits_before = and_(earlier.c.id < self.table.c.id, earlier.c.next_try_at.is_not(None))
        before = select(earlier.c.id).where(*same_lane, waits_before)
        return and_(self.table.c.next_try_at.is_not(None), ~exists(before))
