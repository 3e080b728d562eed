"""How much of the outbox is waiting, counted or only whether."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, or_, select

from storage.columns import Instant
from storage.records.work import MOST_COUNTED, Backlog
from storage.store_part import StorePart
from storage.tables import work

_NOT_SENT = ("pending", "sending", "dead")
_OUT = work.outbox.c


def _due(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(_OUT.state == "pending", _OUT.due_at <= now)


# Built once: it runs every minute, and building takes longer than the database does.
_UNSENT = select(
    or_(
        exists().where(_due(bindparam("now", type_=Instant))),
        exists().where(_OUT.state == "sending"),
    )
)


class OutboxCountStore(StorePart):
    """Counts of messages on their way."""

    def has_unsent(self, now: datetime) -> bool:
        """Return whether there is anything to send: a message that is due, or was being sent."""
        with self._db.reading() as connection:
            return bool(connection.execute(_UNSENT, {"now": now}).scalar())

    def due(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many messages are due and not sent, and when the oldest of them was due."""
        waits = select(func.count(), func.min(_OUT.due_at)).where(_due(now))
        with self._db.reading() as connection:
            count, oldest = connection.execute(waits).one()
        return count, oldest

    def backlog(self, now: datetime) -> Backlog:
        """Count the outbox."""
        due = _due(now)
        oldest = select(func.min(_OUT.due_at)).where(due)
        with self._db.reading() as connection:
            states = select(_OUT.state, func.count()).where(_OUT.state.in_(_NOT_SENT))
            rows = connection.execute(states.group_by(_OUT.state))
            by_state: dict[str, int] = dict(rows.all())
            some = select(_OUT.id).where(_OUT.state == "sent").limit(MOST_COUNTED).subquery()
            sent = connection.execute(select(func.count()).select_from(some)).scalar_one()
            due_now = connection.execute(select(func.count()).where(due)).scalar_one()
            oldest_due = connection.execute(oldest).scalar()
        return Backlog(
            due=due_now,
            later=by_state.get("pending", 0) - due_now,
            sending=by_state.get("sending", 0),
            sent=sent,
            dead=by_state.get("dead", 0),
            oldest_due=oldest_due,
        )
