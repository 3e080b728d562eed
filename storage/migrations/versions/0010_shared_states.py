"""What several processes must know of each other for a moment, such as what they have just sent."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_states",
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shared_states")),
    )
    # Asked for every update of a chat: which process has an earlier one in work.
    op.create_index(op.f("ix_inbox_chat_id_state"), "inbox", ["chat_id", "state"])


def downgrade() -> None:
    op.drop_index(op.f("ix_inbox_chat_id_state"), "inbox")
    op.drop_table("shared_states")
