"""Exports are complete and read back; what people send as a file is not trusted."""

import csv
import io
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.exports import MOST_IMPORT_BYTES, as_csv, as_json, read_tickers
from bot.answers.watchlist import MOST_IN_PLACE
from bot.errors import ImportRefusedError, LimitReachedError
from forecasting.values import Forecast
from storage.records.chats import (
    Alert,
    NewAlert,
    Place,
    PlaceSettings,
    ShownForecast,
    Subscription,
)
from storage.records.exports import PlaceExport
from storage.records.questions import KeptQuestion, NewQuestion
from tests.bot.markets import plain_forecast, walk

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PLACE = Place(-100500, 7)
PERSON = 700_123_456


def export(tickers=("TSLA", "^GSPC", "BRK-B"), forecasts=2):
    bars = walk("AAA")
    shown = tuple(
        ShownForecast(i + 1, i + 10, NOW - timedelta(days=i), 5, plain_forecast(bars, 300))
        for i in range(forecasts)
    )
    wish = NewAlert(PLACE, PERSON, "AAA", "band", forecast_id=1)
    return PlaceExport(
        PLACE,
        PlaceSettings(zone="Europe/Berlin"),
        tuple(Subscription(PLACE, ticker, PERSON, NOW) for ticker in tickers),
        (Alert(3, wish, "open", NOW, None),),
        ("AAA",),
        shown,
        (
            KeptQuestion(
                5,
                NewQuestion(PLACE, PERSON, 1, 3, date(2026, 3, 6), "above", 110.0, 0.0, 0.12),
                NOW,
                "resolved",
                111.0,
                came=True,
            ),
        ),
    )


def test_both_files_restore_the_list():
    """In the order it was made."""
    assert read_tickers(as_json(export(), NOW)) == ("TSLA", "^GSPC", "BRK-B")
    assert read_tickers(as_csv(export())) == ("TSLA", "^GSPC", "BRK-B")


def test_json_holds_each_forecast_exactly():
    """Whoever wants to score the bot needs every quantile."""
    kept = export()
    data = json.loads(as_json(kept, NOW))
    again = Forecast.from_json(data["forecasts"][0]["forecast"])
    assert again.canonical() == kept.forecasts[0].forecast.canonical()
    assert data["forecasts"][0]["sessions"] == 5
    assert data["alerts"][0]["forecast_id"] == 1
    assert data["questions"] == [
        {
            "forecast_id": 1,
            "horizon": 3,
            "target": "2026-03-06",
            "relation": "above",
            "low": 110.0,
            "high": 0.0,
            "chance": 0.12,
            "asked_at": NOW.isoformat(),
            "status": "resolved",
            "close": 111.0,
            "came": True,
        }
    ]


def test_no_person_is_named_in_a_file():
    """A group's file goes to whoever asks in the group."""
    assert str(PERSON) not in (as_json(export(), NOW) + as_csv(export())).decode()


def test_csv_can_always_be_imported():
    """A full list and a thousand forecasts stay below what an import takes."""
    full = export(tuple(f"A{i}.DE" for i in range(MOST_IN_PLACE)), forecasts=1000)
    content = as_csv(full)
    assert len(content) < MOST_IMPORT_BYTES
    assert len(read_tickers(content)) == MOST_IN_PLACE
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert len(rows) == MOST_IN_PLACE + 1000


def test_lists_of_other_programs_are_read():
    """Any CSV with a column of tickers, with a byte order mark or without."""
    assert read_tickers("\ufeffSymbol,Name\naapl,Apple\n$tsla,Tesla\naapl,again\n".encode()) == (
        "AAPL",
        "TSLA",
    )


@pytest.mark.parametrize(
    "content",
    [
        "Name;Symbol\nFord;F\nCafé;coca cola\n".encode("cp1252"),
        "Symbol\tName\nF\tFord\nKO\tCafé\n".encode("utf-16"),
    ],
)
def test_what_spreadsheets_save_is_read(content):
    """Columns parted by semicolons or tabs, in the letters of Windows; a company by its name."""
    assert read_tickers(content) == ("F", "KO")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * (MOST_IMPORT_BYTES + 1), "too-large"),
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b'{"format":"tickercast-export","version":99,"subscriptions":[]}', "unreadable"),
        (
            b'{"format":"tickercast-export","version":1,"subscriptions":[{"ticker":5}]}',
            "unreadable",
        ),
        (b'{"format":"tickercast-export","version":1,"subscriptions":[]}', "empty"),
        (b'{"a":' * 40_000, "unreadable"),
        (b"ticker\n=cmd|' /C calc'!A0\n", "unreadable"),
        (b'ticker\n"TSLA\n', "unreadable"),
        (b"ticker\n", "empty"),
    ],
)
def test_damaged_files_are_refused(content, reason):
    """With the sentence that fits."""
    with pytest.raises(ImportRefusedError) as caught:
        read_tickers(content)
    assert caught.value.reason == reason


def test_more_than_a_list_holds_is_refused():
    """Nothing is cut off in silence."""
    with pytest.raises(LimitReachedError):
        read_tickers(as_csv(export(tuple(f"A{i}" for i in range(MOST_IN_PLACE + 1)))))


@settings(deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_survived(content):
    """A file is a stranger's: it becomes tickers or a foreseen refusal."""
    with suppress(ImportRefusedError, LimitReachedError):
        assert read_tickers(content)
