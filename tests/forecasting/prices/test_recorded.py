"""Answers that the services really gave, where this workplace has them, are read or refused."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from forecasting.errors import BadAnswerError, TooLittleHistoryError
from forecasting.prices.yahoo import YahooSource
from forecasting.values import Bars
from tests.forecasting.prices.services import Answer, running

RECORDED = Path(__file__).parents[4] / "shared" / "recorded"
NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded answers here")


def recorded(name: str) -> Any:
    return json.loads((RECORDED / "yahoo" / name).read_text())["body"]


def history(body: Any, ticker: str, folder: Path) -> Bars:
    body = json.loads(body) if isinstance(body, str) else body
    with running(lambda *_: None, match="/v8/finance/chart/") as service:
        service.always = Answer(body=body)
        return YahooSource(service.url, folder).history(ticker, NOW)


@pytest.mark.parametrize(
    ("name", "ticker", "last", "close", "currency"),
    [
        ("chart-AAPL-2020-08-31-to-2020-11-07.json", "AAPL", date(2020, 11, 6), 118.69, "USD"),
        ("chart-OCDO.L-2020-01-01-to-2020-01-03.json", "OCDO.L", date(2020, 1, 2), 12.595, "GBP"),
        ("chart-BTC-USD-2020-01-01-to-2020-01-03.json", "BTC-USD", date(2020, 1, 3), 7344.88, "USD"),
        ("chart-EURUSD=X-2020-01-01-to-2020-01-03.json", "EURUSD=X", date(2020, 1, 3), 1.1172, "USD"),
        ("chart-WSKT.JK-2020-01-01-to-2020-01-03.json", "WSKT.JK", date(2020, 1, 2), None, "IDR"),
        ("chart-WSU.DE-2023-08-04-to-2023-08-09.json", "WSU.DE", date(2023, 8, 8), None, "EUR"),
        ("historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv.json", "NVDA", date(2022, 1, 28), None, "USD"),
        ("historical-via-chart-dividends-TSLA-no-dividends.json", "TSLA", None, None, "USD"),
    ],
)  # fmt: skip
def test_recorded_histories_are_read(
    tmp_path: Path, name: str, ticker: str, last: date | None, close: float | None, currency: str
):
    """What Yahoo really sent for shares, pence and coins ends on the day and close it showed."""
    bars = history(recorded(name), ticker, tmp_path)
    assert bars.currency == currency
    if last is not None:
        assert bars.as_of == last
    if close is not None:
        assert bars.close[-1] == pytest.approx(close, rel=1e-3)


@pytest.mark.parametrize(
    "name", ["chart-notimestamp-quotes-length.fake.json", "chart-notimestamp-weird-quote.fake.json"]
)
def test_recorded_answers_without_days_are_refused(tmp_path: Path, name: str):
    """Answers that came with prices and no dates are errors of ours, not crashes."""
    with pytest.raises((BadAnswerError, TooLittleHistoryError)):
        history(recorded(name), "AAPL", tmp_path)


def test_recorded_searches_offer_tickers(tmp_path: Path):
    """At most five of what Yahoo offered, and AAPL first for its own name."""
    names = sorted(path.name for path in (RECORDED / "yahoo").glob("search-*.json"))
    assert names
    for name in names:
        body = recorded(name)
        with running(lambda *_: None, match="/v1/finance/search") as service:
            service.always = Answer(body=json.loads(body) if isinstance(body, str) else body)
            found = YahooSource(service.url, tmp_path).search("x", NOW)
        assert len(found) <= 5
        if name == "search-AAPL.json":
            assert found[0] == "AAPL"
