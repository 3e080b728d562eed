"""Price histories made by known processes, for tests that need a truth to compare with."""

import numpy as np
from numpy.typing import NDArray

from forecasting.values import Bars


def bars_from_returns(
    returns: NDArray[np.float64],
    *,
    ticker: str = "SIM",
    rng: np.random.Generator | None = None,
    start: str = "2010-01-04",
) -> Bars:
    """Bars whose closes follow log returns, on weekdays; ranges and volume by chance."""
    rng = rng or np.random.default_rng(0)
    n = len(returns) + 1
    close = 50 * np.exp(np.concatenate([[0.0], np.cumsum(returns)]))
    opened = np.concatenate([[close[0]], close[:-1] * np.exp(0.3 * returns)])
    spread = np.abs(rng.normal(0, 0.5, n)) * np.std(returns)
    return Bars(
        ticker=ticker,
        sessions=np.busday_offset(start, np.arange(n), roll="forward"),
        open=opened,
        high=np.maximum(opened, close) * np.exp(spread),
        low=np.minimum(opened, close) * np.exp(-spread),
        close=close,
        adj_close=close,
        volume=rng.lognormal(10, 0.4, n),
        currency="USD",
        source="simulated",
        exchange="XNYS",
    )


def random_walk(n: int, seed: int, *, daily: float = 0.02, ticker: str = "SIM") -> Bars:
    """A walk of `n` bars with normal steps and constant volatility."""
    rng = np.random.default_rng(seed)
    return bars_from_returns(rng.normal(0, daily, n - 1), rng=rng, ticker=ticker)


def garch_walk(n: int, seed: int, *, ticker: str = "SIM") -> Bars:
    """A walk of `n` bars whose variance follows GARCH(1,1) with Student's t of 5 degrees."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_t(5, n - 1) * np.sqrt(3 / 5)
    returns, variance = np.empty(n - 1), 0.02**2
    for i, shock in enumerate(shocks):
        returns[i] = np.sqrt(variance) * shock
        variance = 0.02**2 * 0.04 + 0.1 * returns[i] ** 2 + 0.86 * variance
    return bars_from_returns(returns, rng=rng, ticker=ticker)
