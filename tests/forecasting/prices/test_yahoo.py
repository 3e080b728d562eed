"""Yahoo's ways, the ugly ones too, end as bars."""

import logging
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from forecasting.errors import (
    BadAnswerError,
)
from forecasting.prices.yahoo import YahooSource
from tests.forecasting.prices.market import (
    AT_NOON,
    FRIDAY,
    NOW,
    after_dividend,
    after_split,
    days_later,
    make_bars,
)
from tests.forecasting.prices.services import CONSENT, Service
from tests.forecasting.prices.yahoo_market import YahooMarket

CHART = "/v8/finance/chart/"


MONDAY = date(2024, 6, 17)


def test_whole_history_arrives_as_it_is(yahoo: YahooSource, market: YahooMarket):
    """Every column of 300 sessions is what the service holds, to a millionth."""
    bars = yahoo.history("ACME", NOW)
    expected = market.bars["ACME"]
    assert (bars.as_of, len(bars), bars.currency, bars.source) == (FRIDAY, 300, "USD", "yahoo")
    assert bars.exchange == "XNYS"
    for column in ("open", "high", "low", "close", "adj_close", "volume"):
        assert np.allclose(getattr(bars, column), getattr(expected, column), rtol=1e-6)


def test_bar_of_a_running_session_is_left_out(yahoo: YahooSource):
    """At noon of Friday the price of the hour is no close: the history ends on Thursday."""
    assert yahoo.history("ACME", AT_NOON).as_of == date(2024, 6, 13)


def test_session_counts_twenty_minutes_after_the_bell(yahoo: YahooSource):
    """The closing auction takes minutes: at 16:19 in New York the day is not in, at 16:20 it is."""
    bell = AT_NOON.replace(hour=20, minute=0)
    assert yahoo.history("ACME", bell + timedelta(minutes=19)).as_of == date(2024, 6, 13)
    assert yahoo.history("ACME", bell + timedelta(minutes=20)).as_of == FRIDAY


