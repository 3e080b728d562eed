"""The outbox: after which messages a post left, and which message it became."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("after_in_chat", "after_in_all", "message_id"):
        op.add_column("outbox", sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("message_id", "after_in_all", "after_in_chat"):
        op.drop_column("outbox", name)
