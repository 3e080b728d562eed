"""Who may do a thing alone."""

# Theory of operation
#
# A lease is a row that says who may do a thing and until when. A lock would not do: its holder may
# be killed, and then nobody could tell a dead holder from a slow one. A lease ends by itself.
#
# - One statement decides. INSERT ... ON CONFLICT DO UPDATE WHERE (mine or expired) is atomic on
#   both databases, so that of many who ask at once one gets it and the others read who did.
# - Asking is renewing: the holder asks again well before `until`. `taken_at` stays while it does,
#   and starts anew once the lease had run out, since another may have held it in between.
# - The times are the callers' clocks. What must hold is that the clocks of two processes differ by
#   less than what is left of a lease when it is renewed (the schedule's: 6 s of 8 s); who cannot
#   renew stops acting when its own clock passes `until`, without asking the database.
# - It is no fence. A process that is stopped for longer than its lease and then goes on acts
#   for a moment beside the new holder. What may not happen twice is therefore guarded once more
#   where it happens: a job's run by its key, a message by its row in the outbox.

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, or_, select

from storage.records.work import Holder, Lease
from storage.store_part import StorePart
from storage.tables import work


class LeaseStore(StorePart):
    """Leases by name: one holder at a time, until an instant."""

    def take_lease(self, name: str, holder: Holder, now: datetime, until: datetime) -> Lease:
        """Take or renew a lease if it is free, expired or one's own.

        `now` and `until` are the system clock's, in a replay too: other processes do not replay.

        Returns:
            The lease in force: it is ours where its `holder` is.
        """
        held, who = work.leases.c, asdict(holder)
        row = who | {"name": name, "taken_at": now, "until": until}
        mine = _held_by(holder)
        # An expired lease of one's own counts as newly taken: another may have held it since.
        renewed = case((mine & (held.until > now), held.taken_at), else_=now)
        statement = (
            self._db.insert(work.leases)
            .values(row)
            .on_conflict_do_update(
                index_elements=["name"],
                set_=who | {"taken_at": renewed, "until": until},
                where=or_(mine, held.until <= now),
            )
        )
        with self._db.writing() as connection:
            connection.execute(statement)
            found = connection.execute(select(work.leases).where(held.name == name)).mappings()
            return _lease(found.one())

    def release_lease(self, name: str, holder: Holder) -> None:
        """Give a lease back if it is one's own."""
        own = delete(work.leases).where(work.leases.c.name == name, _held_by(holder))
        with self._db.writing() as connection:
            connection.execute(own)


def _held_by(holder: Holder) -> ColumnElement[bool]:
    return and_(*(work.leases.c[name] == value for name, value in asdict(holder).items()))


def _lease(row: RowMapping) -> Lease:
    holder = Holder(*(row[field.name] for field in fields(Holder)))
    return Lease(row["name"], holder, row["taken_at"], row["until"])
