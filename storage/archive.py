"""Closed cases put away: timeline and mails of each packed into one row, and unpacked for whoever asks for them."""

from __future__ import annotations

import json
import lzma
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import LargeBinary, Table, and_, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.events import CommentAdded, ItemsAnswered
from storage.archive_tables import archived_cases
from storage.columns import PackedMail, UTCDateTime
from storage.tables import cases, events, mails

# Documents stay where they are: PDF, PNG and JPEG are packed already, and no list goes over their bytes.
MOST_BYTES = 8_000_000
PUT_AWAY: tuple[Table, ...] = (events, mails)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Place = tuple[datetime, str]
START: Place = (datetime(1970, 1, 1, tzinfo=UTC), "")


class Unreadable(Exception):
    """What was packed does not come out as it went in: nothing is put away."""


async def due(connection: AsyncConnection, closed_before: datetime, after: Place, limit: int) -> Sequence[Place]:
    """Cases that were closed before that moment and are not put away, those closed first before the others."""
    place, columns = tuple_(cases.c.closed_at, cases.c.id), (cases.c.closed_at, cases.c.id)
    last = tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True)))
    query = select(*columns).where(cases.c.archived_at.is_(None), cases.c.closed_at < closed_before, place > last)
    rows = await connection.execute(query.order_by(*columns).limit(limit))
    return [(row.closed_at, row.id) for row in rows]


async def put_away(connection: AsyncConnection, case_id: str, at: datetime) -> bool:
    """Packs the case's timeline and mails, all of it or, when the transaction is cut, nothing.

    False for a case that is open or put away already, or whose mails must lie where they lie (`_must_stay`).
    """
    mine = and_(cases.c.id == case_id, cases.c.closed_at.is_not(None), cases.c.archived_at.is_(None))
    # Locked as a recording locks it: no event comes between the reading and the deletion.
    if (await connection.execute(select(cases.c.id).where(mine).with_for_update())).first() is None:
        return False
    rows = {table.name: await _lying(connection, table, case_id) for table in PUT_AWAY}
    newest = (await connection.execute(select(func.max(mails.c.id)))).scalar()
    if _must_stay(rows[mails.name], newest):
        return False
    await connection.execute(insert(archived_cases).values(case_id=case_id, archived_at=at, **_archived(rows)))
    for table in PUT_AWAY:
        await connection.execute(delete(table).where(table.c.case_id == case_id))
    await connection.execute(update(cases).where(cases.c.id == case_id).values(archived_at=at))
    return True


def _must_stay(sent: Sequence[Mapping[str, Any]], newest: int | None) -> bool:
    """Mails on their way; those that nobody got, which somebody has still to see; the newest of all, because SQLite
    would give its number to the next one; and so many bytes that each page of the case would take long to unpack.
    """
    if sum(len(mail["mime"]) + len(mail["html"]) for mail in sent) > MOST_BYTES:
        return True
    return any(
        mail["next_try_at"] is not None or mail["state"] == "FAILED" or mail["id"] == newest for mail in sent
    )


async def bring_back(connection: AsyncConnection, case_id: str) -> None:
    """The rows lie in their tables again, as they lay before; for what is still to be written to a closed case."""
    for table in PUT_AWAY:
        rows = await archived(connection, table, case_id)
        if rows:
            await connection.execute(insert(table), rows)
    await connection.execute(delete(archived_cases).where(archived_cases.c.case_id == case_id))
    await connection.execute(update(cases).where(cases.c.id == case_id).values(archived_at=None))


async def archived(connection: AsyncConnection, table: Table, case_id: str) -> list[dict[str, Any]]:
    """The rows that lay in the table, in the order of its key; none when the case is not put away."""
    query = select(archived_cases.c.packed).where(archived_cases.c.case_id == case_id)
    packed = (await connection.execute(query)).scalar()
    return unpack(packed, table) if packed else []


async def comments(connection: AsyncConnection, case_ids: Collection[str], *, internal: bool) -> dict[str, int]:
    """How many comments those of the cases have that are put away, with or without internal ones."""
    count = archived_cases.c.comments if internal else archived_cases.c.comments - archived_cases.c.internal_comments
    query = select(archived_cases.c.case_id, count.label("said")).where(archived_cases.c.case_id.in_(case_ids))
    return {row.case_id: row.said for row in await connection.execute(query)}


async def answers(connection: AsyncConnection, case_ids: Collection[str]) -> list[tuple[str, str]]:
    """Case and id of each accepted answer on those of the cases that are put away (R11)."""
    query = select(archived_cases.c.case_id, archived_cases.c.answers).where(archived_cases.c.case_id.in_(case_ids))
    return [(row.case_id, answer) for row in await connection.execute(query) for answer in row.answers]


def pack(rows: Rows) -> bytes:
    """Every row as JSON, and all of it in one piece: a case's mails have most of their words in common."""
    plain = {name: [{key: _plain(value) for key, value in row.items()} for row in rows[name]] for name in rows}
    # A usual case of 108 kB becomes 8.0 kB in 3 ms; with preset 6 7.8 kB in 18 ms, with zlib 8.7 kB in 1.4 ms.
    return lzma.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), preset=2)


def unpack(packed: bytes, table: Table) -> list[dict[str, Any]]:
    """The table's rows; a column that came to the table later has its default, or None."""
    rows: list[dict[str, Any]] = json.loads(lzma.decompress(packed))[table.name]
    return [{column.name: _typed(column, row) for column in table.c} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _typed(column: Any, row: Mapping[str, Any]) -> Any:
    value = row.get(column.name, column.default.arg if column.default is not None else None)
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    return value.encode("latin-1") if isinstance(column.type, PackedMail | LargeBinary) else value


async def _lying(connection: AsyncConnection, table: Table, case_id: str) -> list[dict[str, Any]]:
    query = select(table).where(table.c.case_id == case_id).order_by(*table.primary_key)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _archived(rows: Rows) -> dict[str, Any]:
    """Raises Unreadable."""
    packed = pack(rows)
    if any(unpack(packed, table) != rows[table.name] for table in PUT_AWAY):
        raise Unreadable("What was packed does not come out as it went in.")
    said = [row for row in rows[events.name] if row["kind"] == CommentAdded.kind]
    answered = [row["detail"]["answer_id"] for row in rows[events.name] if row["kind"] == ItemsAnswered.kind]
    internal = sum(bool(row["internal"]) for row in said)
    return {"packed": packed, "comments": len(said), "internal_comments": internal, "answers": answered}
