"""Made-up values for storage tests."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from forecasting.values import HORIZONS, LEVELS, Bars, Forecast

NOW = datetime(2021, 3, 4, 21, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def forecast(
    ticker: str = "TSLA", as_of: date = date(2021, 3, 4), *, version: str = "m1", seed: int = 0
) -> Forecast:
    """Return a forecast with numbers that no rounding would leave alone."""
    rng = np.random.default_rng(seed)
    close = float(rng.uniform(1.0, 900.0))
    steps = np.sort(rng.normal(0.0, 0.1, (len(HORIZONS), len(LEVELS))), axis=1)
    return Forecast(
        ticker=ticker,
        as_of=as_of,
        close=close,
        targets=tuple(as_of + timedelta(days=h) for h in HORIZONS),
        quantiles=close * np.exp(steps),
        currency="USD",
        source="files",
        model_version=version,
        data_digest=f"{seed:016x}",
        usual_width=np.where(np.arange(len(HORIZONS)) % 3 == 0, np.nan, 0.1),
        cautions=("no-market",),
        note="ä note — with ✓ signs",
    )


def bars(ticker: str = "TSLA", n: int = 600, seed: int = 0) -> Bars:
    """Return a random walk of `n` sessions."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, n)))
    opened = close * np.exp(rng.normal(0, 0.01, n))
    return Bars(
        ticker=ticker,
        sessions=np.datetime64("2015-01-01") + np.arange(n),
        open=opened,
        high=np.maximum(opened, close) * 1.01,
        low=np.minimum(opened, close) * 0.99,
        close=close,
        adj_close=close * 0.97,
        volume=rng.integers(0, 10**9, n).astype(float),
        currency="USD",
        source="yahoo",
        exchange="XNYS",
        note="a sample",
    )
