"""Tables that come with size: what was put away, how long things took, which processes share something out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, LargeBinary, Table
from sqlalchemy import text as sql

from storage.columns import Json, at, metadata, text

# The index of `cases` that the nightly run goes along: it forgets what was put away.
NOT_ARCHIVED: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sql("archived_at IS NULL"))

# A closed case's rows of `events` and `mails` in one packed piece, with what lists must know without unpacking it.
archived_cases = Table(
    "archived_cases",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    at("archived_at"),
    Column("packed", LargeBinary, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("internal_comments", Integer, nullable=False),  # of them
    Column("answers", Json, nullable=False),  # ids of the accepted answers, in their order (R11)
)

# A histogram that all processes add to and that outlives them: so many took longer than the bound before, and no
# longer than `up_to`; `seconds` is what they took together.
durations = Table(
    "durations",
    metadata,
    text("what", 40, primary_key=True),
    text("up_to", 20, primary_key=True),  # seconds as Prometheus writes them, or +Inf
    Column("count", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)

# Processes that share something out among them, like the calls that a carrier allows.
presences = Table(
    "presences",
    metadata,
    text("works_on", 60, primary_key=True),
    text("process", 120, primary_key=True),
    at("seen_at", index=True),
)
