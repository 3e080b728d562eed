"""Alpha Vantage: a paid key gives whole histories, a free one carries a known history on."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

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
from forecasting.prices.alphavantage import AlphaVantageSource
from forecasting.prices.spacing import Spacing
from forecasting.values import Bars
from tests.forecasting.prices.alphavantage_market import (
    BURST,
    DAY_QUOTA,
    INVALID_CALL,
    MINUTE_QUOTA,
    AlphaMarket,
)
from tests.forecasting.prices.market import AT_NOON, FRIDAY, NOW, after_split, make_bars
from tests.forecasting.prices.services import Answer, Service, running

KEY = "SECRETKEY123"
PRICES = ("open", "high", "low", "close", "adj_close")


@pytest.fixture
def market() -> AlphaMarket:
    return AlphaMarket({"ACME": make_bars("ACME", n=300)})


@pytest.fixture
def service(market: AlphaMarket) -> Iterator[Service]:
    with running(market.respond, match="/query") as server:
        yield server


@pytest.fixture
def source(service: Service) -> AlphaVantageSource:
    return AlphaVantageSource(KEY, service.url, Spacing(0))


def known_until(bars: Bars, back: int) -> Bars:
    """Return what a cache of Yahoo's bars held some sessions ago."""
    return replace(bars.rows(slice(0, len(bars) - back)), source="yahoo")


def test_paid_key_gives_the_whole_history_adjusted_for_splits(
    source: AlphaVantageSource, market: AlphaMarket
):
    """Prices as traded before a split of 4:1 are answered quartered."""
    market.paid = True
    day = market.bars["ACME"].session(200)
    made = market.bars["ACME"]
    traded = np.where(np.arange(300) < 200, 4.0, 1.0)
    market.bars["ACME"] = replace(
        made, **{c: getattr(made, c) * traded for c in PRICES[:-1]}, volume=made.volume / traded
    )
    market.splits["ACME"] = [(day, 4.0)]
    bars = source.history("ACME", NOW)
    assert len(bars) == 300
    for column in (*PRICES, "volume"):
        assert np.allclose(getattr(bars, column), getattr(made, column), rtol=1e-4)


def test_free_key_alone_has_not_answered(source: AlphaVantageSource, service: Service):
    """A hundred sessions as traded carry a history on; they are none."""
    for _ in range(2):
        with pytest.raises(TooLittleHistoryError):
            source.history("ACME", NOW)
    asked = [q["function"] for q in service.requests("/query")]
    assert asked == ["TIME_SERIES_DAILY_ADJUSTED", "TIME_SERIES_DAILY", "TIME_SERIES_DAILY"]


def test_free_key_carries_a_known_history_on(source: AlphaVantageSource, market: AlphaMarket):
    """Seven sessions on, Yahoo's 293 become 300, with the dividends' factor that Yahoo knew."""
    made = market.bars["ACME"]
    known = known_until(replace(made, adj_close=made.close * 0.9), 7)
    bars = source.history("ACME", NOW, known)
    assert (len(bars), bars.as_of, bars.source) == (300, FRIDAY, "yahoo+alphavantage")
    assert np.allclose(bars.close, made.close, rtol=1e-4)
    assert np.allclose(bars.adj_close / bars.close, 0.9)


def test_bar_of_a_running_session_is_left_out(source: AlphaVantageSource, market: AlphaMarket):
    """At noon of Friday the history ends on Thursday, from this service too."""
    market.paid = True
    assert source.history("ACME", AT_NOON).as_of == date(2024, 6, 13)


def test_split_within_the_hundred_bars_is_looked_up_and_applied(
    source: AlphaVantageSource, market: AlphaMarket
):
    """A split that the kept history does not know of moves neither the past nor the returns."""
    made = market.bars["ACME"]
    day = made.session(297)
    traded = np.where(np.arange(300) < 297, 4.0, 1.0)
    market.bars["ACME"] = replace(made, **{c: getattr(made, c) * traded for c in PRICES})
    market.splits["ACME"] = [(day, 4.0)]
    known = after_split(known_until(made, 10), 0.25)
    bars = source.history("ACME", NOW, known)
    assert (len(bars), bars.as_of) == (300, FRIDAY)
    assert np.allclose(bars.close, made.close, rtol=1e-4)
    assert np.abs(np.diff(np.log(bars.adj_close))).max() < 0.1


def test_crash_is_not_taken_for_a_split(source: AlphaVantageSource, market: AlphaMarket):
    """A fall by half on a day without a split stays a fall by half."""
    made = market.bars["ACME"]
    fallen = np.where(np.arange(300) < 297, 1.0, 0.5)
    market.bars["ACME"] = replace(made, **{c: getattr(made, c) * fallen for c in PRICES})
    bars = source.history("ACME", NOW, known_until(made, 10))
    assert np.diff(np.log(bars.close))[296] == pytest.approx(np.log(0.5), abs=0.1)


def test_history_that_disagrees_is_refused(source: AlphaVantageSource):
    """Three times the price on the same days: another share, another unit, and no answer."""
    with pytest.raises(BadAnswerError, match="does not continue"):
        source.history("ACME", NOW, known_until(make_bars("ACME", n=300).scaled(3.0), 7))


def test_history_too_old_to_meet_is_refused(source: AlphaVantageSource, market: AlphaMarket):
    """A hundred bars that begin after the kept ones end would leave a hole of weeks."""
    with pytest.raises(BadAnswerError, match="does not continue"):
        source.history("ACME", NOW, known_until(market.bars["ACME"], 150))


