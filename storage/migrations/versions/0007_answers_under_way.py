"""The inbox: after which messages an answer left of which nobody knows yet whether it arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("after_in_chat", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("after_in_all", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("inbox", "after_in_all")
    op.drop_column("inbox", "after_in_chat")
