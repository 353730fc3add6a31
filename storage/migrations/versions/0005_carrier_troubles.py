"""Carriers that fail us: since when, and for which cases."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """As storage.tables.carrier_troubles."""
    op.create_table(
        "carrier_troubles",
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", "case_id", name="pk_carrier_troubles"),
    )


def downgrade() -> None:
    op.drop_table("carrier_troubles")
