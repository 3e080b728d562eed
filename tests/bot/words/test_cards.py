"""Links that ask for a forecast: what goes in comes out, and nothing else is read."""

import re

import pytest

from bot.words.cards import read_start, start_payload


@pytest.mark.parametrize("ticker", ["TSLA", "BTC-USD", "^GSPC", "VOD.L", "EURUSD=X", "BRK-B"])
def test_any_ticker_goes_through_a_link(ticker):
    """Telegram lets a link carry letters, digits, `_` and `-` only, 64 at most."""
    payload = start_payload(ticker, 5)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert read_start(payload) == [ticker, "5"]


def test_other_links_mean_what_they_did():
    """A bare ticker is asked for, `ask` only opens the chat, odd sessions are left out."""
    assert read_start("TSLA") == ["TSLA"]
    assert read_start("ask") == []
    assert read_start("predict-KO-77") == ["KO"]
