"""Closed cases put away: where their timelines and mails lie packed, and since when."""

import json
import lzma
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AT, BYTES = sa.DateTime(timezone=True), sa.LargeBinary()
NOT_ARCHIVED: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("archived_at IS NULL"))


def upgrade() -> None:
    """As storage.archive_tables.archived_cases."""
    op.add_column("cases", sa.Column("archived_at", AT, nullable=True))
    op.create_index("ix_cases_to_archive", "cases", ["closed_at", "id"], **NOT_ARCHIVED)
    op.create_table(
        "archived_cases",
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("archived_at", AT, nullable=False),
        sa.Column("packed", BYTES, nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("internal_comments", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_archived_cases"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_archived_cases_case_id_cases"),
    )


def downgrade() -> None:
    """Brings back what was put away before it takes away where that lies: no timeline and no mail is lost."""
    connection = op.get_bind()
    lying = {
        name: sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False) for name in ("events", "mails")
    }
    archived = sa.table("archived_cases", sa.column("case_id"), sa.column("packed", BYTES))
    for case_id in connection.execute(sa.select(archived.c.case_id)).scalars().all():
        packed = connection.execute(sa.select(archived.c.packed).where(archived.c.case_id == case_id)).scalar_one()
        for name, rows in json.loads(lzma.decompress(packed)).items():
            if rows:
                connection.execute(sa.insert(lying[name]), [_as_it_lay(lying[name], row) for row in rows])
    op.drop_table("archived_cases")
    op.drop_index("ix_cases_to_archive", "cases")
    op.drop_column("cases", "archived_at")


def _as_it_lay(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items() if name in table.c}


def _value(kind: Any, value: Any) -> Any:
    """Mails lie packed or not, both are read: here they come back as they are sent."""
    if isinstance(kind, sa.DateTime) and value is not None:
        return datetime.fromisoformat(value)
    return value.encode("latin-1") if isinstance(kind, sa.LargeBinary) and value is not None else value
