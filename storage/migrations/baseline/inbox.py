"""The table of what Telegram handed over, as the first release makes it."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create the table."""
    op.create_table(
        "inbox",
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_state_asked_at"), "inbox", ["state", "asked_at"], unique=False)


def drop() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_inbox_state_asked_at"), table_name="inbox")
    op.drop_table("inbox")
