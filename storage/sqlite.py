"""SQLite on the event loop's own thread, in the shape that SQLAlchemy's asyncio adapter asks of a driver.

aiosqlite, whose place it takes, hands each statement to a thread of its own: two changes of thread a statement, each
behind whatever else the process computes, while the one write lock of the file is held. A statement on a local file is
over before the first of them, so the loop loses less by doing it itself (measured in docs/performance.md).
"""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Any

from sqlalchemy import Connection


class _Cursor:
    """A cursor whose calls are awaited and never wait."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> _Cursor:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self._cursor.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    async def execute(self, *words: Any) -> None:
        self._cursor.execute(*words)

    async def executemany(self, *words: Any) -> None:
        self._cursor.executemany(*words)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class OwnThread:
    """A connection; `raw` is that of the standard library."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        # Under these names the adapter looks whether the connection is still open.
        self._connection: sqlite3.Connection | None = raw
        self._conn = raw

    def cursor(self) -> _Cursor:
        return _Cursor(self.raw.cursor())

    async def commit(self) -> None:
        self.raw.commit()

    async def rollback(self) -> None:
        self.raw.rollback()

    async def create_function(self, *words: Any, **options: Any) -> None:
        self.raw.create_function(*words, **options)

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self._connection = None
        self.raw.close()


def raw(connection: Connection) -> sqlite3.Connection:
    """The standard library's connection below one of SQLAlchemy's: for what is no statement of anybody's."""
    own: OwnThread = connection.connection.driver_connection  # type: ignore[assignment]
    return own.raw


async def connect(*words: Any, **options: Any) -> OwnThread:
    """Opens the file; the arguments are those of `sqlite3.connect`."""
    return OwnThread(sqlite3.connect(*words, **options))
