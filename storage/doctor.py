"""What an operator asks first when something seems stuck: how much waits, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import cases, inbox, mails


@dataclass(frozen=True)
class Backlog:
    """Cases without a running workflow, messages of carriers and mails that are not settled; the oldest of each."""

    unstarted_cases: int
    oldest_unstarted_case: datetime | None
    inbox: int
    oldest_in_inbox: datetime | None
    unsent_mails: int
    oldest_unsent_mail: datetime | None
    failed_mails: int


async def backlog(connection: AsyncConnection) -> Backlog:
    """Counted now; all zero in a system at rest."""
    unstarted = await _waiting(connection, cases.c.created_at, cases.c.started_at.is_(None))
    arrived = await _waiting(connection, inbox.c.received_at, inbox.c.next_try_at.is_not(None))
    unsent = await _waiting(connection, mails.c.created_at, mails.c.next_try_at.is_not(None))
    failed = select(func.count()).where(mails.c.state == "FAILED")
    return Backlog(*unstarted, *arrived, *unsent, int((await connection.execute(failed)).scalar_one()))


async def _waiting(connection: AsyncConnection, since: Any, condition: Any) -> tuple[int, datetime | None]:
    count, oldest = (await connection.execute(select(func.count(), func.min(since)).where(condition))).one()
    return count, oldest
