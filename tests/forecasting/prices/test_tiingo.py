"""Tiingo gives whole histories: prices as traded beside adjusted ones, events on their days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    UnknownTickerError,
)
from forecasting.prices.tiingo import TiingoSource
from tests.forecasting.prices.market import AT_NOON, NOW, make_bars
from tests.forecasting.prices.services import Answer, Service, running
from tests.forecasting.prices.tiingo_market import TiingoMarket

KEY = "SECRETTOKEN99"
PRICES = ("open", "high", "low", "close", "adj_close")


@pytest.fixture
def market() -> TiingoMarket:
    return TiingoMarket({"ACME": make_bars("ACME", n=300), "BRK-B": make_bars("BRK-B", n=300)})


@pytest.fixture
def service(market: TiingoMarket) -> Iterator[Service]:
    with running(market.respond, match="/tiingo/daily") as server:
        yield server


@pytest.fixture
def source(service: Service) -> TiingoSource:
    return TiingoSource(KEY, service.url)


def test_whole_history_is_adjusted_for_splits(source: TiingoSource, market: TiingoMarket):
    """Prices come as traded; those before a split are divided by it."""
    true = market.bars["ACME"]
    market.splits["ACME"] = [(true.session(200), 4.0)]
    bars = source.history("ACME", NOW)
    assert (len(bars), bars.currency, bars.source) == (300, "USD", "tiingo")
    for column in PRICES:
        assert np.allclose(getattr(bars, column), getattr(true, column), rtol=1e-9)


def test_payments_are_in_the_adjusted_closes(source: TiingoSource, market: TiingoMarket):
    """`adjClose` is adjusted for both."""
    true = market.bars["ACME"]
    factor = np.where(np.arange(300) < 150, 0.98, 1.0)
    market.bars["ACME"] = replace(true, adj_close=true.close * factor)
    market.paid["ACME"] = {true.session(150): float(true.close[149] * 0.02)}
    bars = source.history("ACME", NOW)
    assert np.allclose(bars.adj_close, true.close * factor)


def test_running_session_is_left_out(source: TiingoSource):
    """At noon Friday has no close."""
    assert source.history("ACME", AT_NOON).as_of == date(2024, 6, 13)


def test_share_classes_go_by_their_dash(source: TiingoSource, service: Service):
    """The service writes them as Yahoo does."""
    source.history("BRK-B", NOW)
    assert service.asked[-1][0] == "/tiingo/daily/brk-b/prices"


@pytest.mark.parametrize("ticker", ["^GSPC", "BTC-USD", "EURUSD=X", "GC=F", "7203.T"])
def test_what_the_service_does_not_cover_costs_no_request(
    source: TiingoSource, service: Service, ticker: str
):
    """It knows US shares and funds."""
    with pytest.raises(UnknownTickerError):
        source.history(ticker, NOW)
    assert service.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(404, {"detail": "Error: Ticker 'ACME' not found"}), UnknownTickerError),
        (Answer(404, "no such page", "text/html"), BadAnswerError),
        (Answer(401, {"detail": "Invalid token."}), BadAnswerError),
        (Answer(429, {"detail": "You have run over your hourly allocation"}), RateLimitedError),
        (Answer(503, "away", "text/plain"), NoConnectionError),
        (Answer(200, "<html>hello</html>", "text/html"), BadAnswerError),
        (Answer(body={"detail": "odd"}), BadAnswerError),
        (Answer(body=[{"date": "2024-06-14T00:00:00.000Z"}]), BadAnswerError),
        (Answer(body=[{"date": "today", "close": 1}]), BadAnswerError),
    ],
)
def test_each_refusal_is_told_apart(
    source: TiingoSource, service: Service, answer: Answer, error: type[PriceError]
):
    """What may pass, what is wrong with the key, and what the service does not know."""
    service.always = answer
    with pytest.raises(error) as caught:
        source.history("ACME", NOW)
    assert type(caught.value) is error


def test_hourly_quota_begins_anew_at_the_full_hour(source: TiingoSource, service: Service):
    """The free key counts by clock hours."""
    service.always = Answer(429, {"detail": "You have run over your hourly allocation"})
    with pytest.raises(RateLimitedError) as caught:
        source.history("ACME", NOW + timedelta(minutes=20))
    assert caught.value.retry_at == NOW + timedelta(hours=1)


def test_key_goes_in_a_header_and_nowhere_else(source: TiingoSource, service: Service):
    """Neither the address nor the source's name holds it."""
    source.history("ACME", NOW)
    assert KEY not in str(service.asked) + repr(source)


def test_search_offers_tickers(source: TiingoSource):
    """What the service's own search finds."""
    assert source.search("acm", NOW) == ("ACME",)
