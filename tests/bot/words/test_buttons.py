"""Buttons say what they mean in 64 bytes, and strangers' data is not believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, UsageError
from bot.words.alerts import alerts_keyboard
from bot.words.buttons import (
    AskForecast,
    Button,
    DeleteAnswer,
    ShowForecast,
    forecast_keyboard,
    read_button,
    ticker_keyboard,
)
from bot.words.language import load_words
from bot.words.languages import languages
from bot.words.privacy import forget_keyboard
from forecasting.errors import ForecastingError
from storage.records.chats import Alert, NewAlert, Place

MOST_SHOWN = 50
"""Letters of a button as wide as a phone; Telegram cuts off the rest."""


@given(st.integers(1, 10**15 - 1), st.integers(1, 20), st.sampled_from(["light", "dark"]))
def test_meaning_survives_the_trip_through_telegram(forecast_id, sessions, theme):
    """What a button was made for is what its press does."""
    press = ShowForecast(forecast_id, sessions, theme)
    assert read_button(press.encode()) == press
    assert len(press.encode().encode()) <= 64


@pytest.mark.parametrize("ticker", ["TSLA", "^GSPC", "BTC-USD", "EURUSD=X", "0P000071W8.TO"])
def test_a_ticker_button_asks_for_that_ticker(ticker):
    """Signs in tickers do not break the data."""
    assert read_button(AskForecast(ticker, 5).encode()) == AskForecast(ticker, 5)


@given(st.text(max_size=64))
def test_foreign_data_is_refused_or_harmless(data):
    """Anything may arrive as button data; it is read strictly or refused."""
    try:
        press = read_button(data)
    except (BotError, ForecastingError):
        return
    assert press.encode() == data or isinstance(press, AskForecast)


@pytest.mark.parametrize("data", ["", "v0:f:1:5:l", "v1:f:1:21:l", "v1:f:1:5:x", "v1:f:-1:5:l"])
def test_old_or_forged_data_is_refused(data):
    """A press from an older version is told so."""
    with pytest.raises(UsageError):
        read_button(data)


def test_forecast_buttons_mark_the_choice_and_offer_the_other_theme():
    """Three horizons, the theme one does not have, and a way to remove the answer."""
    rows = forecast_keyboard(load_words(), 7, 10, "light")
    buttons = [button for row in rows for button in row]
    assert [b.text for b in buttons[:3]] == ["5 sessions", "• 10 sessions •", "20 sessions"]
    assert any(b.data == ShowForecast(7, 10, "dark").encode() for b in buttons)
    assert any(b.data == DeleteAnswer().encode() for b in buttons)


def test_a_chart_is_shared_where_its_ticker_is_known():
    """The card of the very same chart; without a ticker there is nothing to ask for."""
    shared = [
        b.shares for row in forecast_keyboard(load_words(), 7, 10, "light", "KO") for b in row
    ]
    assert [query for query in shared if query] == ["KO 10"]
    plain = [b.shares for row in forecast_keyboard(load_words(), 7, 10, "light") for b in row]
    assert not any(plain)


def test_what_takes_away_is_red():
    """Telegram shows the style `danger` in red: delete, forget, off the list, cancel."""
    delete = forecast_keyboard(load_words(), 7, 10, "light")[-1][-1]
    assert (delete.data, delete.style) == (DeleteAnswer().encode(), "danger")
    erase, keep = forget_keyboard(load_words(), 5)[0]
    assert (erase.style, keep.style) == ("danger", None)


@pytest.mark.parametrize(
    "fields", [{}, {"data": "x", "copies": "y"}, {"data": "é" * 33}, {"copies": "y" * 257}]
)
def test_a_button_that_telegram_would_refuse_cannot_be_made(fields):
    """It does one thing, in 64 bytes or 256 characters."""
    with pytest.raises(ValueError, match="button"):
        Button("x", **fields)


def test_an_instant_is_shown_in_each_readers_zone():
    """Telegram's own mark; who cannot see it reads UTC."""
    said = load_words().at(datetime(2022, 3, 17, 15, 45, tzinfo=UTC))
    expected = '<tg-time unix="1647531900" format="Dt">Mar 17, 15:45 UTC</tg-time>'
    assert said == expected


def test_no_recent_tickers_means_no_buttons():
    """An empty row would be refused by Telegram."""
    assert ticker_keyboard(()) == ()


@pytest.mark.parametrize("language", languages())
def test_a_button_of_an_alert_is_not_cut_off(language):
    """Its end says which range, price or chance it is about."""
    wishes = (
        NewAlert(Place(1), 1, "TSLA", "band", forecast_id=123_456),
        NewAlert(Place(1), 1, "TSLA", "price", price=1250.0, direction="above"),
        *(
            NewAlert(
                Place(1), 1, "TSLA", "probability", price=250.0, probability=0.6, direction=way
            )
            for way in ("above", "below")
        ),
    )
    now = datetime(2026, 1, 15, tzinfo=UTC)
    alerts = tuple(Alert(1, wish, "open", now, None) for wish in wishes)
    shown = [b.text for row in alerts_keyboard(load_words(language), alerts) for b in row]
    assert [text for text in shown if len(text) > MOST_SHOWN] == []
