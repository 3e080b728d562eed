"""What several tickers may be worth together, from what each may do and how they are tied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.together import common_horizons, joint_growth, rank_correlation
from forecasting.values import LEVELS, Bars, Float1D, Float2D, Forecast

NAME = "BASKET"
"""What stands in place of a ticker."""


@dataclass(frozen=True, slots=True, eq=False)
class Basket:
    """What a basket may be worth, as a share of today's worth.

    Attributes:
        days: The sessions of its distribution; the last is one that all of its tickers reach.
        tickers: In the order of the forecasts.
        weights: Shares of today's worth, shape (tickers,), adding up to one.
        quantiles: Growth by session ahead and level, shape (sessions, levels); 1 is no change.
        apart: The same for the last session, had each moved by itself, shape (levels,).
        risk: Each ticker's share of the variance of the last session, adding up to one; below zero
            where it steadies the others.
    """

    days: tuple[date, ...]
    tickers: tuple[str, ...]
    weights: Float1D
    quantiles: Float2D
    apart: Float1D
    risk: Float1D

    def at(self, level: float) -> float:
        """Return the growth at one of `LEVELS` for the last session."""
        return float(self.quantiles[-1, LEVELS.index(level)])


def basket_of(
    items: Sequence[tuple[Bars, Forecast]], weights: Sequence[float], sessions: int
) -> Basket:
    """Return the distribution of a basket that is bought once and left alone.

    Args:
        items: History and forecast of each ticker.
        weights: What is put into each, in any unit, above zero.
        sessions: How many sessions ahead.
    """
    forecasts = [forecast for _, forecast in items]
    share = np.array(weights, dtype=float) / sum(weights)
    tied = rank_correlation([bars for bars, _ in items])
    ends = common_horizons(forecasts, sessions)
    steps = _steps(ends)
    rows = [np.quantile(joint_growth(forecasts, step, tied) @ share, LEVELS) for step in steps[:-1]]
    growth = joint_growth(forecasts, ends, tied)
    loose = joint_growth(forecasts, ends, np.eye(len(items)))
    return Basket(
        days=_days(forecasts, ends),
        tickers=tuple(forecast.ticker for forecast in forecasts),
        weights=share,
        quantiles=np.stack([*rows, np.quantile(growth @ share, LEVELS)]),
        apart=np.quantile(loose @ share, LEVELS),
        risk=risk_shares(growth, share),
    )


def risk_shares(growth: Float2D, weights: Float1D) -> Float1D:
    """Return each ticker's share of a basket's variance: its covariance with the whole.

    Euler's allocation (Tasche, Capital allocation to business units, 2008).
    """
    parts = (growth - growth.mean(axis=0)) * weights
    whole = parts.sum(axis=1)
    shares: Float1D = parts.T @ whole / (whole @ whole)
    return shares


def drawn(items: Sequence[tuple[Bars, Forecast]], basket: Basket) -> tuple[Bars, Forecast]:
    """Return a basket as a picture takes it: today's worth is 100.

    Args:
        items: History and forecast of each ticker.
        basket: Made of them.
    """
    days = items[0][0].sessions
    for bars, _ in items[1:]:
        days = np.intersect1d(days, bars.sessions, assume_unique=True)
    days = days[days <= np.datetime64(min(forecast.as_of for _, forecast in items), "D")]
    closes = [bars.adj_close[np.searchsorted(bars.sessions, days)] for bars, _ in items]
    moves = [close / close[-1] for close in closes]
    worth = 100 * np.column_stack(moves) @ basket.weights
    first, forecast = items[0]
    bars = Bars(
        NAME, days, worth, worth, worth, worth, worth, np.zeros(len(days)), "", first.source,
        first.exchange, next((b.note for b, _ in items if b.note), ""),
    )  # fmt: skip
    cautions = tuple(dict.fromkeys(name for _, one in items for name in one.cautions))
    made = Forecast(
        ticker=NAME,
        as_of=bars.as_of,
        close=100.0,
        targets=basket.days,
        quantiles=100 * basket.quantiles,
        currency="",
        source=first.source,
        model_version=forecast.model_version,
        data_digest=bars.digest(),
        usual_width=np.full(len(basket.days), np.nan),
        cautions=cautions,
        note=bars.note,
    )
    return bars, made


def _days(forecasts: Sequence[Forecast], ends: Sequence[int]) -> tuple[date, ...]:
    """Return the sessions of the ticker that has the fewest up to the end."""
    count = min(ends)
    return forecasts[list(ends).index(count)].targets[:count]


def _steps(ends: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the horizons of each ticker at every step of the basket, up to its end."""
    count = min(ends)
    return [
        tuple(max(1, round(end * step / count)) for end in ends) for step in range(1, count + 1)
    ]
