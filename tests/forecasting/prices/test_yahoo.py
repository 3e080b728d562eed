"""Yahoo's ways, the ugly ones too, end as bars or as an error that says what is known."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    TooLittleHistoryError,
    UnknownTickerError,
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
from tests.forecasting.prices.services import (
    CONSENT,
    TOO_MANY,
    Answer,
    Service,
    YahooMarket,
    chart_error,
    running,
)

CHART = "/v8/finance/chart/"
MONDAY = date(2024, 6, 17)


@pytest.fixture
def market() -> YahooMarket:
    return YahooMarket({"ACME": make_bars("ACME", n=300)})


@pytest.fixture
def service(market: YahooMarket) -> Iterator[Service]:
    with running(market.respond, match=CHART) as server:
        yield server


@pytest.fixture
def yahoo(service: Service, tmp_path: Path) -> YahooSource:
    return YahooSource(service.url, tmp_path / "yahoo")


def test_whole_history_arrives_as_it_is(yahoo: YahooSource, market: YahooMarket):
    """Whole history arrives as it is."""
    bars = yahoo.history("ACME", NOW)
    expected = market.bars["ACME"]
    assert (bars.as_of, len(bars), bars.currency, bars.source) == (FRIDAY, 300, "USD", "yahoo")
    assert bars.exchange == "XNYS"
    for column in ("open", "high", "low", "close", "adj_close", "volume"):
        assert np.allclose(getattr(bars, column), getattr(expected, column), rtol=1e-6)


def test_bar_of_a_running_session_is_left_out(yahoo: YahooSource):
    """Bar of a running session is left out."""
    assert yahoo.history("ACME", AT_NOON).as_of == date(2024, 6, 13)


def test_session_counts_twenty_minutes_after_the_bell(yahoo: YahooSource):
    """Session counts twenty minutes after the bell."""
    bell = AT_NOON.replace(hour=20, minute=0)
    assert yahoo.history("ACME", bell + timedelta(minutes=19)).as_of == date(2024, 6, 13)
    assert yahoo.history("ACME", bell + timedelta(minutes=20)).as_of == FRIDAY


def test_tail_alone_is_fetched_when_the_past_stands(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """Tail alone is fetched when the past stands."""
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
    """Split since fetches everything again."""
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
    """Dividend since fetches everything again."""
    known = yahoo.history("ACME", NOW)
    market.bars["ACME"] = after_dividend(market.bars["ACME"], FRIDAY, 0.005)
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    assert len(service.requests(CHART)) == 2
    assert bars.adj_close[0] == pytest.approx(known.adj_close[0] * 0.995, rel=1e-5)


def test_correction_of_the_last_close_is_taken_without_fetching_everything(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """Correction of the last close is taken without fetching everything."""
    known = yahoo.history("ACME", NOW)
    made = market.bars["ACME"]
    last = np.where(np.arange(300) == 299, 1.001, 1.0)
    market.bars["ACME"] = replace(made, close=made.close * last, adj_close=made.adj_close * last)
    service.asked.clear()
    bars = yahoo.history("ACME", days_later(3), known)
    assert len(service.requests(CHART)) == 1
    assert bars.close[-1] == pytest.approx(known.close[-1] * 1.001, rel=1e-5)


def test_history_of_another_source_is_not_built_upon(yahoo: YahooSource, service: Service):
    """History of another source is not built upon."""
    foreign = make_bars("ACME", n=200, source="alphavantage")
    assert len(yahoo.history("ACME", NOW, foreign)) == 300
    assert len(service.requests(CHART)) == 1


def test_split_that_prices_do_not_reflect_yet_is_applied_to_them(
    yahoo: YahooSource, market: YahooMarket
):
    """Split that prices do not reflect yet is applied to them."""
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
    """Rows without prices are left out."""
    days = [market.bars["ACME"].session(i) for i in (10, 11, 250)]
    market.holes["ACME"] = days
    bars = yahoo.history("ACME", NOW)
    assert len(bars) == 297
    assert not set(days) & {bars.session(i) for i in range(len(bars))}


def test_missing_days_are_no_error(yahoo: YahooSource, market: YahooMarket):
    """Missing days are no error."""
    made = market.bars["ACME"]
    columns: dict[str, Any] = {
        c: np.delete(getattr(made, c), [5, 6, 100])
        for c in ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    }
    market.bars["ACME"] = replace(made, **columns)
    assert len(yahoo.history("ACME", NOW)) == 297


def test_pence_become_pounds(yahoo: YahooSource, market: YahooMarket):
    """Pence become pounds."""
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
    """Every notation reaches its own address."""
    market.bars[ticker] = make_bars(ticker, date(2024, 6, 13), n=50, currency=currency)
    assert yahoo.history(ticker, NOW).currency == currency
    assert service.asked[-1][0] == CHART + ticker


def test_unknown_ticker_offers_similar_ones_and_claims_no_more(
    yahoo: YahooSource, service: Service
):
    """Unknown ticker offers similar ones and claims no more."""
    with pytest.raises(UnknownTickerError) as caught:
        yahoo.history("ACMEX", NOW)
    assert caught.value.suggestions == ("ACME",)
    assert "delisted" not in str(caught.value)
    assert len(service.requests(CHART)) <= 2


@pytest.mark.parametrize("ticker", ["../v7/quote", "AAPL?range=max&", "US0378331005", "acme", ""])
def test_what_could_reach_other_addresses_is_never_asked_for(
    yahoo: YahooSource, service: Service, ticker: str
):
    """What could reach other addresses is never asked for."""
    with pytest.raises(UnknownTickerError):
        yahoo.history(ticker, NOW)
    assert service.requests(CHART) == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (TOO_MANY, RateLimitedError),
        (CONSENT, BadAnswerError),
        (Answer(200, "", "text/plain"), BadAnswerError),
        (Answer(200, "[]"), BadAnswerError),
        (Answer(body={"chart": {"result": [], "error": None}}), BadAnswerError),
        (Answer(body={"chart": {"result": None, "error": None}}), BadAnswerError),
        (Answer(body={"finance": {"error": "Unauthorized"}}), BadAnswerError),
        (Answer(401, chart_error("Unauthorized", "Invalid Crumb")), BadAnswerError),
        (Answer(404, "<html>proxy</html>", "text/html"), BadAnswerError),
        (Answer(500, "Internal Server Error", "text/plain"), NoConnectionError),
        (Answer(503, chart_error("Internal", "try later")), NoConnectionError),
        (Answer(200, "<html>Will be right back...</html>", "text/html"), NoConnectionError),
    ],
)
def test_each_bad_answer_is_told_apart(
    yahoo: YahooSource, service: Service, answer: Answer, error: type[PriceError]
):
    """Each bad answer is told apart."""
    service.always = answer
    with pytest.raises(error) as caught:
        yahoo.history("ACME", NOW)
    assert type(caught.value) is error
    assert "delisted" not in str(caught.value)


def test_answer_without_timestamps_is_refused(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """Answer without timestamps is refused."""
    body = market.body("ACME", market.bars["ACME"].rows(slice(-1, None)))
    del body["chart"]["result"][0]["timestamp"]
    service.always = Answer(body=body)
    with pytest.raises((BadAnswerError, TooLittleHistoryError)):
        yahoo.history("ACME", NOW)


def test_waiting_time_of_a_refusal_is_kept(yahoo: YahooSource, service: Service):
    """Waiting time of a refusal is kept."""
    service.always = replace(TOO_MANY, headers={"Retry-After": "120"})
    with pytest.raises(RateLimitedError) as caught:
        yahoo.history("ACME", NOW)
    assert caught.value.retry_at == NOW + timedelta(seconds=120)


def test_failure_is_over_when_it_is_over(yahoo: YahooSource, service: Service):
    """yfinance itself would give the failed answer again until the process ends."""
    service.instead = [Answer(500, "oops", "text/plain")] * 2
    with pytest.raises(NoConnectionError):
        yahoo.history("ACME", NOW)
    assert len(yahoo.history("ACME", NOW)) == 300


def test_first_session_not_over_yet_is_too_little(yahoo: YahooSource, market: YahooMarket):
    """First session not over yet is too little."""
    market.bars["NEWCO"] = make_bars("NEWCO", n=1)
    with pytest.raises(TooLittleHistoryError):
        yahoo.history("NEWCO", AT_NOON)


def test_nothing_listening_is_no_connection(tmp_path: Path):
    """Nothing listening is no connection."""
    source = YahooSource("http://127.0.0.1:9", tmp_path / "yahoo")
    with pytest.raises(NoConnectionError):
        source.history("ACME", NOW)
    assert source.search("acme", NOW) == ()


def test_waiting_too_long_is_no_connection(service: Service, tmp_path: Path):
    """Waiting too long is no connection."""
    service.always = Answer(body="{}", delay_s=1.0)
    with pytest.raises(NoConnectionError):
        YahooSource(service.url, tmp_path / "yahoo", timeout_s=0.2).history("ACME", NOW)


def test_good_ticker_costs_one_request_for_prices(yahoo: YahooSource, service: Service):
    """Good ticker costs one request for prices."""
    yahoo.history("ACME", NOW)
    yahoo.history("ACME", NOW)
    assert len(service.requests(CHART)) == 2
    assert len(service.asked) <= 5


def test_search_returns_tickers_only(yahoo: YahooSource, market: YahooMarket):
    """Search returns tickers only."""
    market.bars["AC.PA"] = make_bars("AC.PA", n=5)
    assert yahoo.search("  ac  ", NOW) == ("ACME", "AC.PA")


def test_yfinance_says_nothing_to_our_log(
    yahoo: YahooSource, service: Service, caplog: pytest.LogCaptureFixture
):
    """Yfinance says nothing to our log."""
    service.always = CONSENT
    with caplog.at_level(logging.DEBUG), pytest.raises(BadAnswerError):
        yahoo.history("ACME", NOW)
    assert "delisted" not in caplog.text
