"""All tables of the first release; those of each kind are one file in `baseline/`."""

from storage.migrations.baseline import chats, inbox, ledger, work

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    ledger.create()
    chats.create()
    work.create()
    inbox.create()


def downgrade() -> None:
    inbox.drop()
    work.drop()
    chats.drop()
    ledger.drop()
