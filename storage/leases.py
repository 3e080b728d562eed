"""Who may do a thing alone, and small facts the product must remember."""

from datetime import datetime

from sqlalchemy import case, delete, or_, select

from storage import tables_work as w
from storage.store_part import SqlPart
from storage.work import Lease


class SqlLeases(SqlPart):
    """Keeps what `JobStore` promises of leases and notes."""

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> Lease:
        """Take or renew a lease if it is free, expired or one's own; return the one in force."""
        held = w.leases.c
        row = {"name": name, "holder": holder, "taken_at": now, "until": until}
        mine = held.holder == holder
        # An expired lease of one's own counts as newly taken: another may have held it since.
        renewed = case((mine & (held.until > now), held.taken_at), else_=now)
        statement = (
            self._db.insert(w.leases)
            .values(row)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": holder, "taken_at": renewed, "until": until},
                where=or_(mine, held.until <= now),
            )
        )
        with self._db.writing() as connection:
            connection.execute(statement)
            found = connection.execute(select(w.leases).where(held.name == name)).mappings()
            return Lease(**found.one())

    def release_lease(self, name: str, holder: str) -> None:
        """Give a lease back if it is one's own."""
        held = w.leases.c
        with self._db.writing() as connection:
            connection.execute(delete(w.leases).where(held.name == name, held.holder == holder))

    def load_note(self, name: str) -> str | None:
        """Return a small fact the product must remember, such as a replay's instant, or None."""
        with self._db.reading() as connection:
            query = select(w.notes.c.value).where(w.notes.c.name == name)
            return connection.execute(query).scalar()

    def save_note(self, name: str, value: str, now: datetime) -> None:
        """Keep a small fact in place of the earlier one."""
        values = {"value": value, "saved_at": now}
        statement = self._db.insert(w.notes).values({"name": name} | values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )
