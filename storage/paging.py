"""Keyset lists: a cursor is the signed place of the last item, so that nothing is shown twice while lists grow."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import cursors
from storage.upsert import insert_if_new

SECRET_NAME = "paging-secret"


class BadCursor(ValueError):
    """A cursor that was not made here, or for another list."""


@dataclass(frozen=True)
class Page:
    """What a client asked for: how many items, after which one. `secret` signs cursors and must stay the same."""

    secret: str
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True)
class Keyset:
    """The order of one list: columns that together name an item, and which way they go."""

    name: str
    columns: tuple[ColumnElement[Any], ...]
    descending: bool = True

    def select(self, query: Select[Any], page: Page) -> Select[Any]:
        """The query with order, start and one item more than asked for. Raises BadCursor."""
        order = [column.desc() if self.descending else column.asc() for column in self.columns]
        query = query.order_by(*order).limit(page.limit + 1)
        return query.where(self._after(self._read(page))) if page.cursor is not None else query

    def cut(self, rows: Sequence[Any], page: Page) -> list[Any]:
        """What `select` would find among rows that are at hand. Raises BadCursor."""
        names = [str(column.key) for column in self.columns]

        def place(row: Any) -> list[Any]:
            return [row[name] for name in names]

        last = self._read(page) if page.cursor is not None else None
        left = [row for row in rows if last is None or (place(row) < last if self.descending else place(row) > last)]
        return sorted(left, key=place, reverse=self.descending)[: page.limit + 1]

    def slice(
        self, rows: Sequence[Any], page: Page, item: Callable[[Any], Any], place: Callable[[Any], Sequence[Any]]
    ) -> dict[str, Any]:
        """`{"items", "next_cursor"}`; `place` gives a row's values of the columns."""
        shown = rows[: page.limit]
        more = self._write(page, place(shown[-1])) if len(rows) > page.limit and shown else None
        return {"items": [item(row) for row in shown], "next_cursor": more}

    def _after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        here = tuple_(*self.columns)
        last = tuple_(*(literal(value, column.type) for value, column in zip(values, self.columns, strict=True)))
        return here < last if self.descending else here > last

    def _write(self, page: Page, values: Sequence[Any]) -> str:
        return self._signer(page).dumps([v.isoformat() if isinstance(v, datetime) else v for v in values])

    def _read(self, page: Page) -> list[Any]:
        try:
            values = self._signer(page).loads(page.cursor or "")
            typed = zip(values, self.columns, strict=True)
            return [datetime.fromisoformat(v) if c.type.python_type is datetime else v for v, c in typed]
        except (BadData, ValueError, TypeError) as error:
            raise BadCursor("The cursor is not one that this list gave out.") from error

    def _signer(self, page: Page) -> URLSafeSerializer:
        return URLSafeSerializer(page.secret, salt=f"cursor.{self.name}")


async def paging_secret(connection: AsyncConnection, now: datetime) -> str:
    """The secret that all processes of this database sign cursors with; made when first asked for (a write)."""
    await insert_if_new(
        connection, cursors, {"name": SECRET_NAME, "value": secrets.token_urlsafe(32), "updated_at": now}
    )
    query = select(cursors.c.value).where(cursors.c.name == SECRET_NAME)
    return str((await connection.execute(query)).scalar_one())
