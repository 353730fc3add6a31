"""What was said to and by carriers that show no orders, message by message (their adapters read it back)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import carrier_messages as messages
from storage.tables import carrier_orders as orders
from storage.upsert import insert_if_new

LONGEST_KEY = 255


async def add(connection: AsyncConnection, row: Mapping[str, Any]) -> bool:
    """Writes a message down; False when its key stands there already."""
    return await insert_if_new(connection, messages, {"tries": 0, **row})


async def try_again(connection: AsyncConnection, carrier: str, key: str, at: datetime) -> Mapping[str, Any]:
    """Counts one more attempt at what the carrier did not take yet; the row as it stands then."""
    mine = (messages.c.carrier == carrier) & (messages.c.key == key)
    again = {"state": "TRYING", "tries": messages.c.tries + 1, "changed_at": at}
    await connection.execute(update(messages).where(mine, messages.c.state != "TAKEN").values(**again))
    return dict((await connection.execute(select(messages).where(mine))).mappings().one())


async def settle(connection: AsyncConnection, carrier: str, key: str, state: str, at: datetime) -> None:
    mine = (messages.c.carrier == carrier) & (messages.c.key == key) & (messages.c.state != "TAKEN")
    await connection.execute(update(messages).where(mine).values(state=state, changed_at=at))


async def of_order(connection: AsyncConnection, carrier: str, carrier_order_id: str) -> Sequence[Mapping[str, Any]]:
    """All of an order, in the order in which it was written down."""
    theirs = (messages.c.carrier == carrier) & (messages.c.carrier_order_id == carrier_order_id)
    rows = await connection.execute(select(messages).where(theirs).order_by(messages.c.id))
    return [dict(row) for row in rows.mappings()]


async def next_unknown_orders(
    connection: AsyncConnection, carrier: str, after: str, limit: int
) -> Sequence[Sequence[Mapping[str, Any]]]:
    """All that was said of each of the next orders of ours that no case has, by its ids; `after` was the last.

    What a case has is left out here, so that a journal of years costs no more than what is amiss in it.
    """
    order = messages.c.carrier_order_id
    known = select(literal(1)).where(orders.c.carrier == carrier, orders.c.reference == messages.c.reference)
    begun = (messages.c.carrier == carrier) & (messages.c.reference != "") & (order > after) & ~exists(known)
    ids = (await connection.execute(select(order).where(begun).distinct().order_by(order).limit(limit))).scalars().all()
    query = select(messages).where(messages.c.carrier == carrier, order.in_(ids)).order_by(order, messages.c.id)
    rows = (await connection.execute(query)).mappings().all()
    return [[dict(row) for row in said] for _, said in groupby(rows, key=lambda row: row["carrier_order_id"])]


async def reference_of(connection: AsyncConnection, carrier: str, carrier_order_id: str) -> str:
    """Our reference of a carrier's order; empty for an order that we never sent."""
    theirs = (messages.c.carrier == carrier) & (messages.c.carrier_order_id == carrier_order_id)
    query = select(messages.c.reference).where(theirs, messages.c.reference != "").limit(1)
    return str((await connection.execute(query)).scalar() or "")
