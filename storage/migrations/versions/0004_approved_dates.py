"""What a losing carrier approved: the first possible date, the last, and whether the choice between is ours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """As storage.tables.carrier_orders."""
    op.add_column("carrier_orders", sa.Column("first_possible", sa.Date(), nullable=True))
    op.add_column("carrier_orders", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("carrier_orders", sa.Column("date_is_ours", sa.Boolean(), nullable=True))


def downgrade() -> None:
    for name in ("date_is_ours", "valid_until", "first_possible"):
        op.drop_column("carrier_orders", name)
