"""Every table: the read model of the cases, what the process does not own, and what is on its way out or in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from storage.archive_tables import NOT_ARCHIVED
from storage.carrier_tables import carrier_messages as carrier_messages
from storage.carrier_tables import carrier_troubles as carrier_troubles
from storage.columns import Digits, Json, PackedMail, Serial, at, maybe_at, metadata, text
from storage.port_out_table import port_outs as port_outs

OPEN: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sql("closed_at IS NULL"))

partners = Table(
    "partners",
    metadata,
    text("id", 40, primary_key=True),
    text("name"),
    text("status", 20),  # NEW, ACTIVE, SUSPENDED, CANCELLED (R12)
    text("currency", 3),  # USD, EUR, GBP (R24)
    text("time_zone", 64, default=""),  # names the zone of its cut-overs, if any (R22)
    Column("emails", Json, nullable=False),  # who hears of its cases beside `notify`
    text("pool", 20, default="OWN_FIRST"),  # OWN_FIRST, VENDOR_ONLY, MIXED (R32)
    text("temporary_number_price", 20, default=""),  # empty: the policy's (R32)
    at("created_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    text("id", 16, primary_key=True),  # the part of the key that may be shown
    Column("partner_id", ForeignKey("partners.id"), nullable=True, index=True),  # none: a key of care
    text("name"),
    text("digest", 64),  # SHA-256 of the whole key; 256 random bits need no slow hash
    at("created_at"),
    maybe_at("expires_at"),
    maybe_at("revoked_at"),
)

staff = Table(
    "staff",
    metadata,
    text("id", 40, primary_key=True),
    text("login", 200, unique=True),
    text("name"),
    text("role", 20, default="care"),
    text("password_hash", 300),
    at("created_at"),
    maybe_at("disabled_at"),
)

sessions = Table(
    "sessions",
    metadata,
    text("id", 64, primary_key=True),  # SHA-256 of the cookie's value
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    text("csrf", 64),
    at("created_at"),
    at("seen_at"),
    at("expires_at", index=True),
)

cases = Table(
    "cases",
    metadata,
    text("id", 40, primary_key=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=False),
    text("reference", 255),
    text("body_hash", 64),
    text("order_type", 20),
    Column("ivp", Boolean, nullable=False),
    Column("body", Json, nullable=False),  # the opening body as it came
    Column("policy", Json, nullable=False),
    Column("opening", LargeBinary, nullable=False),  # zlib JSON of the Case that the workflow is started with
    maybe_at("started_at", index=True),
    Column("version", Integer, nullable=False),
    text("status", 20),
    text("waiting_on", 10),
    at("waiting_since"),
    maybe_at("deadline"),
    at("queue_at"),  # the deadline, or the year 9999 without one: what the desk's queue is sorted by
    text("next_step"),
    Column("missing", Json, nullable=False),
    Column("date_change", Json),
    Column("last_day_for_date_change", Date),
    maybe_at("silence_deadline"),
    maybe_at("alarm_at", index=True),
    maybe_at("work_due_at", index=True),  # when the earliest work by hand is due, or was (R43)
    text("end_customer"),
    text("losing_carrier", 200),
    text("country", 2),  # of the first line; the others' are on the lines
    text("first_number", 20),
    Column("lines_count", Integer, nullable=False),
    Column("numbers_count", Integer, nullable=False),
    text("search"),  # everything that free text finds, without regard to upper and lower case
    at("created_at"),
    at("updated_at", index=True),
    maybe_at("closed_at"),
    maybe_at("archived_at"),  # since when its timeline and mails lie in `archived_cases`
    UniqueConstraint("partner_id", "reference"),
    Index("ix_cases_to_archive", "closed_at", "id", **NOT_ARCHIVED),
    Index("ix_cases_newest", "created_at", "id"),
    Index("ix_cases_partner_newest", "partner_id", "created_at", "id"),
    Index("ix_cases_status", "status", "created_at", "id"),
    # Of the open ones alone: behind IS NULL PostgreSQL follows an index's order only where that is its condition.
    # With closed_at in it, SQLite counts by the index alone.
    Index("ix_cases_open_waiting", "waiting_on", "queue_at", "id", "closed_at", **OPEN),
    Index("ix_cases_open_queue", "queue_at", "id", **OPEN),
    Index("ix_cases_reference", "reference"),
    Index("ix_cases_losing_carrier", func.lower(Column("losing_carrier", String))),
)

lines = Table(
    "lines",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the announcement that wrote it last
    text("number", 20),  # as ordered: +4989010710X
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("backwards", Digits, nullable=False),  # its digits from the last to the first, X left out
    text("country", 2),
    text("place", 80),
    text("time_zone", 64),
    text("number_type", 20),
    Column("order_number", Integer, nullable=False),
    text("status", 20),
    Column("is_open", Boolean, nullable=False),
    Column("requested_date", Date, nullable=False),
    Column("confirmed_date", Date),
    Column("porting_date", Date, nullable=False, index=True),  # the confirmed date, before that the wish
    maybe_at("cutover_at"),
    maybe_at("completed_at"),
    Column("reasons", Json, nullable=False),
    text("temporary_number", 20, default=""),
    text("temporary_status", 20, default=""),
    maybe_at("temporary_active_at"),
    text("cancellation", default=""),
    Column("last_day_for_change", Date),
    Column("validation", Json),  # what a carrier said before the order (R15)
    Index("ix_lines_first", "first", "last"),
    Index("ix_lines_backwards", "backwards"),
    Index("ix_lines_temporary", "temporary_status", "case_id", "position"),
    # A number stands on at most one open line, also when two processes try at once (R04).
    ExcludeConstraint(
        (func.int8range(Column("first", BigInteger), Column("last", BigInteger), sql("'[]'")), "&&"),
        name="ex_lines_open_numbers",
        using="gist",
        where=sql("is_open"),
    ).ddl_if(dialect="postgresql"),
)

carrier_orders = Table(
    "carrier_orders",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("carrier", 40),
    text("reference", 255),
    text("carrier_order_id", 255),
    text("carrier_status"),
    maybe_at("as_of"),
    Column("sent", Boolean, nullable=False),
    text("for_care"),
    Column("first_possible", Date),
    Column("valid_until", Date),
    Column("date_is_ours", Boolean),  # whether a date between the two is chosen without asking the carrier
    Column("by_hand", Boolean),  # whether every word from and to the carrier passes through a person
    Index("ix_carrier_orders_reference", "carrier", "reference"),
    Index("ix_carrier_orders_carrier_order_id", "carrier", "carrier_order_id"),
)

events = Table(
    "events",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    at("at"),
    text("kind", 40),
    text("role", 20),
    text("name"),
    Column("internal", Boolean, nullable=False),
    Column("numbers", Json, nullable=False),
    text("summary"),
    Column("detail", Json, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    text("recipient"),
    text("template", 120),
    text("audience", 20),
    text("subject"),
    text("message_id", 255),
    text("in_reply_to", 255, default=""),
    text("references", default=""),
    text("text"),
    text("html"),
    Column("attachments", Json, nullable=False),  # names of the files that came with it
    Column("numbers", Json, nullable=False),
    Column("mime", PackedMail, nullable=False),  # the very bytes that are sent, however often
    text("sha256", 64),
    text("state", 10),  # NEW, CLAIMED, SENDING, SENT, FAILED
    Column("tries", Integer, nullable=False),
    Column("claims", Integer, nullable=False),  # grows by one a claim, so that a claim that ran out changes nothing
    maybe_at("next_try_at"),  # when it may be claimed; a claim moves it by the lease; none: settled
    maybe_at("first_tried_at"),
    maybe_at("sent_at"),
    text("error", default=""),
    text("reply", default=""),  # what the relay said as it took the mail
    at("created_at"),
    UniqueConstraint("case_id", "sequence", "recipient", "template"),
    Index("ix_mails_due", "next_try_at", "id"),
    Index("ix_mails_order", "case_id", "recipient", "id"),
)

documents = Table(
    "documents",
    metadata,
    text("id", 40, primary_key=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=True),  # whose it is; none: care's, not on a case yet
    Column("case_id", ForeignKey("cases.id"), nullable=True, index=True),
    text("kind", 40),
    text("name"),
    text("media_type"),
    Column("size", Integer, nullable=False),
    text("sha256", 64),
    Column("content", LargeBinary, nullable=False),
    text("uploaded_by"),
    at("created_at"),
)

answers = Table(
    "answers",
    metadata,
    text("id", 40, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("given", Json, nullable=False),  # [{missing_id, field, kind, value, document_id, action}]
    text("comment", default=""),
    text("given_by"),
    at("created_at"),
)

charges = Table(
    "charges",
    metadata,
    text("id", 40, primary_key=True),  # made from case, kind and key: a charge can be written twice and is one (R24)
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=False),
    text("kind", 30),  # DATE_CHANGE, TEMPORARY_NUMBER, PORTING (R42)
    text("key", 255),
    Column("numbers", Json, nullable=False),
    text("amount", 20),
    text("currency", 3),
    text("reason"),
    Column("waived", Boolean, nullable=False),
    at("at"),
    UniqueConstraint("case_id", "kind", "key"),
    Index("ix_charges_newest", "at", "id"),
    Index("ix_charges_partner_newest", "partner_id", "at", "id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    text("owner", 60, primary_key=True),  # a partner's id, or care:<key id>
    text("key", 255, primary_key=True),
    text("request_hash", 64),
    text("state", 10),  # RUNNING, DONE
    text("token", 40),  # of the call that runs
    Column("status", Integer),
    Column("headers", Json),
    Column("body", LargeBinary),
    at("locked_until"),
    at("created_at", index=True),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Serial, primary_key=True),
    text("carrier", 40),
    text("dedupe", 255),
    text("reference", 255),
    text("carrier_order_id", 255),
    text("lane", 255),  # arrivals of one lane are taken one after another
    Column("payload", Json, nullable=False),
    text("state", 10),  # NEW, CLAIMED, DONE
    Column("tries", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    maybe_at("next_try_at"),
    text("note", default=""),
    at("received_at"),
    maybe_at("done_at"),
    UniqueConstraint("carrier", "dedupe"),
    Index("ix_inbox_due", "next_try_at", "id"),
    Index("ix_inbox_lane", "lane", "id"),
)

stock = Table(
    "stock",
    metadata,
    text("number", 20, primary_key=True),  # one number or a range: +4989010710X
    Column("first", BigInteger, nullable=False, index=True),
    Column("last", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    text("country", 2),
    text("state", 12),  # FREE, ASSIGNED, QUARANTINED
    Column("case_id", String(40)),  # whose line has it, or had it last
    Column("line_number", String(20)),
    maybe_at("assigned_at"),
    maybe_at("released_at"),
    maybe_at("free_at"),  # the end of the quarantine (R33)
    at("imported_at"),
    Index("ix_stock_free", "state", "count", "country", "number"),
    # One number a line, also when two workers try at once (R33).
    Index(
        "uq_stock_line",
        "case_id",
        "line_number",
        unique=True,
        sqlite_where=sql("state = 'ASSIGNED'"),
        postgresql_where=sql("state = 'ASSIGNED'"),
    ),
)

platform_numbers = Table(
    "platform_numbers",
    metadata,
    text("number", 20, primary_key=True),
    Column("first", BigInteger, nullable=False, index=True),
    Column("last", BigInteger, nullable=False),
    text("mode", 20),  # FULL, OUTBOUND_ONLY
    text("case_id", 40),
    at("changed_at"),
)

cursors = Table(
    "cursors",
    metadata,
    text("name", 80, primary_key=True),
    text("value"),
    at("updated_at"),
)

# What a person does for carriers without an interface; the rows are settled by what the case announces (R43).
tasks = Table(
    "tasks",
    metadata,
    text("id", 40, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    text("reference", 255),
    text("kind", 20),
    Column("numbers", Json, nullable=False),
    Column("form", Json, nullable=False),  # all that the other carrier's form can ask for
    at("created_at"),
    maybe_at("renewed_at"),  # when its form was last made anew
    at("due_at"),
    Column("due_on", Date, nullable=False),
    maybe_at("done_at"),
    text("done_by", default=""),
    text("note", default=""),
    Column("documents", Json, nullable=False),  # ids of what shows that it was done
)
