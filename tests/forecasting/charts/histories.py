"""Simulated histories and plain forecasts to draw: calm, wild, cheap, dear, young."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from scipy.stats import t as student

from forecasting.values import LEVELS, Bars, Forecast


def bars(
    ticker: str = "TEST",
    *,
    close: float = 100.0,
    daily: float = 0.015,
    drift: float = 0.0,
    count: int = 500,
    currency: str = "USD",
    note: str = "",
    last: date = date(2026, 11, 20),
    seed: int = 0,
) -> Bars:
    """A random walk with fat tails that ends at `close` on weekdays up to `last`."""
    shocks = np.random.default_rng(seed).standard_t(4, count) / np.sqrt(2)
    path = np.cumsum(drift + daily * shocks)
    closes = close * np.exp(path - path[-1])
    days = np.busday_offset(np.datetime64(last, "D"), np.arange(1 - count, 1), roll="backward")
    zero = np.zeros(count)
    columns = (closes, closes * 1.01, closes * 0.99, closes, closes, zero)
    return Bars(ticker, days, *columns, currency, "sample", "XNYS", note)


def forecast(
    history: Bars,
    *,
    width: float = 1.0,
    tilt: float = 0.0,
    cautions: tuple[str, ...] = (),
    ahead: int = 20,
) -> Forecast:
    """Student-t quantiles around the last close at the history's own volatility."""
    daily = float(np.std(np.diff(np.log(history.adj_close[-100:])))) * width
    spread = daily * np.sqrt(np.arange(1, ahead + 1))[:, None]
    shape = student.ppf(np.array(LEVELS), 5) * np.sqrt(3 / 5) + tilt
    last = np.datetime64(history.as_of, "D")
    targets = np.busday_offset(last, np.arange(1, ahead + 1), roll="backward")
    return Forecast(
        history.ticker,
        history.as_of,
        float(history.close[-1]),
        tuple(day.item() for day in targets),
        history.close[-1] * np.exp(spread * shape),
        history.currency,
        history.source,
        "lstm-2026.11.1",
        history.digest(),
        np.full(ahead, 0.1),
        cautions=cautions,
        note=history.note,
    )


def drawn(history: Bars, **options: float) -> tuple[Bars, Forecast]:
    """A history with its forecast."""
    return history, forecast(history, **options)  # type: ignore[arg-type]


CASES: dict[str, Callable[[], tuple[Bars, Forecast]]] = {
    "calm": lambda: drawn(bars(daily=0.006, close=59.21)),
    "wild": lambda: drawn(bars(daily=0.05, close=352.26, seed=1)),
    "penny": lambda: drawn(bars(daily=0.08, close=0.0034, seed=3)),
    "dear": lambda: drawn(bars("BRK-A", daily=0.012, close=512_340.0, seed=4)),
    "yen": lambda: drawn(bars("9983.T", close=48_210.0, currency="JPY", seed=5)),
    "young": lambda: drawn(bars(daily=0.03, close=23.4, count=300, seed=6)),
    "newborn": lambda: drawn(bars(daily=0.03, close=23.4, count=12, seed=6)),
    "huge fan": lambda: drawn(bars(daily=0.07, close=4.21, seed=7), width=3.0, tilt=-0.2),
    "tiny fan": lambda: drawn(bars(daily=0.006, drift=0.004, close=95.41, seed=8), width=0.1),
    "crash": lambda: drawn(bars(daily=0.05, drift=-0.03, close=1.27, seed=11)),
    "flat": lambda: drawn(bars(daily=1e-9, close=10.0)),
    "tilted": lambda: drawn(bars(daily=0.02), tilt=2.0),
}


def after(history: Bars, count: int, *, daily: float = 0.015, seed: int = 1) -> Bars:
    """The history with `count` more sessions."""
    rng = np.random.default_rng(seed)
    closes = history.close[-1] * np.exp(np.cumsum(daily * rng.standard_normal(count)))
    last = history.as_of + timedelta(days=1)
    days = np.busday_offset(np.datetime64(last, "D"), np.arange(count), roll="forward")
    price = np.concatenate([history.close, closes])
    return Bars(
        history.ticker,
        np.concatenate([history.sessions, days]),
        price,
        price,
        price,
        price,
        price,
        np.zeros(len(price)),
        history.currency,
        history.source,
        history.exchange,
        history.note,
    )
