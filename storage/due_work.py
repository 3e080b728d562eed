"""What the minute's tick asks first: whether there is anything to look at, in one question."""

from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from storage.columns import Instant
from storage.records.work import DueWork
from storage.store_part import StorePart
from storage.tables.chats import digest_slots
from storage.tables.league import league_rounds, leagues

_NOW = bindparam("now", type_=Instant)
_ROUNDS = league_rounds.c
# Built once: it runs every minute, and building takes longer than the database does.
_QUESTION = select(
    select(func.count()).select_from(digest_slots).scalar_subquery(),
    select(func.count()).select_from(leagues).scalar_subquery(),
    exists().where(_ROUNDS.state == "open", _ROUNDS.closes_at <= _NOW),
)


class DueWorkStore(StorePart):
    """The state of what falls due by the clock."""

    def due_work(self, now: datetime) -> DueWork:
        """Return what there may be to do."""
        with self._db.reading() as connection:
            slots, leagues_, closes = connection.execute(_QUESTION, {"now": now}).one()
        return DueWork(slots, leagues_, bool(closes))
