"""The track record: results counted, and results to reply with."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, exists, false, func, select, true

from storage.chats import settings_join
from storage.current_results import current_results, resolution_of
from storage.messages import message_of
from storage.records.chats import CameTrue
from storage.records.ledger import Resolution, TrackTotals
from storage.resolutions import chosen
from storage.store_part import StorePart
from storage.tables import chats, ledger

_ERRORS = ("abs_error", "naive_abs_error", "loss", "naive_loss")


class TrackStore(StorePart):
    """Results counted and summed up, and those that a message can be answered with."""

    def track_totals(self, ticker: str | None = None) -> tuple[TrackTotals, ...]:
        """Return counts and sums by rising horizon, of a ticker or all."""
        current = current_results()
        results = current.c
        query = (
            select(
                results.horizon,
                _count(results.status == "resolved"),
                _count(results.status == "void"),
                *(_count(results[band].is_(true())) for band in ("in_50", "in_80", "in_95")),
                *(func.coalesce(func.sum(results[name]), 0.0) for name in _ERRORS),
            )
            .where(*chosen(current, ticker, None))
            .group_by(results.horizon)
            .order_by(results.horizon)
        )
        with self._db.reading() as connection:
            return tuple(TrackTotals(*row) for row in connection.execute(query))

    def held_by_slice(
        self, names: Sequence[str], ticker: str | None, horizon: int
    ) -> dict[str, tuple[int, int]]:
        """Return how many results each slice of days has at a horizon, and how many were in_80.

        Args:
            names: Slices that forecasts may carry; those without results are left out.
            ticker: None for all tickers.
            horizon: Sessions ahead.
        """
        current = current_results()
        issued, results = ledger.forecasts.c, current.c
        # The ledger's text is canonical, so that a slice can stand in it in one way only.
        name = case(*((issued.body.contains(f'"slice":"{one}"'), one) for one in names))
        query = (
            select(name, func.count(), _count(results.in_80.is_(true())))
            .join_from(current, ledger.forecasts, results.forecast_id == issued.id)
            .where(*chosen(current, ticker, horizon), results.status == "resolved")
            .group_by(name)
        )
        with self._db.reading() as connection:
            rows = connection.execute(query)
            return {label: (count, held) for label, count, held in rows if label is not None}

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


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
