"""What the sandbox's database says is due, on its way, or just stirred."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, func, select

from storage.columns import UTCDateTime
from storage.database import Database
from storage.tables import carrier_orders, cases, inbox, mails, port_outs

NOW = bindparam("now", type_=UTCDateTime())


def _on_its_way(table: Table) -> ColumnElement[bool]:
    """Whether a row is due; a claim moves `next_try_at` by its lease, so claimed counts whatever its date."""
    at = table.c.next_try_at
    return exists(select(table.c.id).where(at.is_not(None), (at <= NOW) | (table.c.state != "NEW")))


def _first(column: ColumnElement[Any], label: str) -> ColumnElement[Any]:
    return select(func.min(column)).scalar_subquery().label(label)


# Built once, because they are asked many times a second while time passes.
_QUESTIONS: list[ColumnElement[Any]] = [
    exists(select(cases.c.id).where(cases.c.started_at.is_(None))).label("cases to start"),
    _on_its_way(inbox).label("messages to read"),
    _on_its_way(mails).label("mails to send"),
    _on_its_way(port_outs).label("port-outs to carry on"),
]
ON_ITS_WAY: Select[Any] = select(*_QUESTIONS)
NEXT_DUE: Select[Any] = select(
    _first(cases.c.alarm_at, "alarm"), _first(mails.c.next_try_at, "mail"), _first(inbox.c.next_try_at, "message"),
    _first(port_outs.c.next_try_at, "port-out"),
)  # fmt: skip
DUE_CASES = select(cases.c.id).where(cases.c.alarm_at <= NOW).order_by(cases.c.alarm_at, cases.c.id)
OPEN_CASES = select(cases.c.id).where(cases.c.closed_at.is_(None))
STIRRED = (
    select(inbox.c.id, carrier_orders.c.case_id)
    .outerjoin(
        carrier_orders,
        (carrier_orders.c.carrier == inbox.c.carrier) & (carrier_orders.c.reference == inbox.c.reference),
    )
    .where(inbox.c.id > bindparam("seen"))
)


class WorkLeft:
    """Read anew at each question; `stirred_cases` remembers up to which message it has looked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen_message = 0

    async def open_cases(self) -> set[str]:
        """Cases that are not closed."""
        return {row.id for row in await self._rows(OPEN_CASES)}

    async def next_due(self) -> datetime | None:
        """The earliest date in a case's diary, or at which a mail, a message or a port-out is carried on."""
        [found] = await self._rows(NEXT_DUE)
        return min((moment for moment in found if moment is not None), default=None)

    async def due_cases(self, now: datetime) -> list[str]:
        """Cases whose diary has something due, in the order of their dates."""
        return [row.id for row in await self._rows(DUE_CASES, now=now)]

    async def stirred_cases(self) -> set[str]:
        """Cases that a carrier's message concerned since this was asked last."""
        rows = await self._rows(STIRRED, seen=self._seen_message)
        self._seen_message = max((row.id for row in rows), default=self._seen_message)
        return {row.case_id for row in rows if row.case_id is not None}

    async def on_its_way(self, now: datetime) -> list[str]:
        """What somebody is about to do: start a case, read a message, send a mail, carry on a port-out."""
        [found] = (row._mapping for row in await self._rows(ON_ITS_WAY, now=now))
        return [name for name, is_there in found.items() if is_there]

    async def _rows(self, query: Select[Any], **values: Any) -> list[Any]:
        async with self._database.read() as connection:
            return list((await connection.execute(query, values)).all())
