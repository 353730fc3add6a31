"""The desk's queue and the counts of its tabs follow indexes of the open cases alone."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OPEN: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("closed_at IS NULL"))


def upgrade() -> None:
    """As storage.tables.cases."""
    op.drop_index("ix_cases_open_queue", "cases")
    op.create_index("ix_cases_open_queue", "cases", ["queue_at", "id"], **OPEN)
    op.drop_index("ix_cases_queue", "cases")
    op.create_index("ix_cases_open_waiting", "cases", ["waiting_on", "queue_at", "id", "closed_at"], **OPEN)


def downgrade() -> None:
    op.drop_index("ix_cases_open_waiting", "cases")
    op.create_index("ix_cases_queue", "cases", ["waiting_on", "queue_at", "id"])
    op.drop_index("ix_cases_open_queue", "cases")
    op.create_index("ix_cases_open_queue", "cases", ["closed_at", "queue_at", "id"])
