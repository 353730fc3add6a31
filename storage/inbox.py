"""What carriers sent: stored once before it is answered, then taken one after another for each order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.leases import Lanes, pause
from storage.tables import inbox
from storage.upsert import insert_if_new

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)
# How long the death of a worker holds up what it had claimed; news taken twice does no harm.
LEASE = timedelta(seconds=30)
LONGEST_KEY = 255
# One that comes again after so long makes its case read the order once more, and changes nothing.
KEPT = timedelta(days=90)
INBOX = Lanes(inbox, ("lane",))


@dataclass(frozen=True)
class Arrival:
    """A claimed message of a carrier. `tries` counts how often it was put off."""

    id: int
    carrier: str
    dedupe: str
    reference: str
    carrier_order_id: str
    payload: Any
    tries: int
    claims: int
    received_at: datetime


async def receive(
    connection: AsyncConnection,
    carrier: str,
    dedupe: str,
    reference: str,
    carrier_order_id: str,
    payload: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Keeps a message; False when the carrier sent it before. `dedupe` is the carrier's own id of the message.

    Messages with one reference, or without one with one order id, are taken one after another.
    """
    key = _fitting(dedupe)
    row = {
        "carrier": carrier,
        "dedupe": key,
        "reference": reference[:LONGEST_KEY],
        "carrier_order_id": carrier_order_id[:LONGEST_KEY],
        "lane": _fitting(f"{carrier}/{reference or carrier_order_id or key}"),
        "payload": dict(payload),
        "state": "NEW",
        "tries": 0,
        "claims": 0,
        "next_try_at": at,
        "received_at": at,
    }
    return await insert_if_new(connection, inbox, row)


async def claim(connection: AsyncConnection, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Arrival]:
    """Messages to act on now, for this worker alone until the lease is over: the oldest of each order."""
    rows = await INBOX.claim(connection, now, limit, lease)
    return [Arrival(**{name: row[name] for name in Arrival.__dataclass_fields__}) for row in rows]


async def done(connection: AsyncConnection, arrival_id: int, at: datetime, note: str = "") -> None:
    """The message is settled; `note` says how."""
    settled = {"state": "DONE", "next_try_at": None, "done_at": at, "note": note}
    await INBOX.settle(connection, arrival_id, settled)


async def postpone(connection: AsyncConnection, arrival_id: int, until: datetime, note: str) -> None:
    """Not now: the message, and what came after it for the same order, wait until then."""
    later = {"state": "NEW", "next_try_at": until, "note": note, "tries": inbox.c.tries + 1}
    await INBOX.settle(connection, arrival_id, later)


async def purge(connection: AsyncConnection, now: datetime, limit: int) -> int:
    """Forgets the first, so many at most, of those that were settled more than 90 days ago; answers how many."""
    settled = select(inbox.c.id, inbox.c.done_at).where(inbox.c.next_try_at.is_(None))
    first = settled.order_by(inbox.c.id).limit(limit).subquery()
    # The newest of all stays, because SQLite would give its number to the next one.
    newest = select(func.max(inbox.c.id)).scalar_subquery()
    is_old = inbox.c.id.in_(select(first.c.id).where(first.c.done_at <= now - KEPT))
    old = delete(inbox).where(is_old, inbox.c.id < newest)
    return len((await connection.execute(old.returning(inbox.c.id))).all())


def next_try(arrival: Arrival, at: datetime) -> datetime:
    """When to try again after trouble at `at`: 5 s, doubled each time up to a quarter of an hour."""
    return at + pause(FIRST_PAUSE, arrival.tries, LONGEST_PAUSE)


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next message may be claimed."""
    return await INBOX.next_due(connection)


async def unsettled_count(connection: AsyncConnection) -> int:
    """Messages that are not settled."""
    return await INBOX.waiting(connection)


def _fitting(key: str) -> str:
    """The key, or its digest where a carrier made it longer than an index takes."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
