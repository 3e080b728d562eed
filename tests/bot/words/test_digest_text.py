"""The caption of a digest: as much of every ticker as Telegram takes."""

from dataclasses import replace
from datetime import date

import pytest

from bot.words.digest import DigestWriter, TickerNews
from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.language import load_words
from tests.bot.markets import plain_forecast, walk


@pytest.fixture(scope="module")
def forecast():
    return plain_forecast(walk(count=300), -1)


def news(forecast, ticker="AAA", **changes):
    values = {"move": 0.012, "fall": "in-80", "width_change": 0.12, **changes}
    return TickerNews(1, replace(forecast, ticker=ticker), **values)


@pytest.mark.parametrize("count", [*range(1, 13), 20, 35, 50])
def test_any_list_fits_one_caption(forecast, count):
    """At most 1024 UTF-16 units, the disclaimer always in it, the first tickers always named."""
    items = [news(forecast, f"LONGNAME{n}.DE") for n in range(count)]
    text = DigestWriter(load_words()).text(items, ("MISSING.L",)).without_markup()
    assert utf16_units(text) <= MOST_UNITS
    assert "Not investment advice" in text
    assert "LONGNAME0.DE" in text
    assert f"LONGNAME{count - 1}.DE" in text or "more, on the picture" in text


@pytest.mark.parametrize(
    ("fall", "words"),
    [
        ("in-50", "inside the 50 % range"),
        ("in-80", "inside the 80 % range"),
        ("above-80", "🔺AAA"),
        ("below-95", "below the 95 % range"),
        (None, "AAA"),
    ],
)
def test_it_says_where_the_close_fell(forecast, fall, words):
    """In words, with a mark for what left its range, and nothing where nothing was forecast."""
    text = DigestWriter(load_words()).text([news(forecast, fall=fall)], ())
    assert words in text.without_markup()
    assert ("left its 80 % range" in text) == (fall in ("above-80", "below-95"))


@pytest.mark.parametrize(
    ("change", "words"),
    [(0.2, "20\u202f% wider"), (-0.3, "30\u202f% narrower"), (0.01, "as wide as before")],
)
def test_it_says_what_changed(forecast, change, words):
    """Wider or narrower than the range shown before, by how much."""
    text = DigestWriter(load_words()).text([news(forecast, width_change=change)], ())
    assert words in text


def test_what_a_ticker_is_called_cannot_break_the_markup(forecast):
    """Names come from outside."""
    text = DigestWriter(load_words()).text([news(forecast, "A<B>&C")], ("<i>",))
    assert "A&lt;B&gt;&amp;C" in text
    assert "&lt;i&gt;" in text


def test_the_note_on_a_closed_day_names_the_last_session():
    """Tickers and date."""
    text = DigestWriter(load_words()).closed(("TSLA", "AAPL"), date(2021, 12, 23))
    assert text == "No new session for TSLA and AAPL: closed since Thu, Dec 23, 2021."
