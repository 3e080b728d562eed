"""A database as years and a crowd leave it: chats, lists, forecasts, results, totals, messages.

Made by the database itself wherever it can, so that a million forecasts take a minute or two. Each
forecast is a whole one, as long as they are made today, and hashed. Results are rows as long as a
release keeps them so (120 days, of which the newest 20 sessions wait); of older ones there are the
totals, and the texts are left whole, which is the dearer case for whoever walks the chain.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, text

from bot.answers.local_time import due_day, instant_of
from forecasting.significant import significant
from forecasting.values import HORIZONS
from storage.columns import Instant
from storage.database import Database
from storage.hash_chain import GENESIS, row_hash
from storage.records.chats import DigestSlot
from storage.store import Store
from storage.tables import chats
from tests.storage.samples import forecast

VERSION = "lstm-202206-f2a7f7"
AWAITED, AS_ROWS = 20, 83
"""Sessions whose results are still to come, and those that are kept as rows."""
_SLOTS = 480
_NAMED = re.compile(r":([a-z_]+)")
_ZONES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo",
    "Australia/Sydney", "Europe/Berlin", "Europe/London", "Europe/Moscow", "Pacific/Auckland",
    "Africa/Cairo", "Asia/Dubai", "UTC",
)  # fmt: skip
_COLUMNS = (
    "id", "ticker", "as_of", "model_version", "data_digest", "close", "issued_at", "body",
    "previous_hash", "row_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of each; every forecast promises 20 horizons."""

    chats: int
    forecasts: int
    tickers: int

    @property
    def sessions(self) -> int:
        """On how many sessions each ticker was forecast."""
        return self.forecasts // self.tickers


SIZES = {
    "XS": Size(400, 2_500, 50),
    "S": Size(1_000, 10_000, 100),
    "M": Size(10_000, 100_000, 500),
    "L": Size(100_000, 1_000_000, 2_000),
}


def fill(store: Store, size: Size, now: datetime) -> None:
    """Write all of it into an empty database; the newest forecasts are of the day before `now`."""
    database = store.database
    _hurry(database)
    days = weekdays(now.date() - timedelta(days=1), size.sessions)
    _load(database, forecast_rows(size, days, now))
    numbers: dict[str, Any] = {
        "chats": size.chats, "tickers": size.tickers, "forecasts": size.forecasts,
        "resolved": size.forecasts - AWAITED * size.tickers,
        "rows_from": max(0, size.forecasts - AS_ROWS * size.tickers),
        "weeks": (size.sessions - AWAITED) // 5, "week": (days[0].toordinal() - 1) // 7,
        "now": now, "long_ago": now - timedelta(days=300), "tomorrow": now.date() + timedelta(1),
    }  # fmt: skip
    with database.writing() as connection:
        slots = [{"zone": slot.zone, "digest_at": slot.digest_at} for slot in idle_slots(now)]
        connection.execute(insert(chats.digest_slots), slots)
    for statement in _STATEMENTS:
        with database.writing() as connection:
            _run(connection, statement, numbers)
    store.publish_head(days[-1], now - timedelta(days=1))
    store.note_watched()
    if not database.is_sqlite:
        with database.writing() as connection:
            connection.execute(text("ANALYZE"))


