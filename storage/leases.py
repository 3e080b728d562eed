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
#   less than what is left of a lease when it is renewed (the schedule's: 35 s of 45 s); who cannot
#   renew stops acting when its own clock passes `until`, without asking the database.
# - It is no fence. A process that is stopped for longer than its lease and then goes on acts
#   for a moment beside the new holder. What may not happen twice is therefore guarded once more
#   where it happens: a job's run by its key, a message by its row in the outbox.

from datetime import datetime

from sqlalchemy import case, delete, or_, select

from storage.records.work import Lease
from storage.store_part import StorePart
from storage.tables import work


class LeaseStore(StorePart):
    """Leases by name: one holder at a time, until an instant."""

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> Lease:
        """Take or renew a lease if it is free, expired or one's own.

        `now` and `until` are the system clock's, in a replay too: other processes do not replay.

        Returns:
            The lease in force: it is ours where its `holder` is.
        """
        held = work.leases.c
        row = {"name": name, "holder": holder, "taken_at": now, "until": until}
        mine = held.holder == holder
        # An expired lease of one's own counts as newly taken: another may have held it since.
        renewed = case((mine & (held.until > now), held.taken_at), else_=now)
        statement = (
            self._db.insert(work.leases)
            .values(row)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": holder, "taken_at": renewed, "until": until},
                where=or_(mine, held.until <= now),
            )
        )
        with self._db.writing() as connection:
            connection.execute(statement)
            found = connection.execute(select(work.leases).where(held.name == name)).mappings()
            return Lease(**found.one())

    def release_lease(self, name: str, holder: str) -> None:
        """Give a lease back if it is one's own."""
        held = work.leases.c
        with self._db.writing() as connection:
            connection.execute(delete(work.leases).where(held.name == name, held.holder == holder))