def test_pence_carry_on_a_history_in_pounds(source: AlphaVantageSource, market: AlphaMarket):
    """305 pence go on where 3.05 pounds ended."""
    pence = make_bars("OCDO.L", start_price=305.0, n=120)
    market.bars["OCDO.LON"] = pence
    known = replace(known_until(pence.scaled(0.01), 5), currency="GBP")
    bars = source.history("OCDO.L", NOW, known)
    assert (bars.currency, len(bars)) == ("GBP", 120)
    assert np.allclose(bars.close, pence.close / 100, rtol=1e-4)


@pytest.mark.parametrize("ticker", ["^GSPC", "BTC-USD", "EURUSD=X", "GC=F", "7203.T"])
def test_what_the_service_does_not_cover_costs_no_request(
    source: AlphaVantageSource, service: Service, ticker: str
):
    """25 requests a day are all a free key has: none is spent on indexes, coins or Tokyo."""
    with pytest.raises(UnknownTickerError):
        source.history(ticker, NOW)
    assert service.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(body={"Error Message": INVALID_CALL}), UnknownTickerError),
        (Answer(body={"Error Message": "the parameter apikey is invalid"}), BadAnswerError),
        (Answer(body={"Error Message": "something else"}), BadAnswerError),
        (Answer(body={"Note": MINUTE_QUOTA}), RateLimitedError),
        (Answer(body={"Information": DAY_QUOTA.format(key=KEY)}), RateLimitedError),
        (Answer(429, "slow down", "text/plain"), RateLimitedError),
        (Answer(body={}), BadAnswerError),
        (Answer(body={"Time Series (Daily)": {}}), BadAnswerError),
        (Answer(body={"Time Series (Daily)": {"2024-06-14": "x"}}), BadAnswerError),
        (Answer(body={"Time Series (Daily)": {"today": {"4. close": "1"}}}), BadAnswerError),
        (Answer(body={"Time Series (Daily)": {"2024-06-14": {"4. close": "?"}}}), BadAnswerError),
        (Answer(200, "<html>hello</html>", "text/html"), BadAnswerError),
        (Answer(403, "forbidden", "text/plain"), BadAnswerError),
        (Answer(502, "bad gateway", "text/plain"), NoConnectionError),
        (Answer(body={"Information": "This is a premium endpoint."}), BadAnswerError),
    ],
)
def test_each_refusal_is_told_apart(
    source: AlphaVantageSource, service: Service, answer: Answer, error: type[PriceError]
):
    """The service says most things with status 200: each has the error that it means."""
    service.always = answer
    with pytest.raises(error) as caught:
        source.history("ACME", NOW)
    assert type(caught.value) is error


def test_minute_quota_is_over_in_a_minute(source: AlphaVantageSource, service: Service):
    """Whoever asked is told to come back in sixty seconds, not tomorrow."""
    service.always = Answer(body={"Note": MINUTE_QUOTA})
    with pytest.raises(RateLimitedError) as caught:
        source.history("ACME", NOW)
    assert caught.value.retry_at == NOW + timedelta(minutes=1)


def test_burst_note_is_a_pause_of_a_second_and_no_fact_about_the_key(
    source: AlphaVantageSource, service: Service, market: AlphaMarket
):
    """The note speaks of premium endpoints as well."""
    market.paid = True
    service.instead = [Answer(body={"Information": BURST})]
    with pytest.raises(RateLimitedError) as caught:
        source.history("ACME", NOW)
    assert caught.value.retry_at == NOW + timedelta(seconds=1)
    assert len(source.history("ACME", NOW + timedelta(seconds=2))) == 300


def test_daily_note_is_a_pause_until_new_yorks_midnight(
    source: AlphaVantageSource, service: Service
):
    """22:00 UTC in June is 18:00 in New York."""
    service.always = Answer(body={"Information": DAY_QUOTA.format(key=KEY)})
    with pytest.raises(RateLimitedError) as caught:
        source.history("ACME", NOW)
    assert caught.value.retry_at == datetime(2024, 6, 15, 4, 0, tzinfo=UTC)


def test_requests_go_a_second_apart():
    """The service allows a free key one request a second."""
    waited: list[float] = []
    times = iter([100.0, 100.0, 100.3, 101.4, 109.0, 109.0])
    spacing = Spacing(1.1, sleep=waited.append, monotonic=lambda: next(times))
    for _ in range(3):
        spacing.wait()
    assert waited == [pytest.approx(0.8)]


def test_nothing_listening_is_no_connection():
    """A port where nobody is, is a source that is away, so that the next one is asked."""
    with pytest.raises(NoConnectionError):
        AlphaVantageSource(KEY, "http://127.0.0.1:9").history("ACME", NOW)


def test_key_is_in_no_log_line_error_or_repr(
    source: AlphaVantageSource, service: Service, caplog: pytest.LogCaptureFixture
):
    """The service repeats the key in its own notes; nobody reads it in ours."""
    service.instead = [Answer(body={"Information": DAY_QUOTA.format(key=KEY)})]
    caplog.set_level(logging.DEBUG, "httpx")
    with caplog.at_level(logging.DEBUG), pytest.raises(RateLimitedError) as caught:
        source.history("ACME", NOW)
    assert service.requests("/query")[0]["apikey"] == KEY
    assert "/query" in caplog.text
    assert KEY not in caplog.text + str(caught.value) + repr(caught.value) + repr(source)


def test_search_speaks_yahoos_notation(source: AlphaVantageSource, market: AlphaMarket):
    """BRK.B is offered as BRK-B, TSCO.LON as TSCO.L, an unknown exchange not at all."""
    market.bars = dict.fromkeys(
        ("BA", "BRK.B", "TSCO.LON", "6190.HKG", "X.NOWHERE"), market.bars["ACME"]
    )
    assert source.search("b", NOW) == ("BA", "BRK-B", "TSCO.L", "6190.HK")
