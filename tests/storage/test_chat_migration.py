"""A group that became a supergroup takes all its rows along; the contract tests show how."""

from storage.chat_migration import KEYS
from storage.metadata import metadata


def test_every_table_with_a_chats_id_is_moved_with_its_chat():
    """`chats` itself keeps a row of either id: the old one is dead, the new one its heir."""
    with_chats = {name for name, table in metadata.tables.items() if "chat_id" in table.c}
    assert with_chats == {table.name for table, _ in KEYS} | {"chats"}
