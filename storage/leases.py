"""Who may do a thing alone."""

from datetime import datetime

from sqlalchemy import case, delete, or_, select

from storage import tables_work as w
from storage.store_part import StorePart
from storage.work import Lease


class LeaseStore(StorePart):
    """Leases by name: one holder at a time, until an instant."""

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> Lease:
        """Take or renew a lease if it is free, expired or one's own.

        `now` and `until` are the system clock's, in a replay too: other processes do not replay.

        Returns:
            The lease in force: it is ours where its `holder` is.
        """
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
