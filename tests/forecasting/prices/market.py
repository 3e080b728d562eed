"""Invented shares for the tests of price sources: random walks on real calendars."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from forecasting.sessions import exchange_of, previous_session
from forecasting.values import Bars

NOW = datetime(2024, 6, 14, 22, 0, tzinfo=UTC)
"""A Friday evening after New York's close."""
FRIDAY = date(2024, 6, 14)
AT_NOON = datetime(2024, 6, 14, 16, 0, tzinfo=UTC)


def make_bars(
    ticker: str = "ACME",
    last: date = FRIDAY,
    n: int = 60,
    *,
    start_price: float = 100.0,
    currency: str = "USD",
    source: str = "made",
) -> Bars:
    """Return `n` sessions up to `last`; equal arguments give equal bars."""
    exchange = exchange_of(ticker)
    days = [last]
    while len(days) < n:
        days.append(previous_session(exchange, days[-1]))
    days.reverse()
    # Seeded by the day, so that histories of different lengths agree where they overlap.
    steps = np.array([_step(day) for day in days])
    close = start_price * np.exp(np.cumsum(steps[::-1])[::-1] * -1.0)
    opened = close * np.exp(0.3 * np.roll(steps, 1))
    high, low = np.maximum(opened, close) * 1.004, np.minimum(opened, close) * 0.996
    volume = 1e6 * (1.0 + np.arange(n) % 7).astype(np.float64)
    return Bars(
        ticker=ticker,
        sessions=np.array(days, dtype="datetime64[D]"),
        open=opened,
        high=high,
        low=low,
        close=close,
        adj_close=close.copy(),
        volume=volume,
        currency=currency,
        source=source,
        exchange=exchange,
    )


def _step(day: date) -> float:
    return float(np.random.default_rng(day.toordinal()).normal(0.0, 0.01))


def after_split(bars: Bars, shares: float) -> Bars:
    """Return the bars as a service shows them once a split after them took effect."""
    return replace(bars.scaled(1 / shares), volume=bars.volume * shares)


def after_dividend(bars: Bars, day: date, part: float) -> Bars:
    """Return the bars with a dividend of a part of the price on `day` in the adjusted closes."""
    before = bars.sessions < np.datetime64(day)
    return replace(bars, adj_close=np.where(before, bars.adj_close * (1 - part), bars.adj_close))


def days_later(days: float) -> datetime:
    """Return an instant that much after `NOW`."""
    return NOW + timedelta(days=days)
