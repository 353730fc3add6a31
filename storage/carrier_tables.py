"""Tables about carriers themselves: what was said between them and us, and calls that fail."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from storage.columns import Json, Serial, at, metadata, text

carrier_messages = Table(
    "carrier_messages",
    metadata,
    Column("id", Serial, primary_key=True),
    text("carrier", 40),
    text("key", 255),  # the carrier's own id of what it said; ours is made of what we say
    text("carrier_order_id", 255),
    text("reference", 255),
    text("kind", 60),
    text("state", 10),  # TRYING, TAKEN, REFUSED, RECEIVED
    Column("body", Json, nullable=False),
    Column("tries", Integer, nullable=False),
    at("changed_at"),
    UniqueConstraint("carrier", "key"),
    Index("ix_carrier_messages_order", "carrier", "carrier_order_id", "id"),
)

# Calls to a carrier that fail, until one succeeds; `case_id` is "" for all that is asked of the carrier.
carrier_troubles = Table(
    "carrier_troubles", metadata, text("carrier", 40, primary_key=True), text("case_id", 40, primary_key=True),
    at("since"), at("last_at"), Column("tries", Integer, nullable=False), text("reason"),
)  # fmt: skip
