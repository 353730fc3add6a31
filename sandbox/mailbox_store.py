"""The mails that the mailbox caught, in a SQLite file; a mail that came twice stands there twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from porting.errors import PortingError
from porting.numbers import NumberRange, parse_search
from sandbox.mailbox_reading import body, case_of, dated, iso, parsed

_SCHEMA = """
CREATE TABLE IF NOT EXISTS caught (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    case_id TEXT NOT NULL,
    searched TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS caught_case ON caught (case_id, at);
CREATE INDEX IF NOT EXISTS caught_at ON caught (at);
"""
_SHOWN = "id, received_at, at, sender, recipient, subject, case_id"


@dataclass(frozen=True)
class Caught:
    """One mail to one recipient. `at` is its Date, `received_at` the wall clock."""

    id: int
    received_at: str
    at: str
    sender: str
    recipient: str
    subject: str
    case_id: str


class MailStore:
    """Every mail that came in, newest first."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.create_function("holds", 2, _holds, deterministic=True)
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA busy_timeout=15000; {_SCHEMA}")

    def close(self) -> None:
        self._connection.close()

    def keep(self, raw: bytes, sender: str, recipients: Sequence[str]) -> int:
        """Write the mail down, once a recipient; answers the id of the last."""
        mail = parsed(raw)
        received, sent, subject = iso(datetime.now(UTC)), dated(mail), str(mail.get("Subject", ""))
        row = (received, iso(sent) if sent else received, sender)
        rest = (subject, case_of(mail), f"{subject}\n{body(mail, 'plain')}", raw)
        cursor = self._connection.cursor()
        for recipient in recipients:
            cursor.execute(
                "INSERT INTO caught (received_at, at, sender, recipient, subject, case_id, searched, raw)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, recipient, *rest),
            )
        return cursor.lastrowid or 0

    def find(self, number: str = "", case: str = "", words: str = "", limit: int = -1) -> list[Caught]:
        """Mails that tell of the number (in any spelling), the case, or hold the words in subject or address."""
        where, values = _conditions(number, case, words)
        rows = self._connection.execute(
            f"SELECT {_SHOWN} FROM caught WHERE {where} ORDER BY at DESC, id DESC LIMIT ?", (*values, limit)
        )
        return [Caught(*row) for row in rows]

    def search(self, words: str, limit: int) -> list[Caught]:
        """What one search box finds: a number, a case id, an address, or words of a subject."""
        if not words:
            return self.find(limit=limit)
        return self.find(number=words, limit=limit) if _spelled(words) else self.find(words=words, limit=limit)

    def mail(self, mail_id: int) -> tuple[Caught, bytes] | None:
        """One mail with its bytes."""
        row = self._connection.execute(f"SELECT {_SHOWN}, raw FROM caught WHERE id = ?", (mail_id,)).fetchone()
        return (Caught(*row[:-1]), row[-1]) if row else None

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM caught").fetchone()[0])


def _conditions(number: str, case: str, words: str) -> tuple[str, list[Any]]:
    where, values = ["1"], list[Any]()
    if number:
        spelled = _spelled(number)
        if not spelled:
            return "0", []
        # instr is quick and rules most mails out; `holds` then wants the number as a word of its own.
        where.append("instr(searched, ?) AND holds(searched, ?)")
        values += [spelled, spelled]
    if case:
        where.append("case_id = ?")
        values.append(case)
    if words:
        where.append("(instr(lower(subject), ?) OR instr(lower(recipient), ?) OR instr(lower(case_id), ?))")
        values += [words.lower()] * 3
    return " AND ".join(where), values


def _spelled(number: str) -> str:
    """The number or range as mails write it; empty for what is no number."""
    value = parse_search(number)
    try:
        return NumberRange.parse(number).text if value is None or "x" in number.lower() else f"+{value}"
    except PortingError:
        return ""


def _holds(text: str, number: str) -> bool:
    return re.search(rf"(?<![0-9+]){re.escape(number)}(?![0-9X])", text) is not None