def test_tail_alone_is_fetched_when_the_past_stands(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """Of a known history the last twenty days are asked for, in one request."""
    known = yahoo.history("ACME", NOW)
    market.bars["ACME"] = make_bars("ACME", MONDAY, n=301)
    market.bars["ACME"] = market.bars["ACME"].scaled(
        known.close[-1] / market.bars["ACME"].close[-2]
    )
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    (request,) = service.requests(CHART)
    assert int(request["period1"]) > (NOW - timedelta(days=20)).timestamp()
    assert (bars.as_of, len(bars)) == (MONDAY, 301)
    assert np.array_equal(bars.close[:290], known.close[:290])


def test_split_since_fetches_everything_again(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """After a split of 4:1 no old price is kept beside a new one."""
    known = yahoo.history("ACME", NOW)
    market.bars["ACME"] = after_split(make_bars("ACME", MONDAY, n=301), 4)
    market.splits["ACME"] = [(MONDAY, 4.0)]
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    assert len(service.requests(CHART)) == 2
    assert len(bars) == 301
    assert np.abs(np.diff(np.log(bars.close))).max() < 0.1


def test_dividend_since_fetches_everything_again(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """A dividend of half a per cent lowers every earlier adjusted close by as much."""
    known = yahoo.history("ACME", NOW)
    market.bars["ACME"] = after_dividend(market.bars["ACME"], FRIDAY, 0.005)
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    assert len(service.requests(CHART)) == 2
    assert bars.adj_close[0] == pytest.approx(known.adj_close[0] * 0.995, rel=1e-5)


def test_correction_of_the_last_close_is_taken_without_fetching_everything(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """A close that was put right by a thousandth costs one request, not twenty years."""
    known = yahoo.history("ACME", NOW)
    made = market.bars["ACME"]
    last = np.where(np.arange(300) == 299, 1.001, 1.0)
    market.bars["ACME"] = replace(made, close=made.close * last, adj_close=made.adj_close * last)
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    assert len(service.requests(CHART)) == 1
    assert bars.close[-1] == pytest.approx(known.close[-1] * 1.001, rel=1e-5)


def test_history_of_another_source_is_not_built_upon(yahoo: YahooSource, service: Service):
    """Two services adjust in two ways: what the other gave is fetched whole from this one."""
    foreign = make_bars("ACME", n=200, source="alphavantage")
    assert len(yahoo.history("ACME", NOW, foreign)) == 300
    assert len(service.requests(CHART)) == 1


def test_split_that_prices_do_not_reflect_yet_is_applied_to_them(
    yahoo: YahooSource, market: YahooMarket
):
    """On the day of a split the service may know of it before its own past is divided by four."""
    made = market.bars["ACME"]
    on_friday = np.arange(300) == 299
    market.bars["ACME"] = replace(
        made,
        **{
            c: np.where(on_friday, getattr(made, c) / 4, getattr(made, c))
            for c in ("open", "high", "low", "close", "adj_close")
        },
    )
    market.splits["ACME"] = [(FRIDAY, 4.0)]
    bars = yahoo.history("ACME", NOW)
    assert np.allclose(bars.close, made.close / 4, rtol=1e-6)
    assert np.allclose(bars.volume[:-1], made.volume[:-1] * 4)


def test_rows_without_prices_are_left_out(yahoo: YahooSource, market: YahooMarket):
    """Three sessions whose prices are null are no sessions; the other 297 stay."""
    days = [market.bars["ACME"].session(i) for i in (10, 11, 250)]
    market.holes["ACME"] = days
    bars = yahoo.history("ACME", NOW)
    assert len(bars) == 297
    assert not set(days) & {bars.session(i) for i in range(len(bars))}


def test_missing_days_are_no_error(yahoo: YahooSource, market: YahooMarket):
    """A service that forgot three days still answers with those that it has."""
    made = market.bars["ACME"]
    columns: dict[str, Any] = {
        c: np.delete(getattr(made, c), [5, 6, 100])
        for c in ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    }
    market.bars["ACME"] = replace(made, **columns)
    assert len(yahoo.history("ACME", NOW)) == 297


def test_pence_become_pounds(yahoo: YahooSource, market: YahooMarket):
    """London quotes in pence: 305 for a share of 3.05 pounds would mislead a hundredfold."""
    market.bars["OCDO.L"] = make_bars("OCDO.L", start_price=305.3, currency="GBp")
    bars = yahoo.history("OCDO.L", NOW)
    assert (bars.currency, bars.exchange) == ("GBP", "XLON")
    assert bars.close[-1] == pytest.approx(market.bars["OCDO.L"].close[-1] / 100, rel=1e-6)


@pytest.mark.parametrize(
    ("ticker", "currency"),
    [("BTC-USD", "USD"), ("EURUSD=X", "USD"), ("7203.T", "JPY"), ("^GSPC", "")],
)
def test_every_notation_reaches_its_own_address(
    yahoo: YahooSource, market: YahooMarket, service: Service, ticker: str, currency: str
):
    """Coins, currencies, Tokyo and indexes are asked for by their own names, signs too."""
    market.bars[ticker] = make_bars(ticker, date(2024, 6, 13), n=50, currency=currency)
    assert yahoo.history(ticker, NOW).currency == currency
    assert service.asked[-1][0] == CHART + ticker


def test_good_ticker_costs_one_request_for_prices(yahoo: YahooSource, service: Service):
    """Yahoo turns away who asks much: two questions are two requests for prices."""
    yahoo.history("ACME", NOW)
    yahoo.history("ACME", NOW)
    assert len(service.requests(CHART)) == 2
    assert len(service.asked) <= 5


def test_search_returns_tickers_only(yahoo: YahooSource, market: YahooMarket):
    """What a search offers can be asked for: names and blanks around the text are gone."""
    market.bars["AC.PA"] = make_bars("AC.PA", n=5)
    assert yahoo.search("  ac  ", NOW) == ("ACME", "AC.PA")


def test_yfinance_says_nothing_to_our_log(
    yahoo: YahooSource, service: Service, caplog: pytest.LogCaptureFixture
):
    """The library calls a share "delisted" where Yahoo asked for consent: no log says so."""
    service.always = CONSENT
    with caplog.at_level(logging.DEBUG), pytest.raises(BadAnswerError):
        yahoo.history("ACME", NOW)
    assert "delisted" not in caplog.text
