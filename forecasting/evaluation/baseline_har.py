"""HAR and Log-HAR: what the literature would pick for daily volatility from ranges.

Corsi (2009), J. Financial Econometrics 7(2), 174-196: the mean variance of the coming sessions is a
straight line in those of the last session, week and month; here fitted for each horizon directly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.features.daily_series import signals
from forecasting.features.rolling import RollingSums
from forecasting.values import HORIZONS, LEVELS, Bars, Float1D, Float2D

_WINDOWS = (1, 5, 22)
_FLOOR = 1e-10


@dataclass(frozen=True, slots=True)
class Har:
    """Least squares on the ticker's own history of that day, refitted now and then.

    Attributes:
        logs: Whether the line is drawn through logarithms.
        refit: Sessions between fits.
        memory: Sessions that a fit sees.
    """

    logs: bool = False
    refit: int = 60
    memory: int = 1000

    @property
    def name(self) -> str:
        """Which of the two it is."""
        return "Log-HAR" if self.logs else "HAR"

    def quantiles(self, bars: Bars, rows: NDArray[np.int64], market: Bars | None) -> Float2D:
        """Return past standardised moves times the width foretold, (rows, horizons, levels)."""
        del market
        s = signals(bars)
        variance = s.trust * s.variance + _FLOOR
        level = np.concatenate([[0.0], np.cumsum(s.log_return)])
        inputs = self._columns(variance)
        result = np.empty((len(rows), len(HORIZONS), len(LEVELS)))
        blocks = (rows - rows[0]) // self.refit
        for block in np.unique(blocks):
            part = blocks == block
            for i, horizon in enumerate(HORIZONS):
                result[part, i] = self._fan(variance, level, inputs, rows[part], horizon)
        return result

    def _columns(self, variance: Float1D) -> Float2D:
        means = RollingSums(variance).mean(np.arange(len(variance)), _WINDOWS)
        columns = np.log(means) if self.logs else means
        return np.concatenate([np.ones((len(variance), 1)), columns], axis=1)

    def _fan(
        self,
        variance: Float1D,
        level: Float1D,
        inputs: Float2D,
        rows: NDArray[np.int64],
        horizon: int,
    ) -> Float2D:
        # Series entry i belongs to bar i + 1; the last outcome a fit knows ends at the first row.
        end = int(rows[0]) - horizon
        past = np.arange(max(22, end - self.memory), end)
        running = np.concatenate([[0.0], np.cumsum(variance)])
        ahead = (running[past + 1 + horizon] - running[past + 1]) / horizon
        target = np.log(ahead) if self.logs else ahead
        line = np.linalg.lstsq(inputs[past], target, rcond=None)[0]
        least = float(np.median(variance[past])) / 10
        usual = self._width(inputs[past] @ line, least)
        moved = (level[past + 1 + horizon] - level[past + 1]) / usual
        shape = np.quantile(moved, LEVELS)
        return np.asarray(self._width(inputs[rows - 1] @ line, least)[:, None] * shape)

    def _width(self, foretold: Float1D, least: float) -> Float1D:
        plain = np.exp(np.clip(foretold, -30.0, 2.0)) if self.logs else foretold
        return np.sqrt(np.maximum(plain, least))
