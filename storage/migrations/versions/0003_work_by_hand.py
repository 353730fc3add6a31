"""Tasks that care does by hand, when the next of them is due, and what carriers said before an order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """As storage.tables.tasks, and two columns."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_case_id", "tasks", ["case_id"])
    op.add_column("cases", sa.Column("work_due_at", AT, nullable=True))
    op.create_index("ix_cases_work_due_at", "cases", ["work_due_at"])
    op.add_column("lines", sa.Column("validation", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("lines", "validation")
    op.drop_index("ix_cases_work_due_at", "cases")
    op.drop_column("cases", "work_due_at")
    op.drop_table("tasks")
