"""Small states that several processes change in turn, and what they tell each other at once.

A state is a text under a name. It is read, changed and written by one process at a time, reckons by
the database's clock, the one that all processes have in common, and is of no use after a while. It
may be lost with the database's last second: what is written here is not waited for on its disk.
"""

from collections.abc import Callable, Mapping, Sequence
from threading import Event

from sqlalchemy import Connection, delete, select, text

from storage.store_part import StorePart
from storage.tables.shared import shared_states

_NOW = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"),
}
States = Mapping[str, str]
Change = Callable[[float, States], Mapping[str, tuple[str, float]]]
"""Given the seconds of the database's clock and the known states, returns those that change: each
with the second until which it matters."""


class SharedStateStore(StorePart):
    """States by name, and bulletins from process to process."""

    def change_shared(self, lock: int, names: Sequence[str], change: Change) -> None:
        """Change states while no other process does under the same lock.

        Args:
            lock: Names the group of states.
            names: Of the states that `change` is shown; one that is not known is left out.
            change: Says what becomes of them.
        """
        table = shared_states.c
        query = select(table.name, table.value).where(table.name.in_(names))
        with self._db.writing() as connection:
            self._db.queue_up_briefly(connection, lock)
            now = self._now(connection)
            found = {row.name: row.value for row in connection.execute(query)}
            changed = change(now, found)
            rows = [{"name": n, "value": v, "until": t} for n, (v, t) in changed.items()]
            if rows:
                insert = self._db.insert(shared_states)
                values = {"value": insert.excluded.value, "until": insert.excluded.until}
                kept = insert.on_conflict_do_update(index_elements=["name"], set_=values)
                connection.execute(kept, rows)

    def sweep_shared(self) -> int:
        """Delete the states that matter no more; return how many."""
        with self._db.writing() as connection:
            old = delete(shared_states).where(shared_states.c.until < self._now(connection))
            return connection.execute(old).rowcount

    def tell_all(self, bulletins: Sequence[str]) -> None:
        """Tell all processes on this database something; nobody listens on SQLite."""
        with self._db.writing() as connection:
            for bulletin in bulletins:
                self._db.tell(connection, bulletin)

    def listen(self, heard: Callable[[str], None], ready: Callable[[], None], end: Event) -> None:
        """Hand on what processes tell, this one's own included, until `end` is set.

        Args:
            heard: Is given each bulletin.
            ready: Called when everything told from now on will be heard.
            end: Looked at once a second.

        Raises:
            DatabaseUnreachableError: The line broke; bulletins are missed until the next call.
        """
        self._db.listen(heard, ready, end)

    def _now(self, connection: Connection) -> float:
        kind = "sqlite" if self._db.is_sqlite else "postgresql"
        return float(connection.execute(_NOW[kind]).scalar_one())
