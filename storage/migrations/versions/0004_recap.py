"""Whether a place wants its weekly recap; nobody who never asked for one gets it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.add_column(
            sa.Column("recap", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("places") as table:
        table.alter_column("recap", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.drop_column("recap")
