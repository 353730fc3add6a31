"""Inserts that may meet a row that is there already, in the words of both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]


def insert_into(connection: AsyncConnection, table: Table) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT; typed loosely because the two have no common class."""
    return _insert(connection.dialect.name, table)


async def insert_if_new(connection: AsyncConnection, table: Table, row: Row) -> bool:
    """Whether the row went in; False when one with the same key, or another unique value, was there."""
    statement = _new_one(connection.dialect.name, table)
    return (await connection.execute(statement, row)).first() is not None


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows whose keys are not there yet, and leaves the others as they are."""
    if rows:
        await connection.execute(_new(connection.dialect.name, table), rows)


async def put(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows, or overwrites those with the same primary key."""
    if rows:
        await connection.execute(_put(connection.dialect.name, table, tuple(rows[0])), rows)


# Built once a table: to build one takes longer than the database takes to do what it says.


def _insert(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _new_one(dialect: str, table: Table) -> Any:
    return _new(dialect, table).returning(next(iter(table.primary_key)))


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    fresh = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)
