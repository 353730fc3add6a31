"""The desk's queue and the counts of its tabs follow one index, whoever is waited for."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """As storage.tables.cases."""
    op.create_index("ix_cases_waiting", "cases", ["waiting_on", "closed_at", "queue_at", "id"])
    op.drop_index("ix_cases_queue", "cases")


def downgrade() -> None:
    op.create_index("ix_cases_queue", "cases", ["waiting_on", "queue_at", "id"])
    op.drop_index("ix_cases_waiting", "cases")
