"""What the simulated carrier knows, in one SQLite file of its own: it survives a kill at any moment."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.carrier.order import Order, Papers
from sandbox.carrier.progress import Script
from sandbox.carrier.script import read_steps

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL, parent TEXT NOT NULL, due TEXT,
  status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_reference ON orders (reference);
CREATE INDEX IF NOT EXISTS orders_due ON orders (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS scripts (
  key TEXT PRIMARY KEY, steps TEXT NOT NULL, used TEXT NOT NULL, base TEXT NOT NULL, fault_until TEXT);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL,
  url TEXT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS webhooks (
  seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, order_id TEXT NOT NULL, state TEXT NOT NULL, due TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, stale INTEGER NOT NULL DEFAULT 0, answer TEXT);
CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (due, seq) WHERE state IN ('NEW', 'HELD');
CREATE INDEX IF NOT EXISTS webhooks_state ON webhooks (state);
CREATE INDEX IF NOT EXISTS webhooks_event ON webhooks (event_id);
CREATE TABLE IF NOT EXISTS comments (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, order_id TEXT NOT NULL, author TEXT NOT NULL, at TEXT NOT NULL,
  body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS comments_order ON comments (order_id);
CREATE TABLE IF NOT EXISTS documents (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reference TEXT NOT NULL, at TEXT NOT NULL, filename TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS documents_reference ON documents (reference);
CREATE TABLE IF NOT EXISTS received (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, verb TEXT NOT NULL, reference TEXT NOT NULL, order_id TEXT NOT NULL,
  detail TEXT NOT NULL);
"""


def stamp(at: datetime) -> str:
    """The instant as it is kept and shown: UTC with microseconds, so that texts sort as instants do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def new_id() -> str:
    return str(uuid.uuid4())


class Store:
    """One connection, used from one thread only: a request is carried out whole before the next one begins."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # NORMAL under WAL: a kill -9 loses nothing, only a power cut could, and this carrier is a rehearsal.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 15000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; inside another one it is part of that."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add_order(self, order: Order) -> None:
        self._db.execute(
            "INSERT INTO orders (id, reference, parent, status, body) VALUES (?, ?, ?, ?, ?)",
            (order.id, order.reference, order.parent_key, order.status, order.to_json()),
        )

    def save_order(self, order: Order, due: datetime | None) -> None:
        self._db.execute(
            "UPDATE orders SET reference = ?, due = ?, status = ?, body = ? WHERE id = ?",
            (order.reference, stamp(due) if due else None, order.status, order.to_json(), order.id),
        )

    def delete_order(self, order: Order) -> None:
        self._db.execute("DELETE FROM orders WHERE id = ?", (order.id,))

    def order(self, id_: str) -> Order | None:
        row = self._db.execute("SELECT body FROM orders WHERE id = ?", (id_,)).fetchone()
        return Order.from_json(row["body"]) if row else None

    def orders(self, reference: str | None = None) -> list[Order]:
        """Oldest first."""
        where, values = ("WHERE reference = ?", (reference,)) if reference is not None else ("", ())
        rows = self._db.execute(f"SELECT body FROM orders {where} ORDER BY seq", values)
        return [Order.from_json(row["body"]) for row in rows]

    def next_order(self) -> tuple[datetime, str] | None:
        """When and for which order the carrier acts next."""
        row = self._db.execute("SELECT due, id FROM orders WHERE due IS NOT NULL ORDER BY due, seq LIMIT 1").fetchone()
        return (instant(row["due"]), row["id"]) if row else None

    def put_script(self, key: str, steps: list[Any], at: datetime) -> None:
        self._db.execute(
            "INSERT INTO scripts (key, steps, used, base) VALUES (?, ?, '[]', ?) ON CONFLICT (key) DO UPDATE SET "
            "steps = excluded.steps, used = excluded.used, base = excluded.base, fault_until = NULL",
            (key, json.dumps(steps), stamp(at)),
        )

    def script(self, key: str) -> Script | None:
        row = self._db.execute("SELECT * FROM scripts WHERE key = ?", (key,)).fetchone() if key else None
        if row is None:
            return None
        until = instant(row["fault_until"]) if row["fault_until"] else None
        steps = read_steps(json.loads(row["steps"]))
        return Script(key, steps, instant(row["base"]), set(json.loads(row["used"])), until)

    def save_script(self, script: Script) -> None:
        until = stamp(script.fault_until) if script.fault_until else None
        self._db.execute(
            "UPDATE scripts SET used = ?, base = ?, fault_until = ? WHERE key = ?",
            (json.dumps(sorted(script.used)), stamp(script.base), until, script.key),
        )

    def script_keys(self) -> list[str]:
        return [row["key"] for row in self._db.execute("SELECT key FROM scripts ORDER BY key")]

    def add_comment(self, order_id: str, author: str, body: str, at: datetime) -> dict[str, Any]:
        row = {"id": new_id(), "order_id": order_id, "author": author, "at": stamp(at), "body": body}
        self._db.execute(
            "INSERT INTO comments (id, order_id, author, at, body) VALUES (:id, :order_id, :author, :at, :body)", row
        )
        return row

    def comments(self, order_id: str) -> list[dict[str, Any]]:
        rows = self._db.execute("SELECT * FROM comments WHERE order_id = ? ORDER BY seq", (order_id,))
        return [dict(row) for row in rows]

    def add_document(self, papers: Papers, at: datetime) -> dict[str, Any]:
        row = {"id": new_id(), "at": stamp(at), **papers}
        self._db.execute(
            "INSERT INTO documents (id, reference, at, filename, size, sha256) "
            "VALUES (:id, :reference, :at, :filename, :size, :sha256)",
            row,
        )
        return row

    def documents(self, references: Iterable[str] | None = None, id_: str | None = None) -> list[dict[str, Any]]:
        wanted = None if references is None else list(references)
        marks = ", ".join("?" for _ in wanted or ())
        where = f"WHERE reference IN ({marks})" if wanted is not None else "WHERE id = ?" if id_ else ""
        values = wanted if wanted is not None else [id_] if id_ else []
        rows = self._db.execute(f"SELECT * FROM documents {where} ORDER BY seq DESC", values)
        return [dict(row) for row in rows]

    def receive(self, verb: str, reference: str, order_id: str, detail: Any, at: datetime) -> None:
        self._db.execute(
            "INSERT INTO received (at, verb, reference, order_id, detail) VALUES (?, ?, ?, ?, ?)",
            (stamp(at), verb, reference, order_id, json.dumps(detail)),
        )

    def received(self) -> list[dict[str, Any]]:
        rows = self._db.execute("SELECT at, verb, reference, order_id, detail FROM received ORDER BY seq")
        return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]

    @property
    def db(self) -> sqlite3.Connection:
        """For the mail bag, which keeps its events and webhooks in the same file."""
        return self._db
