"""How a command gets at the database, and what it says when it cannot."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from launch.cli_common import refuse, settings
from launch.clock import clock
from storage.database import Database, Unavailable

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
NO_TABLES = ("no such table", "does not exist", "undefinedtable", "no such column")


def now() -> datetime:
    """The present instant by the clock of the stack that the settings name."""
    return clock(settings())()


def reading(work: Work[T]) -> T:
    """What `work` answers, in a transaction that only reads; trouble with the database ends the command."""
    return _in_database(work, writes=False)


def writing(work: Work[T]) -> T:
    """What `work` answers, in one transaction; trouble with the database ends the command."""
    return _in_database(work, writes=True)


def at_work(work: Callable[[Database], Awaitable[T]]) -> T:
    """What `work` answers, which opens transactions of its own; trouble with the database ends the command."""
    return _told(_with_database(settings().database, work))


def _in_database(work: Work[T], *, writes: bool) -> T:
    async def transaction(database: Database) -> T:
        async with database.begin() if writes else database.read() as connection:
            return await work(connection)

    return at_work(transaction)


def _told(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Unavailable as trouble:
        refuse(str(trouble))
    except DBAPIError as trouble:
        if any(words in str(trouble.orig).lower() for words in NO_TABLES):
            refuse("The database is not up to date: run `portdesk migrate`.")
        raise


async def _with_database(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    database = Database(url)
    try:
        return await work(database)
    finally:
        await database.close()
