"""Whatever small things the simulated carrier keeps beside its orders: one table, a kind and a JSON object each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.carrier.store import Store, new_id, stamp

Row = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS shelf (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS shelf_owner ON shelf (kind, owner);
"""


class Shelf:
    """A row is told with `id`, `created_at` and `updated_at`; `owner` is the order that it belongs to, or empty."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._db.executescript(_SCHEMA)

    def put(self, kind: str, body: Mapping[str, Any], at: datetime, owner: str = "", id_: str = "") -> Row:
        row = {"id": id_ or new_id(), **body, "created_at": stamp(at), "updated_at": stamp(at)}
        self._db.execute(
            "INSERT INTO shelf (id, kind, owner, body) VALUES (?, ?, ?, ?)", (row["id"], kind, owner, json.dumps(row))
        )
        return row

    def change(self, row: Row, at: datetime, **changes: Any) -> Row:
        changed = {**row, **changes, "updated_at": stamp(at)}
        self._db.execute("UPDATE shelf SET body = ? WHERE id = ?", (json.dumps(changed), row["id"]))
        return changed

    def rows(self, kind: str, owner: str | None = None) -> list[Row]:
        """Oldest first."""
        where, values = ("", (kind,)) if owner is None else (" AND owner = ?", (kind, owner))
        found = self._db.execute(f"SELECT body FROM shelf WHERE kind = ?{where} ORDER BY seq", values)
        return [json.loads(row["body"]) for row in found]

    def row(self, kind: str, id_: str, owner: str | None = None) -> Row | None:
        return next((row for row in self.rows(kind, owner) if row["id"] == id_), None)

    def take_away(self, id_: str) -> None:
        self._db.execute("DELETE FROM shelf WHERE id = ?", (id_,))
