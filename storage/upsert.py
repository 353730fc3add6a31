"""Inserts that may meet a row that is there already, in the words of both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]


def insert_into(connection: AsyncConnection, table: Table) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT; typed loosely because the two have no common class."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def insert_if_new(connection: AsyncConnection, table: Table, row: Row) -> bool:
    """Whether the row went in; False when one with the same key, or another unique value, was there."""
    key = next(iter(table.primary_key))
    statement = insert_into(connection, table).values(**row).on_conflict_do_nothing().returning(key)
    return (await connection.execute(statement)).first() is not None


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows whose keys are not there yet, and leaves the others as they are."""
    if rows:
        await connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


async def put(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows, or overwrites those with the same primary key."""
    if not rows:
        return
    statement = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)
