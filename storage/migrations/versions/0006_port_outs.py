"""Numbers that leave us for another carrier."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """As storage.port_out_table."""
    op.create_table(
        "port_outs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=True),
        sa.Column("winning_carrier", sa.String(200), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("told_by", sa.String(200), nullable=False),
        sa.Column("repeats", sa.String(40), nullable=False),
        sa.Column("switch_at", AT, nullable=True),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("switched_at", AT, nullable=True),
        sa.Column("cancelled_at", AT, nullable=True),
        sa.Column("cancelled_by", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("next_try_at", AT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_port_outs_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_port_outs"),
    )
    op.create_index("ix_port_outs_case_id", "port_outs", ["case_id"])
    op.create_index("ix_port_outs_due", "port_outs", ["next_try_at", "id"])
    op.create_index("ix_port_outs_newest", "port_outs", ["received_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_port_outs_newest", "port_outs")
    op.drop_index("ix_port_outs_due", "port_outs")
    op.drop_index("ix_port_outs_case_id", "port_outs")
    op.drop_table("port_outs")
