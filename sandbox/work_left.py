"""What the sandbox's database says is due, on its way, or just stirred."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, func, select

from storage.database import Database
from storage.tables import carrier_orders, cases, inbox, mails

SETTLED = ("DONE", "SENT", "FAILED")


class WorkLeft:
    """Read anew at each question; `stirred_cases` remembers up to which message it has looked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen_message = 0

    async def open_cases(self) -> set[str]:
        """Cases that are not closed."""
        async with self._database.read() as connection:
            return set((await connection.execute(select(cases.c.id).where(cases.c.closed_at.is_(None)))).scalars())

    async def next_due(self) -> datetime | None:
        """The earliest date in a case's diary, or at which a mail or a message is tried again."""
        columns = (cases.c.alarm_at, mails.c.next_try_at, inbox.c.next_try_at)
        async with self._database.read() as connection:
            found = [(await connection.execute(select(func.min(column)))).scalar() for column in columns]
        return min((moment for moment in found if moment is not None), default=None)

    async def due_cases(self, now: datetime) -> list[str]:
        """Cases whose diary has something due, in the order of their dates."""
        query = select(cases.c.id).where(cases.c.alarm_at <= now).order_by(cases.c.alarm_at, cases.c.id)
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def stirred_cases(self) -> set[str]:
        """Cases that a carrier's message concerned since this was asked last."""
        newer = select(inbox.c.id, inbox.c.reference).where(inbox.c.id > self._seen_message)
        async with self._database.read() as connection:
            rows = (await connection.execute(newer)).all()
            references = {row.reference for row in rows}
            query = select(carrier_orders.c.case_id).where(carrier_orders.c.reference.in_(references))
            found = set((await connection.execute(query)).scalars()) if references else set()
        self._seen_message = max((row.id for row in rows), default=self._seen_message)
        return found

    async def on_its_way(self, now: datetime) -> list[str]:
        """What somebody is about to do: start a case, read a message, send a mail."""
        counts = {
            "cases to start": select(func.count()).where(cases.c.started_at.is_(None)),
            "messages to read": select(func.count()).where(inbox.c.state.not_in(SETTLED), _is_due(inbox, now)),
            "mails to send": select(func.count()).where(mails.c.state.not_in(SETTLED), _is_due(mails, now)),
        }
        async with self._database.read() as connection:
            return [name for name, query in counts.items() if (await connection.execute(query)).scalar()]


def _is_due(table: Table, now: datetime) -> ColumnElement[bool]:
    # A claim moves `next_try_at` by its lease: claimed counts as on its way whatever its date.
    return (table.c.next_try_at <= now) | (table.c.state != "NEW")
