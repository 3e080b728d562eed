"""The caption: every promised number, in words a stranger understands, within Telegram's limit."""

from datetime import date, timedelta

import numpy as np
import pytest

from bot.words.forecast import caption, utf16_units
from bot.words.language import load_words
from bot.words.verdict import verdict_line
from forecasting.model.artifact import Verdict
from forecasting.values import LEVELS, Forecast

WORDS = load_words()


def forecast(close=1056.78, ticker="TSLA", currency="USD", width=0.02, **changes):
    as_of = date(2021, 12, 31)
    steps = np.arange(1, 21)
    spread = np.linspace(-2, 2, len(LEVELS))
    values = {
        "ticker": ticker,
        "as_of": as_of,
        "close": close,
        "targets": tuple(as_of + timedelta(days=int(d)) for d in steps),
        "quantiles": close * np.exp(np.outer(width * np.sqrt(steps), spread)),
        "currency": currency,
        "source": "files",
        "model_version": "v1",
        "data_digest": "0" * 16,
        "usual_width": np.full(20, 0.1),
    }
    return Forecast(**{**values, **changes})


def text(item, sessions=20, old=0, verdict=None):
    return caption(WORDS, item, 12, sessions, sessions_old=old, verdict=verdict)


def test_holds_every_promised_fact():
    """Close, date, medians, ranges in price and per cent, chance, width, id, source, disclaimer."""
    words = text(forecast()).without_markup()
    for part in (
        "TSLA: $1,056.78 at the close of Fri, Dec 31, 2021",
        "5 sessions (Jan 5): median $1,056.78",
        "20 sessions (Jan 20): median",
        "80 % range",
        # By hand: the levels lie 0.02 sqrt(h) / 3 apart in log price, log 1.1 is 0.0953.
        "Chance of a move beyond ±10\u202f%: 3\u202f% in 5, 33\u202f% in 20 sessions",
        "times its usual range",
        "Forecast #F12 · prices: files · model v1",
        "Not investment advice",
    ):
        assert part in words


def test_old_prices_are_said_to_be_old():
    """Nobody takes a price of 2021 for today's."""
    assert "3 sessions old" in text(forecast(), old=3)
    assert "1 session old" in text(forecast(), old=1)
    assert "old" not in text(forecast())


def test_rates_of_exchange_show_what_moves():
    """A range of one per cent is not $1.13 to $1.13."""
    rate = forecast(close=1.1312, ticker="EURUSD=X", width=0.001)
    words = text(rate).without_markup()
    assert "$1.1312 at the close" in words
    assert f"80 % range ${rate.at(5, 0.1):.4f} to ${rate.at(5, 0.9):.4f}" in words


@pytest.mark.parametrize("sessions", [1, 5])
def test_short_horizons_are_not_said_twice(sessions):
    """Five sessions asked for: one line on five sessions."""
    words = text(forecast(), sessions=sessions).without_markup()
    assert words.count("median") == 1
    assert "session" in words


def test_foreign_text_cannot_break_the_markup():
    """A source's note is shown, not interpreted."""
    words = text(forecast(note="<b>A&B</b>"))
    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in words


def test_the_longest_caption_fits_and_keeps_the_disclaimer():
    """What is left out when there is no room is never the warning."""
    wide = forecast(
        close=0.0000012345,
        ticker="0P000071W8.TO",
        cautions=("widened", "calendar-guessed", "short-history", "no-market", "no-dates"),
        note="sample: " + "a long note on where these prices come from, " * 6,
    )
    words = text(wide, old=1234, verdict=verdict_line(WORDS, Verdict(80, 50, coin=True)))
    assert utf16_units(words) <= 1024
    assert "Not investment advice" in words


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(80, 51, coin=True), "Range: reliable, the 80 % band held 80 of 100 times."),
        (Verdict(80, 51, coin=True), "no better than a coin"),
        (Verdict(70, 51, coin=True), "take care"),
        (Verdict(80, 56, coin=False), "right 56 of 100"),
        (Verdict(90, 56, coin=False), "take care"),
    ],
)
def test_verdict_is_worded_for_laymen(verdict, expected):
    """Reliable only within three points of the promise; a coin is called a coin."""
    assert expected in (verdict_line(WORDS, verdict) or "")


def test_without_measurement_no_verdict():
    """Nothing is claimed that was not measured."""
    assert verdict_line(WORDS, None) is None


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (1056.784, "USD", "$1,056.78"),
        (0.00341, "USD", "$0.003410"),
        (512345.6, "USD", "$512,346"),
        (7234.5, "JPY", "¥7,234"),
        (97.5, "INR", "₹97.50"),
        (1.5, "", "1.50"),
    ],
)
def test_prices_have_the_digits_they_need(value, currency, expected):
    """Pennies and six figures are both readable."""
    assert WORDS.price(value, currency) == expected
