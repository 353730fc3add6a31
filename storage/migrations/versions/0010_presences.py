"""Which processes are at work on one thing, so that they can share it out."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """As storage.archive_tables.presences."""
    op.create_table(
        "presences",
        sa.Column("works_on", sa.String(60), nullable=False),
        sa.Column("process", sa.String(120), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("works_on", "process", name="pk_presences"),
    )
    op.create_index("ix_presences_seen_at", "presences", ["seen_at"])


def downgrade() -> None:
    op.drop_table("presences")
