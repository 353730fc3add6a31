"""The first tables: cases and what hangs on them, partners, people, and what is on its way out or in."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import String

revision = "0001"
down_revision = None

AT, DATE = sa.DateTime(timezone=True), sa.Date()
TEXT, BYTES, JSON = sa.String(), sa.LargeBinary(), sa.JSON()
INT, BIG, BOOL = sa.Integer(), sa.BigInteger(), sa.Boolean()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGITS = sa.String(15).with_variant(sa.String(15, collation="C"), "postgresql")
ASSIGNED = sa.text("state = 'ASSIGNED'")
WHILE_ASSIGNED: dict[str, Any] = {"sqlite_where": ASSIGNED, "postgresql_where": ASSIGNED}
# A number stands on at most one open line, also when two processes try at once (R04).
ONE_OPEN_LINE = (
    "ALTER TABLE lines ADD CONSTRAINT ex_lines_open_numbers"
    " EXCLUDE USING gist (int8range(first, last, '[]') WITH &&) WHERE (is_open)"
)


def must(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def may(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _cursors() -> None:
    op.create_table(
        "cursors",
        must("name", String(80)), must("value", TEXT), must("updated_at", AT),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )  # fmt: skip


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        must("owner", String(60)), must("key", String(255)), must("request_hash", String(64)),
        must("state", String(10)), must("token", String(40)), may("status", INT), may("headers", JSON),
        may("body", BYTES), must("locked_until", AT), must("created_at", AT),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency"),
    )  # fmt: skip
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        must("id", SERIAL), must("carrier", String(40)), must("dedupe", String(255)), must("reference", String(255)),
        must("carrier_order_id", String(255)), must("lane", String(255)), must("payload", JSON),
        must("state", String(10)), must("tries", INT), must("claims", INT), may("next_try_at", AT),
        must("note", TEXT), must("received_at", AT), may("done_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("carrier", "dedupe", name="uq_inbox_carrier_dedupe"),
    )  # fmt: skip
    op.create_index("ix_inbox_due", "inbox", ["next_try_at", "id"])
    op.create_index("ix_inbox_lane", "inbox", ["lane", "id"])


def _partners() -> None:
    op.create_table(
        "partners",
        must("id", String(40)), must("name", TEXT), must("status", String(20)), must("currency", String(3)),
        must("time_zone", String(64)), must("emails", JSON), must("pool", String(20)),
        must("temporary_number_price", String(20)), must("created_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
    )  # fmt: skip


def _platform_numbers() -> None:
    op.create_table(
        "platform_numbers",
        must("number", String(20)), must("first", BIG), must("last", BIG), must("mode", String(20)),
        must("case_id", String(40)), must("changed_at", AT),
        sa.PrimaryKeyConstraint("number", name="pk_platform_numbers"),
    )  # fmt: skip
    op.create_index("ix_platform_numbers_first", "platform_numbers", ["first"])


def _staff() -> None:
    op.create_table(
        "staff",
        must("id", String(40)), must("login", String(200)), must("name", TEXT), must("role", String(20)),
        must("password_hash", String(300)), must("created_at", AT), may("disabled_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
    )  # fmt: skip


def _stock() -> None:
    op.create_table(
        "stock",
        must("number", String(20)), must("first", BIG), must("last", BIG), must("count", INT),
        must("country", String(2)), must("state", String(12)), may("case_id", String(40)),
        may("line_number", String(20)), may("assigned_at", AT), may("released_at", AT), may("free_at", AT),
        must("imported_at", AT),
        sa.PrimaryKeyConstraint("number", name="pk_stock"),
    )  # fmt: skip
    op.create_index("ix_stock_first", "stock", ["first"])
    op.create_index("ix_stock_free", "stock", ["state", "count", "country", "number"])
    op.create_index("uq_stock_line", "stock", ["case_id", "line_number"], unique=True, **WHILE_ASSIGNED)


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        must("id", String(16)), may("partner_id", String(40)), must("name", TEXT), must("digest", String(64)),
        must("created_at", AT), may("expires_at", AT), may("revoked_at", AT),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_api_keys_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )  # fmt: skip
    op.create_index("ix_api_keys_partner_id", "api_keys", ["partner_id"])


def _cases() -> None:
    op.create_table(
        "cases",
        must("id", String(40)), must("partner_id", String(40)), must("reference", String(255)),
        must("body_hash", String(64)), must("order_type", String(20)), must("ivp", BOOL), must("body", JSON),
        must("policy", JSON), must("opening", BYTES), may("started_at", AT), must("version", INT),
        must("status", String(20)), must("waiting_on", String(10)), must("waiting_since", AT), may("deadline", AT),
        must("queue_at", AT), must("next_step", TEXT), must("missing", JSON), may("date_change", JSON),
        may("last_day_for_date_change", DATE), may("silence_deadline", AT), may("alarm_at", AT),
        must("end_customer", TEXT), must("losing_carrier", String(200)), must("country", String(2)),
        must("first_number", String(20)), must("lines_count", INT), must("numbers_count", INT), must("search", TEXT),
        must("created_at", AT), must("updated_at", AT), may("closed_at", AT),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_cases_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("partner_id", "reference", name="uq_cases_partner_id_reference"),
    )  # fmt: skip
    op.create_index("ix_cases_alarm_at", "cases", ["alarm_at"])
    op.create_index("ix_cases_newest", "cases", ["created_at", "id"])
    op.create_index("ix_cases_open_queue", "cases", ["closed_at", "queue_at", "id"])
    op.create_index("ix_cases_partner_newest", "cases", ["partner_id", "created_at", "id"])
    op.create_index("ix_cases_queue", "cases", ["waiting_on", "queue_at", "id"])
    op.create_index("ix_cases_reference", "cases", ["reference"])
    op.create_index("ix_cases_started_at", "cases", ["started_at"])
    op.create_index("ix_cases_status", "cases", ["status", "created_at", "id"])
    op.create_index("ix_cases_updated_at", "cases", ["updated_at"])
    op.create_index("ix_cases_losing_carrier", "cases", [sa.text("lower(losing_carrier)")])


def _sessions() -> None:
    op.create_table(
        "sessions",
        must("id", String(64)), must("staff_id", String(40)), must("csrf", String(64)), must("created_at", AT),
        must("seen_at", AT), must("expires_at", AT),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sessions_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )  # fmt: skip
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_staff_id", "sessions", ["staff_id"])


def _answers() -> None:
    op.create_table(
        "answers",
        must("id", String(40)), must("case_id", String(40)), must("given", JSON), must("comment", TEXT),
        must("given_by", TEXT), must("created_at", AT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answers_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )  # fmt: skip
    op.create_index("ix_answers_case_id", "answers", ["case_id"])


def _carrier_orders() -> None:
    op.create_table(
        "carrier_orders",
        must("case_id", String(40)), must("number", INT, autoincrement=False), must("carrier", String(40)),
        must("reference", String(255)), must("carrier_order_id", String(255)), must("carrier_status", TEXT),
        may("as_of", AT), must("sent", BOOL), must("for_care", TEXT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_carrier_orders_case_id"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_carrier_orders"),
    )  # fmt: skip
    op.create_index("ix_carrier_orders_carrier_order_id", "carrier_orders", ["carrier", "carrier_order_id"])
    op.create_index("ix_carrier_orders_reference", "carrier_orders", ["carrier", "reference"])


def _charges() -> None:
    op.create_table(
        "charges",
        must("id", String(40)), must("case_id", String(40)), must("partner_id", String(40)), must("kind", String(30)),
        must("key", String(255)), must("numbers", JSON), must("amount", String(20)), must("currency", String(3)),
        must("reason", TEXT), must("waived", BOOL), must("at", AT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_charges_case_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_charges_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
        sa.UniqueConstraint("case_id", "kind", "key", name="uq_charges_case_id_kind_key"),
    )  # fmt: skip
    op.create_index("ix_charges_case_id", "charges", ["case_id"])
    op.create_index("ix_charges_newest", "charges", ["at", "id"])
    op.create_index("ix_charges_partner_newest", "charges", ["partner_id", "at", "id"])


def _documents() -> None:
    op.create_table(
        "documents",
        must("id", String(40)), may("partner_id", String(40)), may("case_id", String(40)), must("kind", String(40)),
        must("name", TEXT), must("media_type", TEXT), must("size", INT), must("sha256", String(64)),
        must("content", BYTES), must("uploaded_by", TEXT), must("created_at", AT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_documents_case_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_documents_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )  # fmt: skip
    op.create_index("ix_documents_case_id", "documents", ["case_id"])


def _events() -> None:
    op.create_table(
        "events",
        must("case_id", String(40)), must("sequence", INT, autoincrement=False), must("at", AT),
        must("kind", String(40)), must("role", String(20)), must("name", TEXT), must("internal", BOOL),
        must("numbers", JSON), must("summary", TEXT), must("detail", JSON),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_events_case_id"),
        sa.PrimaryKeyConstraint("case_id", "sequence", name="pk_events"),
    )  # fmt: skip


def _lines() -> None:
    op.create_table(
        "lines",
        must("case_id", String(40)), must("position", INT, autoincrement=False), must("version", INT),
        must("number", String(20)), must("first", BIG), must("last", BIG), must("count", INT),
        must("backwards", DIGITS), must("country", String(2)), must("place", String(80)),
        must("time_zone", String(64)), must("number_type", String(20)), must("order_number", INT),
        must("status", String(20)), must("is_open", BOOL), must("requested_date", DATE), may("confirmed_date", DATE),
        must("porting_date", DATE), may("cutover_at", AT), may("completed_at", AT), must("reasons", JSON),
        must("temporary_number", String(20)), must("temporary_status", String(20)), may("temporary_active_at", AT),
        must("cancellation", TEXT), may("last_day_for_change", DATE),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_lines_case_id"),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_lines"),
    )  # fmt: skip
    op.create_index("ix_lines_backwards", "lines", ["backwards"])
    op.create_index("ix_lines_first", "lines", ["first", "last"])
    op.create_index("ix_lines_porting_date", "lines", ["porting_date"])
    op.create_index("ix_lines_temporary", "lines", ["temporary_status", "case_id", "position"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(ONE_OPEN_LINE)


def _mails() -> None:
    op.create_table(
        "mails",
        must("id", SERIAL), must("case_id", String(40)), must("sequence", INT), must("recipient", TEXT),
        must("template", String(120)), must("audience", String(20)), must("subject", TEXT),
        must("message_id", String(255)), must("in_reply_to", String(255)), must("references", TEXT),
        must("text", TEXT), must("html", TEXT), must("attachments", JSON), must("numbers", JSON), must("mime", BYTES),
        must("sha256", String(64)), must("state", String(10)), must("tries", INT), must("claims", INT),
        may("next_try_at", AT), may("first_tried_at", AT), may("sent_at", AT), must("error", TEXT),
        must("reply", TEXT), must("created_at", AT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_mails_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint(
            "case_id", "sequence", "recipient", "template", name="uq_mails_case_id_sequence_recipient_template",
        ),
    )  # fmt: skip
    op.create_index("ix_mails_due", "mails", ["next_try_at", "id"])
    op.create_index("ix_mails_order", "mails", ["case_id", "recipient", "id"])


TABLES: tuple[Callable[[], None], ...] = (
    _cursors, _idempotency, _inbox, _partners, _platform_numbers, _staff, _stock, _api_keys, _cases, _sessions,
    _answers, _carrier_orders, _charges, _documents, _events, _lines, _mails,
)  # fmt: skip


def upgrade() -> None:
    for create in TABLES:
        create()


def downgrade() -> None:
    for create in reversed(TABLES):
        op.drop_table(create.__name__.removeprefix("_"))
