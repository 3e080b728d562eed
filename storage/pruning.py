"""What is kept how long, and the end of what is older: a few rows in each transaction.

The one place with the periods; docs/operations/keeping.md tells them, and a test compares the two.
Rows that end are looked for without a lock, then deleted by their keys if they are still to end, so
that nobody waits for a search through a large table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
    tuple_,
)

from storage.archive import ArchiveStore
from storage.records.work import Prunable, Swept
from storage.tables import chats, league, work

FORECASTS = "forecasts"
ARCHIVED_AFTER = timedelta(days=120)
"""A forecast's days are over after 30, and corrections look back 45 more."""
_ARCHIVED_AT_ONCE = 5
_SAMPLE = 200
_ROW = 40
"""Bytes that a row takes beside its values, roughly."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows end when.

    Attributes:
        name: For operators, unique.
        kept: How long.
        table: Whose rows.
        ended: The condition of rows that have ended by an instant.
        at_once: How many are deleted in one transaction.
    """

    name: str
    kept: timedelta
    table: Table
    ended: Callable[[datetime], ColumnElement[bool]]
    at_once: int = 200


_OUT, _ALERTS, _BARS = work.outbox.c, chats.alerts.c, work.price_bars.c
_MONTH, _QUARTER, _HALF = timedelta(days=30), timedelta(days=90), timedelta(days=180)
_NIGHTS, _TWO_YEARS = timedelta(days=400), timedelta(days=730)


def _alerts(before: datetime) -> ColumnElement[bool]:
    # SQLite would give the highest number, once deleted, to the next alert.
    newest = select(func.max(_ALERTS.id)).scalar_subquery()
    return and_(_ALERTS.state != "open", _ALERTS.closed_at < before, _ALERTS.id < newest)


def _unwatched_bars(before: datetime) -> ColumnElement[bool]:
    watched = exists().where(chats.subscriptions.c.ticker == _BARS.ticker)
    return and_(_BARS.checked_at < before, ~watched)


def _lost(chat_id: ColumnElement[int]) -> Callable[[datetime], ColumnElement[bool]]:
    """Return the condition that a chat has been out of reach; a group's old id is kept."""
    known = chats.chats.c

    def ended(before: datetime) -> ColumnElement[bool]:
        gone = and_(known.dead != "migrated", known.dead_since < before)
        return chat_id.in_(select(known.chat_id).where(gone))

    return ended


def _unused_settings(before: datetime) -> ColumnElement[bool]:
    own = chats.places.c
    traces: tuple[FromClause, ...] = (
        chats.subscriptions,
        chats.alerts,
        chats.recent_tickers,
        chats.forecast_messages,
        league.leagues,
    )
    used = (exists().where(trace.c.chat_id == own.chat_id) for trace in traces)
    return and_(own.changed_at < before, *(~trace for trace in used))


def _older(name: str, kept: timedelta, column: Column[Any]) -> Rule:
    """Return the rule that rows end a time after the instant, or day, in one of their columns."""
    by_day = isinstance(column.type, Date)
    return Rule(name, kept, column.table, lambda end: column < (end.date() if by_day else end))


def _of_lost(name: str, chat_id: Column[Any]) -> Rule:
    """Return the rule that rows of chats that are out of reach end."""
    return Rule(name, _HALF, chat_id.table, _lost(chat_id))


RULES = (
    Rule(
        "messages sent or given up", _MONTH, work.outbox,
        lambda before: and_(_OUT.state.in_(["sent", "dead"]), _OUT.finished_at < before),
    ),
    _older("uploads", _MONTH, work.photos.c.saved_at),
    _older("unknown tickers", _MONTH, work.unknown_tickers.c.until),
    _older("items of jobs", _MONTH, work.job_items.c.finished_at),
    Rule("ended alerts", _MONTH, chats.alerts, _alerts),
    _older("job runs", _QUARTER, work.job_runs.c.started_at),
    Rule("prices nobody watches", _HALF, work.price_bars, _unwatched_bars, 5),
    _older("training results", _NIGHTS, work.training_results.c.night),
    _older("recent tickers", _TWO_YEARS, chats.recent_tickers.c.asked_at),
    _older("which message shows which forecast", _TWO_YEARS, chats.forecast_messages.c.sent_at),
    Rule("settings of unused chats", _TWO_YEARS, chats.places, _unused_settings),
    _of_lost("lost chats: recent tickers", chats.recent_tickers.c.chat_id),
    _of_lost("lost chats: messages", chats.forecast_messages.c.chat_id),
    _of_lost("lost chats: settings", chats.places.c.chat_id),
    _of_lost("lost chats", chats.chats.c.chat_id),
)  # fmt: skip
_SWEPT = RULES[:5]
NAMES = (FORECASTS, *(rule.name for rule in RULES))
_BY_NAME = {rule.name: rule for rule in RULES}


class PruneStore(ArchiveStore):
    """Ends what is old."""

    def prunable(self, now: datetime) -> tuple[Prunable, ...]:
        """Return what has ended by now, with its bytes, about; what has nothing is left out."""
        old = self.archivable((now - ARCHIVED_AFTER).date())
        found = [Prunable(FORECASTS, old.forecasts, old.bytes_freed)]
        with self._db.reading() as connection:
            found += [_prunable(connection, rule, now - rule.kept) for rule in RULES]
        return tuple(entry for entry in found if entry.rows)

    def prune(self, name: str, now: datetime) -> int:
        """End some of what is old under a name of `NAMES`; return how many rows, 0 for none left.

        Takes the write lock for some milliseconds: call it again for the next.
        """
        if name == FORECASTS:
            return self.archive((now - ARCHIVED_AFTER).date(), _ARCHIVED_AT_ONCE)
        rule = _BY_NAME[name]
        return self._end_some(rule, now - rule.kept)

    def sweep(self, before: datetime) -> Swept:
        """Delete what nobody needs any more: what ended before an instant, in small parts.

        Finished outbox rows, job items and photos from before it, alerts that fired or were
        cancelled before it, and unknown tickers whose time has passed by then. The newest alert
        stays, so that no number is given out twice: messages are enqueued under it.
        """
        return Swept(*(self._end_all(rule, before) for rule in _SWEPT))

    def _end_all(self, rule: Rule, before: datetime) -> int:
        ended = 0
        while some := self._end_some(rule, before):
            ended += some
        return ended

    def _end_some(self, rule: Rule, before: datetime) -> int:
        key = tuple(rule.table.primary_key.columns)
        condition = rule.ended(before)
        with self._db.reading() as connection:
            query = select(*key).where(condition).limit(rule.at_once)
            keys = [tuple(row) for row in connection.execute(query)]
        if not keys:
            return 0
        these = tuple_(*key).in_(keys) if len(key) > 1 else key[0].in_([one for (one,) in keys])
        with self._db.writing() as connection:
            return connection.execute(delete(rule.table).where(these, condition)).rowcount


def _prunable(connection: Connection, rule: Rule, before: datetime) -> Prunable:
    ended = rule.ended(before)
    count = select(func.count()).select_from(rule.table).where(ended)
    rows = connection.execute(count).scalar_one()
    sample = connection.execute(select(rule.table).where(ended).limit(_SAMPLE)).all()
    size = sum(_ROW + sum(map(_size, row)) for row in sample) / len(sample) if sample else 0
    return Prunable(rule.name, rows, int(size * rows))


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 8
