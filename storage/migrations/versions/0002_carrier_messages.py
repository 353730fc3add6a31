"""The journal of carriers that show no orders."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """As storage.tables.carrier_messages."""
    op.create_table(
        "carrier_messages",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("carrier_order_id", sa.String(255), nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_carrier_messages"),
        sa.UniqueConstraint("carrier", "key", name="uq_carrier_messages_carrier_key"),
    )
    op.create_index("ix_carrier_messages_order", "carrier_messages", ["carrier", "carrier_order_id", "id"])


def downgrade() -> None:
    op.drop_table("carrier_messages")
