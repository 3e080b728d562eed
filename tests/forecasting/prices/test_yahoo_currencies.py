"""Yahoo's currency bars, as it shows them live, end as closes of the days they are filed under."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from forecasting.prices.yahoo import YahooSource
from forecasting.values import Bars
from tests.forecasting.prices.currencies import as_yahoo_shows, honest
from tests.forecasting.prices.market import FRIDAY
from tests.forecasting.prices.services import running
from tests.forecasting.prices.yahoo_market import YahooMarket

SATURDAY = datetime(2024, 6, 15, 9, 0, tzinfo=UTC)
FRIDAY_NOON = datetime(2024, 6, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def true() -> Bars:
    return honest(300)


@pytest.fixture
def market(true: Bars) -> YahooMarket:
    return YahooMarket({"EURUSD=X": as_yahoo_shows(true)})


@pytest.fixture
def yahoo(market: YahooMarket, tmp_path: Path) -> Iterator[YahooSource]:
    with running(market.respond, "/v8/") as service:
        yield YahooSource(service.url, tmp_path / "yahoo")


def test_running_day_tells_the_close_of_the_day_before(yahoo: YahooSource, true: Bars):
    """Thursday closes where Friday's row, still running, opened."""
    bars = yahoo.history("EURUSD=X", FRIDAY_NOON)
    assert bars.as_of == date(2024, 6, 13)
    assert np.allclose(bars.close, true.close[:-1], rtol=5e-5)


def test_on_a_weekend_the_quote_of_friday_evening_is_the_close(
    yahoo: YahooSource, market: YahooMarket, true: Bars
):
    """No row follows Friday's; the quote from its last hours says where it ended."""
    evening = int(datetime(2024, 6, 14, 21, 58, tzinfo=UTC).timestamp())
    market.quotes["EURUSD=X"] = (float(true.close[-1]), evening)
    bars = yahoo.history("EURUSD=X", SATURDAY)
    assert bars.as_of == FRIDAY
    assert bars.close[-1] == pytest.approx(true.close[-1])


@pytest.mark.parametrize("moment", [FRIDAY_NOON, datetime(2024, 6, 17, 9, 0, tzinfo=UTC)])
def test_quote_of_another_time_is_no_close(
    yahoo: YahooSource, market: YahooMarket, true: Bars, moment: datetime
):
    """Noon's price, or Monday's, is not Friday's close: Friday is not shown yet."""
    market.quotes["EURUSD=X"] = (float(true.close[-1]), int(moment.timestamp()))
    assert yahoo.history("EURUSD=X", SATURDAY).as_of == date(2024, 6, 13)


def test_known_history_is_carried_on_with_mended_closes(yahoo: YahooSource, true: Bars):
    """What was kept unmended from before does not stay."""
    kept = as_yahoo_shows(true).rows(slice(0, -5))
    bars = yahoo.history("EURUSD=X", FRIDAY_NOON, kept)
    assert np.allclose(bars.close, true.close[:-1], rtol=5e-5)
