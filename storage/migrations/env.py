"""Runs migrations on the connection that `storage.schema` hands over.

A revision changes the tables as `storage/tables/` then describes them; a test compares the two.
"""

from alembic import context

from storage.metadata import metadata
from storage.tables import (  # noqa: F401 (they register in the metadata)
    baskets,
    chats,
    inbox,
    league,
    ledger,
    questions,
    work,
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite alters little: a table is made anew and its rows are moved.
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
