"""The database: transactions that take turns on SQLite, reads of one moment, and one word for trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import sqlite

T = TypeVar("T")

BUSY_SECONDS = 15
LOOK_AGAIN_SECONDS = 0.002
TRIES = 5
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
# Said by SQLite when another process writes, or when the disk is the trouble; anything else is a fault of ours.
BUSY = ("database is locked", "database table is locked")
SICK = ("disk i/o error", "disk is full", "unable to open", "readonly database", *BUSY)
# PostgreSQL's codes for "do it all again": serialization failure, deadlock.
AGAIN = {"40001", "40P01"}


class Unavailable(Exception):
    """The database cannot be reached, stays locked, or its disk is full. What was asked may be asked again."""


class Database:
    """One database. `url` is SQLAlchemy's (`sqlite:///var/portdesk.db`, `postgresql://user@host/name`)."""

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        # Writers of this process queue here in the order of their coming; SQLite's own lock knows no order.
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: committed when the block ends, undone when it raises. Raises Unavailable.

        On SQLite it holds the one write lock from its first line on (BEGIN IMMEDIATE), so what it reads stays true
        until it commits. It must not be opened inside another one.
        """
        if not self.is_sqlite:
            async with self._transaction() as connection:
                yield connection
            return
        async with _patiently(self._turn), self._transaction(portdesk_begin="BEGIN IMMEDIATE") as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose reads all see one moment; it waits for no writer. Raises Unavailable."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        async with self._transaction(**options) as connection:
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """`work` in a transaction of its own, done again when PostgreSQL gave up a deadlock at our expense."""
        for _ in range(TRIES):
            try:
                async with self.begin() as connection:
                    return await work(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
        raise Unavailable("The database could not settle a deadlock between writers.")

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, **options: Any) -> AsyncIterator[AsyncConnection]:
        with _told_plainly():
            async with AsyncExitStack() as stack:
                connection = await self._connected(stack, options)
                yield connection
                await connection.commit()

    async def _connected(self, stack: AsyncExitStack, options: dict[str, Any]) -> AsyncConnection:
        # The drivers let a refused connection through as it came, not as an error of SQLAlchemy.
        try:
            connection = await stack.enter_async_context(self._engine.connect())
            if options:
                await connection.execution_options(**options)
            await _begin(connection)
        except (OSError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable(f"The database cannot be reached: {error}") from error
        return connection


def async_url(url: str) -> URL:
    """The URL with the driver that is used here, whichever way it was written."""
    made = make_url(url)
    return made.set(drivername=DRIVERS.get(made.get_backend_name(), made.drivername))


def _sqlite(url: URL) -> AsyncEngine:
    # `isolation_level: None` keeps Python's sqlite3 from opening transactions of its own; the hook below opens them.
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "async_creator_fn": sqlite.connect}
    engine = create_async_engine(url, connect_args=arguments, pool_size=8, max_overflow=24, pool_timeout=BUSY_SECONDS)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # FULL, so that what was acknowledged outlives a power cut too; NORMAL would outlive only a killed process.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        begin = connection.get_execution_options().get("portdesk_begin")
        if begin is None:  # a reader finds nothing taken
            connection.exec_driver_sql("BEGIN")
            return
        # Whoever finds the write lock taken hears of it at once, and waits where it holds up no other call.
        raw = sqlite.raw(connection)
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql(begin)
        finally:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    return engine


def _postgresql(url: URL) -> AsyncEngine:
    # The ping finds connections that a restart of the server left dead.
    return create_async_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=BUSY_SECONDS)


@asynccontextmanager
async def _patiently(lock: asyncio.Lock) -> AsyncIterator[None]:
    try:
        await asyncio.wait_for(lock.acquire(), BUSY_SECONDS)
    except TimeoutError as error:
        raise Unavailable("The database is busy: another writer has not finished.") from error
    try:
        yield
    finally:
        lock.release()


async def _begin(connection: AsyncConnection) -> None:
    """Begins, as soon as SQLite's write lock is free. The lock knows no queue, so each asks again and again."""
    end = time.monotonic() + BUSY_SECONDS * TRIES
    while True:
        try:
            await connection.begin()
        except OperationalError as error:
            if not _says(error, BUSY) or time.monotonic() > end:
                raise
        else:
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _is_trouble(error):
            raise Unavailable(f"The database cannot be used: {error.orig}") from error
        raise


def _is_trouble(error: DBAPIError) -> bool:
    return error.connection_invalidated or _says(error, SICK)


def _says(error: DBAPIError, words: tuple[str, ...]) -> bool:
    return any(word in str(error.orig).lower() for word in words)
