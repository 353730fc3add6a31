"""What the simulated clearing house knows, in one SQLite file of its own: it survives a kill at any moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.carrier.store import instant, stamp
from sandbox.coin.script import Kind, Step, read_steps

_SCHEMA = """
CREATE TABLE IF NOT EXISTS dossiers (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, due TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY, type TEXT NOT NULL, data TEXT NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0,
  shape TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS scripts (
  key TEXT PRIMARY KEY, steps TEXT NOT NULL, used TEXT NOT NULL, base TEXT NOT NULL, fault_until TEXT);
CREATE TABLE IF NOT EXISTS received (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, verb TEXT NOT NULL, dossier TEXT NOT NULL, detail TEXT NOT NULL);
"""


@dataclass
class Dossier:
    """A request as the network holds it. `days` and `blocked` are keyed by a series' first number, as `ported` is."""

    id: str
    arrived_at: str
    series: list[tuple[str, str]]
    operator: str
    place: str
    script: str = ""
    status: str = "requested"
    days: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    ported: list[str] = field(default_factory=list)
    silent: bool = False

    @property
    def is_over(self) -> bool:
        return self.status in {"blocked", "ported", "cancelled"}


@dataclass
class Script:
    """The steps for one line, and how far they have come; `base` is what the next `after` counts from."""

    key: str
    steps: tuple[Step, ...]
    used: set[int]
    base: datetime
    fault_until: datetime | None = None

    def next_timeline(self) -> int | None:
        return next((i for i, one in enumerate(self.steps) if one.kind is Kind.TIMELINE and i not in self.used), None)

    def next_of(self, kind: Kind) -> int | None:
        """A fault or a shaper strikes when the steps of the story before it have been."""
        found = next((i for i, one in enumerate(self.steps) if one.kind is kind and i not in self.used), None)
        story = self.next_timeline()
        return found if found is not None and (story is None or story > found) else None


class Store:
    """One connection, used from one thread only."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 15000"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(_SCHEMA)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def dossier(self, id_: str) -> Dossier | None:
        row = self.db.execute("SELECT body FROM dossiers WHERE id = ?", (id_,)).fetchone()
        return Dossier(**json.loads(row["body"])) if row else None

    def dossiers(self) -> list[Dossier]:
        return [Dossier(**json.loads(row["body"])) for row in self.db.execute("SELECT body FROM dossiers ORDER BY seq")]

    def save(self, dossier: Dossier, due: datetime | None) -> None:
        self.db.execute(
            "INSERT INTO dossiers (id, due, body) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET due = excluded.due, body = excluded.body",
            (dossier.id, stamp(due) if due else None, json.dumps(asdict(dossier))),
        )

    def next_due(self) -> tuple[datetime, str] | None:
        row = self.db.execute("SELECT due, id FROM dossiers WHERE due IS NOT NULL ORDER BY due, seq LIMIT 1").fetchone()
        return (instant(row["due"]), row["id"]) if row else None

    def put_script(self, key: str, steps: list[Any], at: datetime) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO scripts (key, steps, used, base) VALUES (?, ?, '[]', ?)",
            (key, json.dumps(steps), stamp(at)),
        )

    def script(self, key: str) -> Script | None:
        row = self.db.execute("SELECT * FROM scripts WHERE key = ?", (key,)).fetchone() if key else None
        if row is None:
            return None
        until = instant(row["fault_until"]) if row["fault_until"] else None
        steps = read_steps(json.loads(row["steps"]))
        return Script(row["key"], steps, set(json.loads(row["used"])), instant(row["base"]), until)

    def save_script(self, script: Script) -> None:
        until = stamp(script.fault_until) if script.fault_until else None
        self.db.execute(
            "UPDATE scripts SET used = ?, base = ?, fault_until = ? WHERE key = ?",
            (json.dumps(sorted(script.used)), stamp(script.base), until, script.key),
        )

    def add_event(self, type_: str, data: str, shape: str = "") -> None:
        self.db.execute("INSERT INTO events (type, data, shape) VALUES (?, ?, ?)", (type_, data, shape))

    def events(self, after: int, *, unconfirmed: bool) -> list[sqlite3.Row]:
        """Those that may be sent; a message that is held back waits for the next."""
        only = "AND confirmed = 0" if unconfirmed else ""
        return self.db.execute(
            f"SELECT * FROM events WHERE seq > ? AND shape != 'held' {only} ORDER BY seq", (after,)
        ).fetchall()

    def release_held(self) -> None:
        """What was held back goes behind what came since."""
        for row in self.db.execute("SELECT * FROM events WHERE shape = 'held'").fetchall():
            self.db.execute("DELETE FROM events WHERE seq = ?", (row["seq"],))
            self.add_event(row["type"], row["data"])

    def unconfirmed(self) -> int:
        row = self.db.execute("SELECT count(*) FROM events WHERE confirmed = 0 AND shape != 'held'").fetchone()
        return int(row[0])

    def receive(self, verb: str, dossier: str, detail: Any, at: datetime) -> None:
        self.db.execute(
            "INSERT INTO received (at, verb, dossier, detail) VALUES (?, ?, ?, ?)",
            (stamp(at), verb, dossier, json.dumps(detail)),
        )

    def received(self) -> list[dict[str, Any]]:
        rows = self.db.execute("SELECT at, verb, dossier AS reference, detail FROM received ORDER BY seq")
        return [{**dict(row), "order_id": row["reference"], "detail": json.loads(row["detail"])} for row in rows]
