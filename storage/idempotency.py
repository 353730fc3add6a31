"""A POST that is repeated: the first response again, a clear no to another body, patience while the first runs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import idempotency
from storage.upsert import insert_if_new

KEPT = timedelta(days=30)
# A call that has not ended by then died with its process; the next one with the key may run.
LOCK = timedelta(seconds=60)


@dataclass(frozen=True)
class Begun:
    """The call may run; `finish` or `abandon` it. `again` says that one before it died half-way."""

    owner: str
    key: str
    token: str
    again: bool = False


@dataclass(frozen=True)
class Replay:
    """The call was answered before, like this."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class InProgress:
    """The first call with the key still runs."""

    retry_after: timedelta


@dataclass(frozen=True)
class Reused:
    """The key came with another body."""


Outcome = Begun | Replay | InProgress | Reused


async def begin(
    connection: AsyncConnection, owner: str, key: str, request_hash: str, now: datetime, lock: timedelta = LOCK
) -> Outcome:
    """Whether the call may run. `owner` is a partner's id or `care:<key id>`: keys of two owners never meet.

    Needs a transaction that writes, committed before the call runs.
    """
    begun = Begun(owner, key, secrets.token_hex(16))
    row = _row(begun, request_hash, now, lock)
    known = None
    # Between the insert that finds a row and the look at it, its owner may have abandoned it.
    while known is None:
        if await insert_if_new(connection, idempotency, row):
            return begun
        known = await _known(connection, owner, key)
    if known["created_at"] <= now - KEPT:
        return await _take_over(connection, begun, row)
    if known["request_hash"] != request_hash:
        return Reused()
    if known["state"] == "DONE":
        return Replay(known["status"], known["headers"], known["body"])
    if known["locked_until"] > now:
        return InProgress(known["locked_until"] - now)
    return await _take_over(connection, replace(begun, again=True), row)


async def finish(
    connection: AsyncConnection, begun: Begun, status: int, headers: Mapping[str, str], body: bytes
) -> bool:
    """Keeps the response for 30 days; in the transaction of the effect itself, the two are one. False: lock lost."""
    values = {"state": "DONE", "status": status, "headers": dict(headers), "body": body}
    done = update(idempotency).where(_is(begun)).values(**values).returning(idempotency.c.key)
    return (await connection.execute(done)).first() is not None


async def abandon(connection: AsyncConnection, begun: Begun) -> None:
    """Nothing was done: the key is as if it had never been used."""
    await connection.execute(delete(idempotency).where(_is(begun), idempotency.c.state == "RUNNING"))


async def purge(connection: AsyncConnection, now: datetime, limit: int) -> int:
    """Forgets the oldest keys, so many at most, that are older than 30 days; answers how many."""
    own, is_old = (idempotency.c.owner, idempotency.c.key), idempotency.c.created_at <= now - KEPT
    oldest = select(*own).where(is_old).order_by(idempotency.c.created_at).limit(limit)
    # Its age is asked again of each: one that was taken over meanwhile is young.
    old = delete(idempotency).where(tuple_(*own).in_(oldest), is_old)
    return len((await connection.execute(old.returning(idempotency.c.key))).all())


async def _known(connection: AsyncConnection, owner: str, key: str) -> RowMapping | None:
    """The row, locked: of two calls that find a dead one only one takes it over."""
    query = select(idempotency).where(idempotency.c.owner == owner, idempotency.c.key == key).with_for_update()
    return (await connection.execute(query)).mappings().first()


async def _take_over(connection: AsyncConnection, begun: Begun, row: Mapping[str, Any]) -> Begun:
    """Overwrites the row, so that others who wait for it see a call that runs, and not that there is none."""
    mine = and_(idempotency.c.owner == begun.owner, idempotency.c.key == begun.key)
    fresh = dict(row) | {"status": None, "headers": None, "body": None}
    await connection.execute(update(idempotency).where(mine).values(fresh))
    return begun


def _row(begun: Begun, request_hash: str, now: datetime, lock: timedelta) -> dict[str, Any]:
    return {
        "owner": begun.owner,
        "key": begun.key,
        "request_hash": request_hash,
        "state": "RUNNING",
        "token": begun.token,
        "locked_until": now + lock,
        "created_at": now,
    }


def _is(begun: Begun) -> Any:
    held = idempotency.c
    return and_(held.owner == begun.owner, held.key == begun.key, held.token == begun.token)
