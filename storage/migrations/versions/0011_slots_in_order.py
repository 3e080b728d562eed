"""The places of a digest slot in the order of their chats, so that a part of them is not sorted;
counts of totals in half the bytes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SLOT = ["zone", "digest_at"]
_COUNTS = ("resolved", "void", "in_50", "in_80", "in_95")


def upgrade() -> None:
    op.drop_index(op.f("ix_places_zone_digest_at"), "places")
    op.create_index(op.f("ix_places_zone_digest_at_chat_id"), "places", [*_SLOT, "chat_id"])
    _count_in("INTEGER")


def downgrade() -> None:
    op.drop_index(op.f("ix_places_zone_digest_at_chat_id"), "places")
    op.create_index(op.f("ix_places_zone_digest_at"), "places", _SLOT)
    _count_in("BIGINT")


def _count_in(kind: str) -> None:
    """Change the type of the totals' counts; SQLite's numbers are as short as they can be."""
    if op.get_bind().dialect.name == "postgresql":
        changes = ", ".join(f"ALTER {name} TYPE {kind}" for name in _COUNTS)
        op.execute(sa.text(f"ALTER TABLE tallies {changes}"))