def weekdays(last: date, count: int) -> list[date]:
    """Return the newest Mondays to Fridays up to a day, the oldest first."""
    back = (last - timedelta(days=n) for n in range(count * 7 // 5 + 7))
    return sorted([day for day in back if day.weekday() < 5][:count])


def idle_slots(now: datetime) -> list[DigestSlot]:
    """Return slots that are not due for an hour, nor were for the last twelve."""
    quarters = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
    found = [
        DigestSlot(zone, at)
        for zone in _ZONES
        for at in quarters
        if timedelta(hours=12.1) < now - _last_due(now, at, ZoneInfo(zone)) < timedelta(hours=23)
    ]
    return found[:_SLOTS]


def _last_due(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    return instant_of(due_day(now, at, zone), at, zone)


def forecast_rows(size: Size, days: list[date], now: datetime) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a chain of forecasts: each session all tickers."""
    previous = GENESIS
    whole = forecast(version=VERSION)
    usual = significant(whole.quantiles[:, 0] / whole.close)
    whole = replace(
        whole, ticker="<ticker>", data_digest="<digest>", quantiles=significant(whole.quantiles),
        close=100.25, usual_width=usual, cautions=(), note="", slice="undated",
    )  # fmt: skip
    for number in range(size.forecasts):
        session, ticker = divmod(number, size.tickers)
        day = days[session]
        if ticker == 0:
            targets = tuple(day + timedelta(days=h) for h in HORIZONS)
            template = replace(whole, as_of=day, targets=targets).canonical()
            pieces = template.replace("<digest>", "<ticker>").split("<ticker>")
            issued = now.replace(year=day.year, month=day.month, day=day.day)
        name, digest = f"T{ticker:02d}", f"{number + 1:016x}"
        body = f"{pieces[0]}{digest}{pieces[1]}{name}{pieces[2]}"
        own = row_hash(previous, number + 1, issued, body)
        chained = (issued, body, previous, own)
        yield (number + 1, name, day, VERSION, digest, 100.25, *chained)
        previous = own


def _hurry(database: Database) -> None:
    """Let SQLite write without a journal until the store is closed: nobody else is there."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
                raw.execute(f"PRAGMA {pragma}").fetchall()
            raw.execute("PRAGMA cache_size=-400000")


def _load(database: Database, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write forecasts by the driver's own quickest way."""
    pooled = database.engine.raw_connection()
    driver: Any = pooled.driver_connection
    names = ", ".join(_COLUMNS)
    if database.is_sqlite:
        driver.execute("BEGIN")
        marks = ", ".join("?" * len(_COLUMNS))
        driver.executemany(f"INSERT INTO forecasts ({names}) VALUES ({marks})", map(_plain, rows))
    else:
        with driver.cursor() as cursor, cursor.copy(f"COPY forecasts ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    driver.commit()
    pooled.close()


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row with its day and its instant as this product's SQLite files hold them."""
    number, ticker, day, version, digest, close, issued, *rest = row
    instant = f"{issued:%Y-%m-%d %H:%M:%S.%f}"
    return (number, ticker, day.isoformat(), version, digest, close, instant, *rest)


def _run(connection: Connection, statement: str, numbers: dict[str, Any]) -> None:
    used = {name: numbers[name] for name in _NAMED.findall(statement)}
    instants = [bindparam(n, type_=Instant) for n in used if isinstance(used[n], datetime)]
    connection.execute(text(statement).bindparams(*instants), used)


def _counting(name: str, upto: str) -> str:
    return f"{name} AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM {name} WHERE i < {upto})"


_CHATS = f"WITH RECURSIVE {_counting('n', ':chats')}"
_HORIZONS = f"WITH RECURSIVE {_counting('h', '20')}"
_NUMBER = "((13 * (n.i / 7) + 131 * k.i) % :tickers)"
_STATEMENTS = (
    # One in eleven is gone.
    f"""WITH RECURSIVE {_counting("n", ":chats * 11 / 10")}
    INSERT INTO chats (chat_id, dead, language, dead_since)
    SELECT i, CASE WHEN i > :chats THEN 'blocked' END, 'en', :long_ago FROM n""",
    f"""{_CHATS}, s AS (SELECT zone, digest_at,
        row_number() OVER (ORDER BY zone, digest_at) - 1 AS k FROM digest_slots)
    INSERT INTO places (chat_id, topic_id, theme, sessions, digest_at, zone, days, sound, paused,
        closed_note, replies, recap, cashtags, anyone_may_change, changed_at)
    SELECT i, 0, 'dark', 20, s.digest_at, s.zone, '0123456', 'auto', FALSE, TRUE, TRUE, TRUE,
        FALSE, FALSE, :long_ago
    FROM n JOIN s ON s.k = n.i % (SELECT count(*) FROM digest_slots)""",
    f"""{_CHATS}, {_counting("k", "5")}
    INSERT INTO subscriptions (chat_id, topic_id, ticker, added_by, added_at)
    SELECT n.i, 0, 'T' || CASE WHEN {_NUMBER} < 10 THEN '0' ELSE '' END || {_NUMBER}, n.i,
        :long_ago
    FROM n CROSS JOIN k""",
    f"""{_CHATS}, {_counting("k", "3")}
    INSERT INTO outbox (chat_id, topic_id, kind, key, due_at, payload, state, attempts, reason,
        created_at, finished_at)
    SELECT n.i, 0, 'digest', 'day ' || k.i, :long_ago, '{"x" * 600}', 'sent', 1, '', :long_ago,
        :now
    FROM n CROSS JOIN k""",
    # A weekly league in every hundredth chat, whose question of this week is out.
    f"""{_CHATS} INSERT INTO leagues (chat_id, topic_id) SELECT i, 0 FROM n WHERE i % 100 = 0""",
    f"""{_CHATS}
    INSERT INTO outbox (chat_id, topic_id, kind, key, due_at, payload, state, attempts, reason,
        created_at, finished_at)
    SELECT i, 0, 'league-question', '2025-W45', :now, 'x', 'sent', 1, '', :now, :now
    FROM n WHERE i % 100 = 0""",
    f"""{_CHATS}
    INSERT INTO alerts (chat_id, topic_id, user_id, ticker, kind, price, direction, state,
        created_at)
    SELECT i, 0, i, 'T10', 'price', 1e9, 'above', 'open', :long_ago FROM n WHERE i % 10 = 0""",
    f"""{_CHATS}
    INSERT INTO forecast_messages (chat_id, message_id, topic_id, forecast_id, user_id, sent_at,
        sessions)
    SELECT i, 1, 0, 1 + i % :forecasts, i, :long_ago, 20 FROM n""",
    # Ninety days of digest slots, five hundred a day.
    f"""WITH RECURSIVE {_counting("n", "45000")}
    INSERT INTO job_runs (name, key, exchange, state, attempts, started_at, finished_at, detail)
    SELECT 'digest-slot', 'slot ' || i, '', 'done', 1, :now, :now, 'enqueued=1 waiting=0' FROM n""",
    # Twenty results of each forecast; four in five inside.
    f"""{_HORIZONS}
    INSERT INTO resolutions (forecast_id, horizon, ticker, target, status, close, log_return, pit,
        in_50, in_80, in_95, abs_error, naive_abs_error, loss, naive_loss, reason, resolved_at)
    SELECT f.id, h.i, f.ticker, f.as_of, 'resolved', 101.0, 0.01, 0.6, (f.id + h.i) % 2 = 0,
        (f.id + h.i) % 5 <> 0, TRUE, 0.02, 0.021, 0.01, 0.011, '', f.issued_at
    FROM forecasts f CROSS JOIN h WHERE f.id > :rows_from AND f.id <= :resolved""",
    f"""{_HORIZONS}
    INSERT INTO pending_resolutions (forecast_id, horizon, ticker, target)
    SELECT f.id, h.i, f.ticker, :tomorrow FROM forecasts f CROSS JOIN h WHERE f.id > :resolved""",
    # The totals: of each ticker, then of all, whose days fall into more slices.
    f"""{_HORIZONS}, {_counting("w", ":weeks")}, t AS (SELECT DISTINCT ticker FROM subscriptions)
    INSERT INTO tallies (ticker, horizon, week, slice, resolved, void, in_50, in_80, in_95,
        abs_error, naive_abs_error, loss, naive_loss)
    SELECT t.ticker, h.i, :week + w.i, 'undated', 5, 0, 2 + w.i % 2, 4, 5, 0.1, 0.105, 0.05, 0.055
    FROM t CROSS JOIN h CROSS JOIN w ORDER BY 1, 2, 3""",
    """WITH s(name, share) AS (VALUES ('undated', 4), ('calm', 2), ('wild', 1), ('other', 1),
        ('eve', 1), ('near', 1))
    INSERT INTO tallies (ticker, horizon, week, slice, resolved, void, in_50, in_80, in_95,
        abs_error, naive_abs_error, loss, naive_loss)
    SELECT '', horizon, week, name, share * sum(resolved) / 10, 0, share * sum(in_50) / 10,
        share * sum(in_80) / 10, share * sum(in_95) / 10, share * sum(abs_error) / 10,
        share * sum(naive_abs_error) / 10, share * sum(loss) / 10, share * sum(naive_loss) / 10
    FROM tallies CROSS JOIN s GROUP BY horizon, week, name, share""",
)
