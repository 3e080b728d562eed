"""Questions that were answered with a chance: kept, decided by the close, counted."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, insert, select, update

from storage.current_results import current_results
from storage.records.chats import Place
from storage.records.questions import ChanceRecord, KeptQuestion, NewQuestion
from storage.store_part import StorePart
from storage.tables.questions import questions

_SAME_NAME = tuple(f.name for f in fields(NewQuestion) if f.name != "place")
_SAME = ("forecast_id", "horizon", "relation", "low", "high")
"""What makes two questions one, whoever asked and wherever."""


class QuestionStore(StorePart):
    """Answered questions; each is decided once, when its forecast's result is there."""

    def add_question(self, asked: NewQuestion, now: datetime) -> int:
        """Keep a question and return its number; of the same one asked here before, that one's.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        values = {name: getattr(asked, name) for name in _SAME_NAME}
        place = {"chat_id": asked.place.chat_id, "topic_id": asked.place.topic_id}
        same = [questions.c[name] == value for name, value in place.items()]
        same += [questions.c[name] == values[name] for name in _SAME]
        row = values | place | {"asked_at": now, "status": "open"}
        with self._db.writing() as connection:
            self._db.queue_up(connection, asked.place.chat_id)
            known = connection.execute(select(questions.c.id).where(*same)).scalar()
            if known is not None:
                return int(known)
            statement = insert(questions).values(row).returning(questions.c.id)
            return int(connection.execute(statement).scalar_one())

    def settle_questions(self, now: datetime) -> int:
        """Decide the questions whose forecast has a result by now; return how many.

        A result that was set right decides anew: what came is what the ledger says.
        """
        results = current_results()
        same = and_(
            results.c.forecast_id == questions.c.forecast_id,
            results.c.horizon == questions.c.horizon,
        )
        changed = (questions.c.status != results.c.status) | (
            questions.c.close.is_distinct_from(results.c.close)
        )
        query = select(
            questions, results.c.status.label("now_status"), results.c.close.label("now_close")
        )
        with self._db.writing() as connection:
            due = connection.execute(query.join_from(questions, results, same).where(changed))
            return sum(_settle(connection, row, now) for row in due.mappings().all())

    def questions_in(self, place: Place, limit: int = 1000) -> tuple[KeptQuestion, ...]:
        """Return a place's questions, newest first."""
        here = [questions.c.chat_id == place.chat_id, questions.c.topic_id == place.topic_id]
        query = select(questions).where(*here).order_by(questions.c.id.desc()).limit(limit)
        with self._db.reading() as connection:
            return tuple(map(_kept, connection.execute(query).mappings()))

    def chance_record(self, least: float, below: float) -> ChanceRecord:
        """Return what came of questions with a chance from `least` to less than `below`.

        The same question counts once, however many people asked it.
        """
        chosen = [
            questions.c.status == "resolved",
            questions.c.chance >= least,
            questions.c.chance < below,
        ]
        columns = [questions.c[name] for name in _SAME]
        query = select(*columns, questions.c.chance, questions.c.came).where(*chosen).distinct()
        with self._db.reading() as connection:
            rows = connection.execute(query).mappings().all()
        count = len(rows)
        said = sum(row["chance"] for row in rows) / count if count else 0.0
        came = sum(bool(row["came"]) for row in rows) / count if count else 0.0
        return ChanceRecord(count, said, came)


def _settle(connection: Connection, row: RowMapping, now: datetime) -> int:
    close = row["now_close"]
    came = None if close is None else _kept(row).question.is_true_of(close)
    values: dict[str, Any] = {
        "status": row["now_status"],
        "close": close,
        "came": came,
        "resolved_at": now,
    }
    connection.execute(update(questions).where(questions.c.id == row["id"]).values(values))
    return 1


def _kept(row: RowMapping) -> KeptQuestion:
    place = Place(row["chat_id"], row["topic_id"])
    asked = NewQuestion(place=place, **{name: row[name] for name in _SAME_NAME})
    return KeptQuestion(row["id"], asked, row["asked_at"], row["status"], row["close"], row["came"])
