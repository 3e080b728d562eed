"""An invented currency as Yahoo shows it: closes that are first prices, ranges that lead."""

from dataclasses import replace

import numpy as np

from forecasting.values import Bars
from tests.forecasting.prices.market import make_bars


def honest(n: int = 400, ticker: str = "EURUSD=X") -> Bars:
    """Return days that open where the day before closed, with ranges that hold their own move."""
    bars = make_bars(ticker, n=n, start_price=1.1)
    opened = np.concatenate([[bars.close[0] * 1.001], bars.close[:-1] * (1 + 1e-5)])
    wiggle = 1 + 0.0005 * (1 + np.arange(n) % 3)
    high, low = np.maximum(opened, bars.close) * wiggle, np.minimum(opened, bars.close) / wiggle
    return replace(bars, open=opened, high=high, low=low)


def as_yahoo_shows(bars: Bars, since: int = 0) -> Bars:
    """Return the same days with the close, from row `since`, at the day's first price."""
    first = np.arange(len(bars)) >= since
    close = np.where(first, bars.open * (1 + 2e-5), bars.close)
    return replace(bars, close=close, adj_close=close)
