"""Made-up markets for tests of the ledger: walks on real sessions, forecasts that fit, a source."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from forecasting.errors import PriceError, UnknownTickerError
from forecasting.evaluation.outcomes import random_walk
from forecasting.prices.cleaning import closed_only
from forecasting.sessions import next_sessions, session_close
from forecasting.values import HORIZONS, Bars, Forecast

START = date(2019, 1, 2)


def walk(
    ticker: str = "AAA",
    count: int = 400,
    *,
    seed: int = 0,
    daily: float = 0.02,
    start: date = START,
) -> Bars:
    """A random walk with normal moves on New York's sessions."""
    days = next_sessions("XNYS", start, count).days
    rng = np.random.default_rng([seed, *ticker.encode()])
    close = 100 * np.exp(np.cumsum(daily * rng.standard_normal(count)))
    before = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(before, close) * 1.004, np.minimum(before, close) * 0.996
    volume = rng.integers(1_000_000, 3_000_000, count).astype(float)
    sessions = np.array(days, dtype="datetime64[D]")
    return Bars(ticker, sessions, before, high, low, close, close, volume, "USD", "made-up", "XNYS")


def plain_forecast(
    bars: Bars, row: int = -1, *, width: float = 1.0, version: str = "walk-1"
) -> Forecast:
    """The random walk's own forecast from a row of the bars, made wider or narrower."""
    row = row % len(bars)
    close = float(bars.close[row])
    rows, horizons = np.full(20, row), np.asarray(HORIZONS)
    fan = close * (random_walk(bars, rows, horizons, np.full(20, close)) / close) ** width
    targets = next_sessions("XNYS", bars.session(row), 20).days
    return Forecast(
        ticker=bars.ticker,
        as_of=bars.session(row),
        close=close,
        targets=targets,
        quantiles=fan,
        currency=bars.currency,
        source=bars.source,
        model_version=version,
        data_digest=f"{bars.ticker}-{row}",
        usual_width=np.full(20, np.nan),
    )


def after_close(bars: Bars, row: int = -1) -> datetime:
    """An hour after the close of a row's session."""
    return session_close("XNYS", bars.session(row)) + timedelta(hours=1)


def without(bars: Bars, rows: Iterable[int]) -> Bars:
    """The bars with some sessions missing."""
    keep = np.setdiff1d(np.arange(len(bars)), np.asarray(list(rows)) % len(bars))
    names = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    return replace(bars, **{name: getattr(bars, name)[keep] for name in names})


def split(bars: Bars, ratio: float) -> Bars:
    """The bars as they look after a split of `ratio` shares for one."""
    return bars.scaled(1 / ratio)


@dataclass
class Shop:
    """A price source whose histories and failures the test decides."""

    histories: dict[str, Bars]
    failures: dict[str, PriceError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    name: str = "made-up"

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        self.asked.append(ticker)
        if ticker in self.failures:
            raise self.failures[ticker]
        if ticker not in self.histories:
            raise UnknownTickerError(ticker, self.name)
        return closed_only(self.histories[ticker], now.astimezone(UTC))

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        return ()
