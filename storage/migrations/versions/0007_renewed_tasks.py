"""Tasks whose form was renewed, and which carrier orders are run by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """As storage.tables.tasks and storage.tables.carrier_orders."""
    op.add_column("tasks", sa.Column("renewed_at", sa.DateTime(timezone=True)))
    op.add_column("carrier_orders", sa.Column("by_hand", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("carrier_orders", "by_hand")
    op.drop_column("tasks", "renewed_at")
