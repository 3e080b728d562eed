"""The caption of a digest: the news first, and as much of the rest as Telegram takes."""

from dataclasses import replace
from datetime import date

import pytest

from bot.words.digest import DigestWriter
from bot.words.fitting import MOST_UNITS, utf16_units
from bot.words.language import load_words
from bot.words.ticker_news import Ahead, Came, TickerNews
from tests.bot.markets import plain_forecast, walk

DISCLAIMER = "Not investment advice"


@pytest.fixture(scope="module")
def forecast():
    return plain_forecast(walk(count=300), -1)


def news(forecast, ticker="AAA", side="inside", **changes):
    came = Came(side, 50.0, 52.5) if side else None
    values = {"move": 0.013, "came": came, "width_change": 0.0, **changes}
    return TickerNews(1, replace(forecast, ticker=ticker), **values)


def told(items, missing=(), remarks=()):
    lines = DigestWriter(load_words()).text(items, missing, remarks).without_markup().split("\n")
    assert DISCLAIMER in lines[-1]
    return [line.replace("\u202f", " ") for line in lines[:-1]]


@pytest.mark.parametrize("side", ["above", "below", "inside", None])
@pytest.mark.parametrize("count", [*range(1, 13), 20, 35, 50])
def test_any_list_fits_one_caption(forecast, count, side):
    """At most 1024 UTF-16 units, the disclaimer always in it, the first ticker always named."""
    items = [
        news(
            forecast,
            f"LONGNAME{n}.DE",
            side,
            width_change=0.5,
            ahead=Ahead(date(2022, 1, 3), n > 1),
        )
        for n in range(count)
    ]
    writer = DigestWriter(load_words())
    missing = tuple(f"MISSING{n}.L" for n in range(50))
    text = writer.text(items, missing, writer.remarks(late=True, missed=True)).without_markup()
    assert utf16_units(text) <= MOST_UNITS
    assert DISCLAIMER in text
    assert "LONGNAME0.DE" in text
    assert f"LONGNAME{count - 1}.DE" in text or " more" in text


@pytest.mark.parametrize("side", ["above", "below"])
def test_it_begins_with_what_surprised(forecast, side):
    """Move, close and the range that was given, before anything else."""
    items = [news(forecast, "GOOG", side), news(forecast, "KO", move=-0.002)]
    first, *rest = told(items)
    assert first.startswith(f"GOOG surprised: +1.3 %, {side} the range I gave. It closed at $")
    assert first.endswith("; I had said $50.00 to $52.50.")
    assert rest == [f"Inside on Thu, Mar 12, 2020: KO \u22120.2 % (${forecast.close:.2f})"]


@pytest.mark.parametrize(
    ("tickers", "words"),
    [
        (("KO",), "KO +1.3 % (PRICE) stayed inside the range I gave."),
        (("KO", "PG"), "KO +1.3 % (PRICE) and PG +1.3 % (PRICE) stayed inside the ranges I gave."),
    ],
)
def test_a_day_without_a_surprise_is_one_line(forecast, tickers, words):
    """By number, with the day."""
    items = [news(forecast, ticker) for ticker in tickers]
    said = words.replace("PRICE", f"${forecast.close:.2f}")
    assert told(items) == [f"No surprise on Thu, Mar 12, 2020: {said}"]


def test_a_day_of_surprises_alone_names_the_day(forecast):
    """Nothing stayed inside whose line would."""
    assert told([news(forecast, side="below")])[1] == "So it was at the close of Thu, Mar 12, 2020."


def test_a_first_digest_promises_a_verdict(forecast):
    """Where nothing was given before, nothing can have surprised."""
    (line,) = told([news(forecast, side=None)])
    assert line.startswith("First forecast, from the close of Thu, Mar 12, 2020: AAA $")
    assert line.endswith("In the next digest I say whether it stayed inside its range.")


def test_what_is_ahead_comes_last_and_nearest_first(forecast):
    """A day that is only guessed from earlier years is said to be about."""
    items = [
        news(forecast, "AAA", ahead=Ahead(date(2021, 12, 20), sure=False)),
        news(forecast, "BBB", ahead=Ahead(date(2021, 12, 16), sure=True)),
    ]
    assert told(items)[1:] == ["Results ahead: BBB on Dec 16 and AAA about Dec 20"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.3, "Wilder than at the last digest: AAA (range +30.0 %)"),
        (-0.4, "Calmer than at the last digest: AAA (range \u221240.0 %)"),
        (0.2, None),
    ],
)
def test_a_range_that_changed_much_is_told(forecast, change, words):
    """A quarter wider or narrower; less is no news."""
    assert told([news(forecast, width_change=change)])[1:] == ([words] if words else [])


def test_missing_tickers_and_remarks_follow_the_news(forecast):
    """What went wrong is said under what was asked for."""
    writer = DigestWriter(load_words())
    lines = told([news(forecast)], ("OLD",), writer.remarks(late=True, missed=False))
    assert lines[1] == "No new price yet: OLD"
    assert lines[2].startswith("⏳ This digest is late")


def test_what_a_ticker_is_called_cannot_break_the_markup(forecast):
    """Names come from outside."""
    text = DigestWriter(load_words()).text([news(forecast, "A<B>&C", "above")], ("<i>",))
    assert "A&lt;B&gt;&amp;C" in text
    assert "&lt;i&gt;" in text


def test_the_note_on_a_closed_day_names_the_last_session():
    """Tickers and date."""
    text = DigestWriter(load_words()).closed(("TSLA", "AAPL"), date(2021, 12, 23))
    assert text == "No new session for TSLA and AAPL: closed since Thu, Dec 23, 2021."
