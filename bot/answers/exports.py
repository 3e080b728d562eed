"""A place's data as files, and lists of tickers read back from them.

The JSON file holds everything kept of the place, forecasts with all quantiles. The CSV file is for
spreadsheets and stays below what an import takes, however long the place was served.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime, time
from io import StringIO
from typing import Any

from bot.answers.watchlist import MOST_IN_PLACE
from bot.errors import ImportRefusedError, LimitReachedError
from forecasting.errors import ForecastingError, InvalidTickerError
from forecasting.model.training_years import learned_from
from forecasting.names.reading import read_subjects
from forecasting.values import parse_ticker
from storage.records.chats import Alert, ShownForecast
from storage.records.exports import PlaceExport
from storage.records.league import LeagueRound
from storage.records.questions import KeptQuestion

FORMAT = "tickercast-export"
FORMAT_VERSION = 1
MOST_IMPORT_BYTES = 256 * 1024
_HORIZONS = (5, 20)
_LEVELS = (0.1, 0.5, 0.9)
_COLUMNS = (
    "record",
    "ticker",
    "added_at",
    "forecast_id",
    "sent_at",
    "as_of",
    "close",
    "currency",
    "model",
    "in_training",
    *(
        f"{name}_{horizon}"
        for horizon in _HORIZONS
        for name in ("target", *(f"q{level:.0%}".rstrip("%") for level in _LEVELS))
    ),
)


def as_json(export: PlaceExport, now: datetime) -> bytes:
    """Return everything kept of a place; of other people only what they put on its list.

    Args:
        export: From storage.
        now: Aware; written into the file.
    """
    data = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "exported_at": now,
        "chat_id": export.place.chat_id,
        "topic_id": export.place.topic_id,
        "settings": asdict(export.settings),
        "subscriptions": [
            {"ticker": entry.ticker, "added_at": entry.added_at} for entry in export.subscriptions
        ],
        "alerts": [_alert(alert) for alert in export.alerts],
        "league": [_round(asked) for asked in export.rounds],
        "recent_tickers": export.recent,
        "forecasts": [_forecast(shown) for shown in export.forecasts],
        "questions": [_question(kept) for kept in export.questions],
    }
    return json.dumps(data, default=_plain, ensure_ascii=False, indent=1).encode()


def as_csv(export: PlaceExport) -> bytes:
    """Return subscriptions, then forecasts with their 80 % ranges, one row each."""
    text = StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for entry in export.subscriptions:
        writer.writerow(
            {
                "record": "subscription",
                "ticker": entry.ticker,
                "added_at": entry.added_at.isoformat(timespec="seconds"),
            }
        )
    writer.writerows(_row(shown) for shown in export.forecasts)
    return text.getvalue().encode()


def read_tickers(content: bytes) -> tuple[str, ...]:
    """Return the subscriptions in a file of `as_json` or `as_csv`, or in any CSV with tickers.

    Args:
        content: At most `MOST_IMPORT_BYTES` long.

    Returns:
        Tickers, each once, at most as many as a list holds.

    Raises:
        ImportRefusedError: It is too large, of another form, or names no ticker.
        LimitReachedError: There are more than a list holds.
    """
    if len(content) > MOST_IMPORT_BYTES:
        raise ImportRefusedError("too-large")
    try:
        text = _decoded(content)
        named = _from_json(text) if text.lstrip().startswith("{") else _from_csv(text)
        tickers = tuple(dict.fromkeys(ticker for name in named for ticker in _tickers_of(name)))
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error, ForecastingError) as err:
        raise ImportRefusedError("unreadable") from err
    if not tickers:
        raise ImportRefusedError("empty")
    if len(tickers) > MOST_IN_PLACE:
        raise LimitReachedError("place", MOST_IN_PLACE)
    return tickers


def _tickers_of(name: str) -> tuple[str, ...]:
    try:
        return (parse_ticker(name),)
    except InvalidTickerError:
        return tuple(subject.ticker for subject in read_subjects(name.split()))


def _decoded(content: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8, UTF-16 or that of old Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _from_json(text: str) -> Iterator[str]:
    data = json.loads(text)
    if data["format"] != FORMAT or data["version"] > FORMAT_VERSION:
        raise ValueError("another format")
    for entry in data["subscriptions"]:
        ticker = entry["ticker"]
        if not isinstance(ticker, str):
            raise TypeError("a ticker is not a text")
        yield ticker


def _from_csv(text: str) -> Iterable[str]:
    heading = text.partition("\n")[0]
    # Where numbers have a decimal comma, spreadsheets part their columns by semicolons.
    delimiter = max(",;\t", key=heading.count)
    rows = csv.DictReader(StringIO(text), strict=True, delimiter=delimiter)
    names = [name for name in rows.fieldnames or () if name.strip().lower() in ("ticker", "symbol")]
    if not names:
        raise ValueError("no column of tickers")
    return [
        row[names[0]].strip()
        for row in rows
        if row.get("record", "subscription") == "subscription" and (row[names[0]] or "").strip()
    ]


def _alert(alert: Alert) -> dict[str, Any]:
    wish = asdict(alert.wish)
    # Whose it is concerns that person, not the group.
    return {key: wish[key] for key in wish if key not in ("place", "user_id")} | {
        "created_at": alert.created_at
    }


def _round(asked: LeagueRound) -> dict[str, Any]:
    """Return a question of the league; who called what concerns those people only."""
    told = ("ticker", "forecast_id", "target", "season", "closes_at", "edges")
    became = ("id", "asked_at", "state", "counts", "close", "fifth", "reason")
    question = {name: getattr(asked.asked, name) for name in told}
    return question | {name: getattr(asked, name) for name in became}


def _question(kept: KeptQuestion) -> dict[str, Any]:
    asked = asdict(kept.question)
    # Who asked concerns that person, not the group.
    return {key: asked[key] for key in asked if key not in ("place", "user_id")} | {
        "asked_at": kept.asked_at,
        "status": kept.status,
        "close": kept.close,
        "came": kept.came,
    }


def _forecast(shown: ShownForecast) -> dict[str, Any]:
    return {
        "id": shown.id,
        "message_id": shown.message_id,
        "sent_at": shown.sent_at,
        "sessions": shown.sessions,
        "in_training": _learned(shown),
        "forecast": shown.forecast.to_json(),
    }


def _row(shown: ShownForecast) -> dict[str, Any]:
    forecast = shown.forecast
    row: dict[str, Any] = {
        "record": "forecast",
        "ticker": forecast.ticker,
        "forecast_id": shown.id,
        "sent_at": shown.sent_at.isoformat(timespec="seconds"),
        "as_of": forecast.as_of.isoformat(),
        "close": f"{forecast.close:.6g}",
        "currency": forecast.currency,
        "model": forecast.model_version,
        "in_training": "yes" if _learned(shown) else "no",
    }
    for horizon in _HORIZONS:
        row[f"target_{horizon}"] = forecast.targets[horizon - 1].isoformat()
        for level in _LEVELS:
            name = f"q{level:.0%}".rstrip("%") + f"_{horizon}"
            row[name] = f"{forecast.at(horizon, level):.6g}"
    return row


def _learned(shown: ShownForecast) -> bool:
    """Return whether the model was trained on the forecast's day: then it proves nothing."""
    return learned_from(shown.forecast.model_version, shown.forecast.as_of)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)
