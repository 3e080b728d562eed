"""Yahoo's chart service on this machine, with one ticker; tests of other services have their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forecasting.prices.yahoo import YahooSource
from tests.forecasting.prices.market import (
    make_bars,
)
from tests.forecasting.prices.services import Service, running
from tests.forecasting.prices.yahoo_market import YahooMarket

CHART = "/v8/finance/chart/"


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
