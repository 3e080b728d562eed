"""Yahoo's bad answers are told apart, and each ends as an error that says what is known."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

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
    NOW,
    make_bars,
)
from tests.forecasting.prices.services import CONSENT, TOO_MANY, Answer, Service
from tests.forecasting.prices.yahoo_market import YahooMarket, chart_error

CHART = "/v8/finance/chart/"


def test_unknown_ticker_offers_similar_ones_and_claims_no_more(
    yahoo: YahooSource, service: Service
):
    """Nothing is said of a delisting that Yahoo has not said."""
    with pytest.raises(UnknownTickerError) as caught:
        yahoo.history("ACMEX", NOW)
    assert caught.value.suggestions == ("ACME",)
    assert "delisted" not in str(caught.value)
    assert len(service.requests(CHART)) <= 2


@pytest.mark.parametrize("ticker", ["../v7/quote", "AAPL?range=max&", "US0378331005", "acme", ""])
def test_what_could_reach_other_addresses_is_never_asked_for(
    yahoo: YahooSource, service: Service, ticker: str
):
    """A ticker cannot be a path or another host."""
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
    """A limit, a refusal and nonsense have errors of their own, since each is waited for otherwise."""
    service.always = answer
    with pytest.raises(error) as caught:
        yahoo.history("ACME", NOW)
    assert type(caught.value) is error
    assert "delisted" not in str(caught.value)


def test_answer_without_timestamps_is_refused(
    yahoo: YahooSource, market: YahooMarket, service: Service
):
    """Prices that belong to no day are no history."""
    body = market.body("ACME", market.bars["ACME"].rows(slice(-1, None)))
    del body["chart"]["result"][0]["timestamp"]
    service.always = Answer(body=body)
    with pytest.raises((BadAnswerError, TooLittleHistoryError)):
        yahoo.history("ACME", NOW)


def test_waiting_time_of_a_refusal_is_kept(yahoo: YahooSource, service: Service):
    """Yahoo's own `Retry-After` decides when it is asked again."""
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
    """A share that began to trade today has no closed bar."""
    market.bars["NEWCO"] = make_bars("NEWCO", n=1)
    with pytest.raises(TooLittleHistoryError):
        yahoo.history("NEWCO", AT_NOON)


def test_nothing_listening_is_no_connection(tmp_path: Path):
    """A dead address says nothing of the ticker."""
    source = YahooSource("http://127.0.0.1:9", tmp_path / "yahoo")
    with pytest.raises(NoConnectionError):
        source.history("ACME", NOW)
    assert source.search("acme", NOW) == ()


def test_waiting_too_long_is_no_connection(service: Service, tmp_path: Path):
    """A server that hangs is given up in time, and known to have hung."""
    service.always = Answer(body="{}", delay_s=1.0)
    with pytest.raises(NoConnectionError):
        YahooSource(service.url, tmp_path / "yahoo", timeout_s=0.2).history("ACME", NOW)
