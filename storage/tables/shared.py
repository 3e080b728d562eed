"""What the processes of one bot must all know of each other for a moment."""

from sqlalchemy import Column, Double, String, Table, Text

from storage.metadata import metadata

shared_states = Table(
    "shared_states",
    metadata,
    Column("name", String(96), primary_key=True),
    Column("value", Text, nullable=False),
    Column("until", Double, nullable=False),
)
