"""Whether a group wants a line where somebody writes `$TSLA`; none that never asked gets one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.add_column(
            sa.Column("cashtags", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("places") as table:
        table.alter_column("cashtags", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.drop_column("cashtags")
