"""The track record: results counted, and results to reply with."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, false, func, literal, select, true

from storage.chats import settings_join
from storage.current_results import current_results, resolution_of
from storage.messages import message_of
from storage.records.chats import CameTrue
from storage.records.ledger import Resolution
from storage.resolutions import chosen
from storage.store_part import StorePart
from storage.tables import chats, ledger


class TrackStore(StorePart):
    """Results counted and summed up, and those that a message can be answered with."""

    def models_since(self, ticker: str | None = None) -> dict[str, date]:
        """Return the models that made forecasts, of a ticker or all, and the day of their first."""
        query = _each_model() if ticker is None else _models_of(ticker)
        with self._db.reading() as connection:
            return {row.name: row.first for row in connection.execute(query)}

    def count_results_of(
        self, version: str, until: date, ticker: str | None, horizons: Sequence[int]
    ) -> int:
        """Return how many results a model's forecasts made up to a day have at some horizons."""
        current, issued = current_results(), ledger.forecasts.c
        results = current.c
        query = (
            select(func.count())
            .join_from(ledger.forecasts, current, results.forecast_id == issued.id)
            .where(issued.model_version == version, issued.as_of <= until)
            .where(results.horizon.in_(horizons), results.status == "resolved")
            .where(*chosen(current, ticker, None))
        )
        with self._db.reading() as connection:
            archived = connection.execute(_archived(version, until, ticker, horizons)).scalar()
            return int(connection.execute(query).scalar_one() + (archived or 0))

    def results_between(
        self, ticker: str, horizon: int, first: date, last: date
    ) -> tuple[Resolution, ...]:
        """Return a ticker's resolved results at a horizon with targets in some days, by target."""
        results = current_results()
        query = (
            select(results)
            .where(*chosen(results, ticker, horizon), results.c.status == "resolved")
            .where(results.c.target >= first, results.c.target <= last)
            .order_by(results.c.target, results.c.forecast_id)
        )
        with self._db.reading() as connection:
            return tuple(map(resolution_of, connection.execute(query).mappings()))

    def is_pending(self, ticker: str, horizon: int, first: date, last: date) -> bool:
        """Return whether a promise of some days has not been compared with its close yet."""
        due = ledger.pending_resolutions.c
        query = select(
            exists()
            .where(due.ticker == ticker, due.horizon == horizon)
            .where(due.target >= first, due.target <= last)
        )
        with self._db.reading() as connection:
            return bool(connection.execute(query).scalar())

    def came_true(self, horizons: Sequence[int], since: datetime) -> tuple[CameTrue, ...]:
        """Return forecast messages whose forecast was resolved at a horizon since an instant.

        Only live, unpaused places that want replies. Enqueue each under (message, horizon): what
        a crash cut off is found again, and nothing is sent twice.
        """
        messages, results = chats.forecast_messages, current_results()
        joined = (
            results.join(messages, messages.c.forecast_id == results.c.forecast_id)
            .outerjoin(chats.chats, chats.chats.c.chat_id == messages.c.chat_id)
            .outerjoin(chats.places, settings_join(messages))
        )
        query = (
            select(results, messages.c.chat_id, messages.c.message_id, messages.c.topic_id)
            .add_columns(messages.c.user_id, messages.c.sent_at, messages.c.sessions)
            .select_from(joined)
            .where(results.c.horizon.in_(horizons), results.c.resolved_at >= since)
            .where(results.c.status == "resolved", chats.chats.c.dead.is_(None))
            .where(func.coalesce(chats.places.c.replies, true()) == true())
            .where(func.coalesce(chats.places.c.paused, false()) == false())
            .order_by(results.c.forecast_id, results.c.horizon, messages.c.message_id)
        )
        with self._db.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(CameTrue(message_of(row), resolution_of(row)) for row in rows)


def _archived(
    version: str, until: date, ticker: str | None, horizons: Sequence[int]
) -> Select[Any]:
    """Return the query for how many archived results there are of a model up to a day."""
    issued, archived = ledger.forecasts.c, ledger.archive.c
    resolved = (archived.resolved.op("/")(1 << h - 1).op("%")(2) for h in horizons)
    query = (
        select(func.sum(sum(resolved, literal(0))))
        .join_from(ledger.forecasts, ledger.archive, archived.forecast_id == issued.id)
        .where(issued.model_version == version, issued.as_of <= until)
    )
    return query if ticker is None else query.where(issued.ticker == ticker)


def _models_of(ticker: str) -> Select[tuple[str, date]]:
    issued = ledger.forecasts.c
    query = select(issued.model_version.label("name"), func.min(issued.as_of).label("first")).where(
        issued.ticker == ticker
    )
    return query.group_by(issued.model_version)


def _each_model() -> Select[tuple[str, date]]:
    """Return the query for all models and their first days: from one to the next by the index."""
    issued = ledger.forecasts.c
    version = issued.model_version
    known = select(func.min(version).label("name")).cte("known", recursive=True)
    after = select(func.min(version)).where(version > known.c.name).scalar_subquery()
    known = known.union_all(select(after).where(known.c.name.is_not(None)))
    first = select(func.min(issued.as_of)).where(version == known.c.name).scalar_subquery()
    return select(known.c.name, first.label("first")).where(known.c.name.is_not(None))
