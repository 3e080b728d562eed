"""Small facts the product must remember, such as the instant a replay has reached."""

from sqlalchemy import select

from storage.store_part import StorePart
from storage.tables import work


class NoteStore(StorePart):
    """One text by name."""

    def load_note(self, name: str) -> str | None:
        """Return a small fact the product must remember, such as a replay's instant, or None."""
        with self._db.reading() as connection:
            query = select(work.notes.c.value).where(work.notes.c.name == name)
            return connection.execute(query).scalar()

    def save_note(self, name: str, value: str) -> None:
        """Keep a small fact in place of the earlier one."""
        values = {"value": value}
        statement = self._db.insert(work.notes).values({"name": name} | values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )
