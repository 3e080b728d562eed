"""The table of what Telegram handed over."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, String, Table, Text

from storage.columns import Instant
from storage.metadata import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger),
    Column("user_id", BigInteger),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("answers", Text, nullable=False),
    Column("after_in_chat", BigInteger),
    Column("after_in_all", BigInteger),
    Column("asked_at", Instant, nullable=False),
    Column("owner", String(128), nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("finished_at", Instant),
    PrimaryKeyConstraint("bot_id", "update_id"),
    Index(None, "state", "asked_at"),
    Index(None, "chat_id", "state"),
)
