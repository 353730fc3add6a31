"""How long things have taken: a histogram that all processes add to."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """As storage.archive_tables.durations."""
    op.create_table(
        "durations",
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("up_to", sa.String(20), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("what", "up_to", name="pk_durations"),
    )


def downgrade() -> None:
    op.drop_table("durations")
