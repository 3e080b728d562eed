"""A message remembers how many sessions it shows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody noted it before: 20 is what a place shows unless it asks for something else.
    shown = sa.Column("sessions", sa.Integer(), server_default="20", nullable=False)
    with op.batch_alter_table("forecast_messages") as table:
        table.add_column(shown)
    # From here on every message says it; a default would hide one that forgot to.
    with op.batch_alter_table("forecast_messages") as table:
        table.alter_column("sessions", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("forecast_messages") as table:
        table.drop_column("sessions")
