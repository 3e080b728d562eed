"""A baseline without a network: gradient-boosted quantiles on the network's own features."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from forecasting.features.dataset import as_of_rows, windows_of
from forecasting.features.model_inputs import Inputs, inputs_at
from forecasting.values import HORIZONS, LEVELS, Bars, Float2D

_FITTED = (1, 5, 10, 20)
"""Horizons with trees of their own; those between are interpolated."""


@dataclass(slots=True)
class Boosting:
    """One ensemble of trees for each level and fitted horizon (Friedman 2001, Ann. Stat. 29(5)).

    Attributes:
        trees: In each ensemble.
        cases: At most so many training cases.
        seed: Root of the sample.
    """

    trees: int = 40
    cases: int = 20_000
    seed: int = 7
    name: str = "gradient boosting"
    _models: dict[tuple[int, int], HistGradientBoostingRegressor] = field(default_factory=dict)

    def fit(self, histories: Sequence[Bars], market: Bars | None, cut: date) -> None:
        """Fit to a sample of cases of histories up to a cut.

        Args:
            histories: Tickers that are not tested on.
            market: The market's bars, if known.
            cut: Last date whose price is used.
        """
        rng = np.random.default_rng(self.seed)
        share = max(2, self.cases // max(1, len(histories)))
        xs, ys = [], []
        for number, bars in enumerate(histories):
            rows = as_of_rows(bars, None, cut, 1, 0)
            if not len(rows):
                continue
            some = np.sort(rng.choice(rows, min(share, len(rows)), replace=False))
            cases = windows_of(bars, some, market, number)
            xs.append(_table(cases.inputs))
            ys.append(cases.outcome / _units(cases.inputs))
        x, y = np.concatenate(xs), np.concatenate(ys)
        for horizon in _FITTED:
            for j, level in enumerate(LEVELS):
                trees = HistGradientBoostingRegressor(
                    loss="quantile",
                    quantile=level,
                    max_iter=self.trees,
                    max_leaf_nodes=15,
                    min_samples_leaf=200,
                    learning_rate=0.08,
                    random_state=self.seed,
                )
                self._models[horizon, j] = trees.fit(x, y[:, horizon - 1])

    def quantiles(self, bars: Bars, rows: NDArray[np.int64], market: Bars | None) -> Float2D:
        """Return sorted quantiles, shape (rows, horizons, levels)."""
        inputs = inputs_at(bars, rows, market)
        x = _table(inputs)
        fans = np.empty((len(rows), len(_FITTED), len(LEVELS)))
        for i, horizon in enumerate(_FITTED):
            for j in range(len(LEVELS)):
                fans[:, i, j] = self._models[horizon, j].predict(x)
        between = np.interp(HORIZONS, _FITTED, np.arange(len(_FITTED)))
        low = np.floor(between).astype(int)
        high = np.minimum(low + 1, len(_FITTED) - 1)
        part = (between - low)[None, :, None]
        units = np.sort(fans, axis=2)
        spread: Float2D = (1 - part) * units[:, low] + part * units[:, high]
        return spread * _units(inputs)[:, :, None]


def _table(inputs: Inputs) -> NDArray[np.float32]:
    seasons = inputs.seasons.astype(np.float32)
    soon = [seasons[:, 1 : days + 1].mean(axis=1) for days in (1, 5, 20)]
    return np.concatenate([inputs.static, *soon], axis=1)


def _units(inputs: Inputs) -> Float2D:
    roots = np.sqrt(np.asarray(HORIZONS, dtype=float))
    units: Float2D = inputs.scale[:, None] * roots[None, :]
    return units
