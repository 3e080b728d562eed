"""Buttons say what they mean in 64 bytes, and strangers' data is not believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, UsageError
from bot.words.buttons import (
    AskForecast,
    DeleteAnswer,
    ShowForecast,
    forecast_keyboard,
    read_button,
    ticker_keyboard,
)
from bot.words.language import load_words
from forecasting.errors import ForecastingError


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


def test_no_recent_tickers_means_no_buttons():
    """An empty row would be refused by Telegram."""
    assert ticker_keyboard(()) == ()
