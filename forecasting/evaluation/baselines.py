"""The bars to clear: forecasters without a network. Each answers from bars up to its rows only.

Their common face is `Forecaster.quantiles(bars, rows, market)` of `evaluation.backtest`.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.signal import lfilter

from forecasting.features.daily_series import exponential_mean
from forecasting.model.artifact import GARCH, RANDOM_WALK
from forecasting.values import HORIZONS, LEVELS, Bars, Float1D

Rows = NDArray[np.int64]
Quantiles = NDArray[np.float64]

_ROOTS = np.sqrt(np.asarray(HORIZONS, dtype=float))
_HALF_LIFE = float(np.log(0.5) / np.log(0.94))
"""RiskMetrics' decay of 0.94 a day (J.P. Morgan 1996, RiskMetrics Technical Document, ch. 5)."""


def _returns(bars: Bars) -> Float1D:
    moves: Float1D = np.diff(np.log(bars.adj_close))
    return moves


def _ewma(returns: Float1D) -> Float1D:
    scale: Float1D = np.sqrt(np.maximum(exponential_mean(returns**2, _HALF_LIFE), 1e-10))
    return scale


def _past_quantiles(moved: Float1D, ends: Rows, window: int) -> Quantiles:
    """Return quantiles of the last `window` entries before each end, fewer at the beginning."""
    result = np.empty((len(ends), len(LEVELS)))
    whole = ends >= window
    if whole.any():
        index = ends[whole, None] - np.arange(1, window + 1)
        result[whole] = np.quantile(moved[index], LEVELS, axis=1).T
    for place in np.flatnonzero(~whole):
        result[place] = np.quantile(moved[: ends[place]], LEVELS)
    return result


class RandomWalk:
    """No change, with exponentially weighted normal width: what "naive" means here."""

    name = RANDOM_WALK

    def quantiles(self, bars: Bars, rows: Rows, market: Bars | None) -> Quantiles:
        """Return normal quantiles around no change, shape (rows, horizons, levels)."""
        del market
        scale = _ewma(_returns(bars))[rows - 1]
        shape = stats.norm.ppf(np.asarray(LEVELS))
        fan: Quantiles = scale[:, None, None] * _ROOTS[None, :, None] * shape[None, None, :]
        return fan


class EmpiricalWalk:
    """Random walk whose shape is that of the ticker's own past moves over their EWMA width."""

    name = "EWMA, empirical quantiles"

    def quantiles(self, bars: Bars, rows: Rows, market: Bars | None) -> Quantiles:
        """Return empirical quantiles of the last 1,000 standardised moves, scaled to now."""
        del market
        level = np.concatenate([[0.0], np.cumsum(_returns(bars))])
        scale = _ewma(_returns(bars))
        result = np.empty((len(rows), len(HORIZONS), len(LEVELS)))
        for i, horizon in enumerate(HORIZONS):
            moved = (level[horizon + 1 :] - level[1:-horizon]) / scale[:-horizon]
            result[:, i] = _past_quantiles(moved, rows - horizon, 1000) * scale[rows - 1, None]
        return result


class HistoricalSimulation:
    """The ticker's own moves of the last two years, as they were."""

    name = "historical simulation"

    def quantiles(self, bars: Bars, rows: Rows, market: Bars | None) -> Quantiles:
        """Return empirical quantiles of the last 500 moves of each length."""
        del market
        level = np.concatenate([[0.0], np.cumsum(_returns(bars))])
        result = np.empty((len(rows), len(HORIZONS), len(LEVELS)))
        for i, horizon in enumerate(HORIZONS):
            moved = level[horizon:] - level[:-horizon]
            result[:, i] = _past_quantiles(moved, rows - horizon + 1, 500)
        return result


@dataclass(frozen=True, slots=True)
class _Fit:
    mu: float
    omega: float
    alpha: float
    gamma: float
    beta: float
    nu: float


@dataclass(frozen=True, slots=True)
class Garch:
    """GARCH(1,1) with Student's t, or GJR with `leverage`, refitted on the history of that day.

    Bollerslev (1987), Rev. Econ. Stat. 69(3), 542-547; Glosten, Jagannathan and Runkle (1993),
    J. Finance 48(5), 1779-1801. Quantiles come from simulated paths. Needs the `bench` extra.

    Attributes:
        leverage: Falls raise the variance more than rises.
        refit: Sessions between fits.
        paths: Simulated paths for each forecast.
        memory: Sessions that a fit sees.
    """

    leverage: bool = False
    refit: int = 60
    paths: int = 2000
    memory: int = 2000

    @property
    def name(self) -> str:
        """Which of the two it is."""
        return "GJR-GARCH(1,1)-t" if self.leverage else GARCH

    def quantiles(self, bars: Bars, rows: Rows, market: Bars | None) -> Quantiles:
        """Return quantiles of simulated sums of returns, shape (rows, horizons, levels)."""
        del market
        percent = 100 * _returns(bars)
        result = np.empty((len(rows), len(HORIZONS), len(LEVELS)))
        blocks = (rows - rows[0]) // self.refit
        for block in np.unique(blocks):
            part = rows[blocks == block]
            fit = self._fit(percent[max(0, part[0] - self.memory) : part[0]])
            result[blocks == block] = self._simulate(fit, percent, part) / 100
        return result

    def _fit(self, percent: Float1D) -> _Fit:
        from arch import arch_model  # noqa: PLC0415 - an optional extra

        model = arch_model(percent, vol="GARCH", p=1, o=int(self.leverage), q=1, dist="t")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = model.fit(disp="off", show_warning=False).params
        return _Fit(
            found["mu"],
            found["omega"],
            found["alpha[1]"],
            found.get("gamma[1]", 0.0),
            found["beta[1]"],
            max(float(found["nu"]), 2.1),
        )

    def _variances(self, fit: _Fit, percent: Float1D, rows: Rows) -> Float1D:
        start = max(0, int(rows[0]) - self.memory)
        error = percent[start : rows[-1]] - fit.mu
        drive = fit.omega + (fit.alpha + fit.gamma * (error < 0)) * error**2
        first = float(np.mean(error[:75] ** 2))
        following, _ = lfilter([1.0], [1.0, -fit.beta], drive, zi=[fit.beta * first])
        ahead: Float1D = following[rows - start - 1]
        return ahead

    def _simulate(self, fit: _Fit, percent: Float1D, rows: Rows) -> Quantiles:
        rng = np.random.default_rng(7)
        half = rng.standard_t(fit.nu, (len(HORIZONS), self.paths // 2))
        shocks = np.concatenate([half, -half], axis=1) * np.sqrt((fit.nu - 2) / fit.nu)
        variance = np.repeat(self._variances(fit, percent, rows)[:, None], self.paths, axis=1)
        total = np.zeros_like(variance)
        result = np.empty((len(rows), len(HORIZONS), len(LEVELS)))
        for i, shock in enumerate(shocks):
            error = np.sqrt(variance) * shock
            total += fit.mu + error
            result[:, i] = np.quantile(total, LEVELS, axis=1).T
            persistence = fit.alpha + fit.gamma * (error < 0)
            variance = np.minimum(fit.omega + persistence * error**2 + fit.beta * variance, 1e6)
        return result
