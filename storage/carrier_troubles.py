"""Carriers that fail us: since when, how often, and for which cases; gone with the first call that succeeds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import carrier_troubles, cases
from storage.upsert import insert_into

# A call that fails now and then is nothing to be told of; what fails for so long is.
LASTING = timedelta(minutes=5)
_ALL = ""


@dataclass(frozen=True)
class CarrierTrouble:
    """Every call has failed between `since` and `last_at`; `reason` is what went wrong the last time, in our words."""

    carrier: str
    since: datetime
    last_at: datetime
    tries: int
    reason: str
    case_id: str = _ALL

    @property
    def lasts(self) -> bool:
        return self.last_at - self.since >= LASTING


async def note(connection: AsyncConnection, carrier: str, case_id: str, reason: str, at: datetime) -> None:
    """A call failed: for the carrier, and for the case that it was made for, if any."""
    rows = [
        {"carrier": carrier, "case_id": one, "since": at, "last_at": at, "tries": 1, "reason": reason}
        for one in sorted({_ALL, case_id})
    ]
    again = {"last_at": at, "reason": reason, "tries": carrier_troubles.c.tries + 1}
    insert = insert_into(connection, carrier_troubles)
    await connection.execute(insert.on_conflict_do_update(index_elements=["carrier", "case_id"], set_=again), rows)


async def is_noted(connection: AsyncConnection, carrier: str, case_id: str) -> bool:
    """Whether a success would end trouble."""
    query = select(carrier_troubles.c.tries).where(_concerns(carrier, case_id)).limit(1)
    return (await connection.execute(query)).first() is not None


async def clear(connection: AsyncConnection, carrier: str, case_id: str) -> None:
    """A call succeeded: the carrier answers, and the case got through."""
    await connection.execute(delete(carrier_troubles).where(_concerns(carrier, case_id)))


async def of_carriers(connection: AsyncConnection) -> dict[str, CarrierTrouble]:
    """The carriers that have failed every call for a while, by name."""
    found = await _lasting(connection, select(carrier_troubles).where(carrier_troubles.c.case_id == _ALL))
    return {trouble.carrier: trouble for trouble in found}


async def of_cases(connection: AsyncConnection, case_ids: Collection[str]) -> dict[str, CarrierTrouble]:
    """By case what has held up its carrier's calls longest; closed cases want nothing of a carrier any more."""
    query = select(carrier_troubles).join(cases, _is_open()).where(carrier_troubles.c.case_id.in_(case_ids))
    found = await _lasting(connection, query)
    return {trouble.case_id: trouble for trouble in sorted(found, key=lambda trouble: trouble.since, reverse=True)}


async def cases_held_up(connection: AsyncConnection) -> dict[str, int]:
    """How many open cases cannot get through to each carrier."""
    found = await _lasting(connection, select(carrier_troubles).join(cases, _is_open()))
    counts: dict[str, int] = {}
    for trouble in found:
        counts[trouble.carrier] = counts.get(trouble.carrier, 0) + 1
    return counts


async def _lasting(connection: AsyncConnection, query: Select[Any]) -> list[CarrierTrouble]:
    found = (CarrierTrouble(**row) for row in (await connection.execute(query)).mappings())
    return [trouble for trouble in found if trouble.lasts]


def _concerns(carrier: str, case_id: str) -> ColumnElement[bool]:
    return and_(carrier_troubles.c.carrier == carrier, carrier_troubles.c.case_id.in_({_ALL, case_id}))


def _is_open() -> ColumnElement[bool]:
    return and_(cases.c.id == carrier_troubles.c.case_id, cases.c.closed_at.is_(None))
