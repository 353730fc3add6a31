"""The table of port-outs: what was told of numbers that leave us, and how far each notice is (R38)."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table

from storage.columns import Json, at, maybe_at, metadata, text

port_outs = Table(
    "port_outs",
    metadata,
    text("id", 40, primary_key=True),  # made from what was told: told twice it is one (see storage.port_outs)
    text("number", 20),  # as it was told; of a carrier's message the first that is ours
    Column("numbers", Json, nullable=False),  # all that leave, each as short as it can be written
    Column("lines", Json, nullable=False),  # the lines that hold them, as ordered
    Column("case_id", ForeignKey("cases.id"), nullable=True, index=True),  # none: nobody here has the number
    text("winning_carrier", 200),
    Column("leaves_on", Date, nullable=False),
    text("source", 40),  # care, or the name of a carrier
    text("message_id", 255),  # the carrier's own
    text("told_by", 200),  # who of care
    text("repeats", 40, default=""),  # the notice that counts in its place
    maybe_at("switch_at"),  # when the numbers become outbound-only; none: nothing is switched
    maybe_at("told_at"),
    maybe_at("switched_at"),
    maybe_at("cancelled_at"),
    text("cancelled_by", 200, default=""),
    text("state", 10),  # NEW, CLAIMED, DONE
    Column("tries", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    maybe_at("next_try_at"),
    text("note", default=""),  # why the last step is tried again
    at("received_at"),
    Index("ix_port_outs_due", "next_try_at", "id"),
    Index("ix_port_outs_newest", "received_at", "id"),
)
