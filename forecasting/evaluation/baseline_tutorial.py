"""What tutorials teach: one LSTM for one ticker on closes squeezed between their least and most.

A baseline only, built as such pages build it, so that its figures can stand beside the others'.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from forecasting.values import HORIZONS, LEVELS, Bars, Float1D, Float2D

_WINDOW = 60
_LAST = HORIZONS[-1]


@dataclass(frozen=True, slots=True)
class TutorialLstm:
    """Two LSTM layers of 50 units on 60 scaled closes; errors of the past make its quantiles.

    Attributes:
        epochs: Passes over the ticker's history.
        seed: Root of the weights.
    """

    epochs: int = 5
    seed: int = 7
    name: str = "tutorial LSTM"

    def quantiles(self, bars: Bars, rows: NDArray[np.int64], market: Bars | None) -> Float2D:
        """Return quantiles from a network fitted to the closes up to the first row."""
        del market
        known = bars.adj_close[: rows[0] + 1]
        low, high = float(known.min()), float(known.max())
        scaled = (bars.adj_close - low) / max(high - low, 1e-9)
        past = np.arange(_WINDOW - 1, rows[0] - _LAST + 1)
        model = self._fitted(scaled, past)
        errors = _ahead(bars.adj_close, past) - self._moves(model, scaled, bars, past, low, high)
        median = self._moves(model, scaled, bars, rows, low, high)
        spread = np.quantile(errors, LEVELS, axis=0).T
        return median[:, :, None] + spread[None]

    def _fitted(self, scaled: Float1D, past: NDArray[np.int64]) -> Any:
        keras.utils.set_random_seed(self.seed)
        model = keras.Sequential(
            [
                keras.Input((_WINDOW, 1)),
                layers.LSTM(50, return_sequences=True),
                layers.LSTM(50),
                layers.Dense(_LAST),
            ]
        )
        model.compile(optimizer="adam", loss="mse")
        ahead = scaled[past[:, None] + np.asarray(HORIZONS)]
        model.fit(_windows(scaled, past), ahead, epochs=self.epochs, batch_size=64, verbose=0)
        return model

    def _moves(
        self,
        model: Any,
        scaled: Float1D,
        bars: Bars,
        rows: NDArray[np.int64],
        low: float,
        high: float,
    ) -> Float2D:
        prices = low + model.predict(_windows(scaled, rows), verbose=0) * (high - low)
        moves: Float2D = np.log(np.maximum(prices, 1e-6) / bars.adj_close[rows][:, None])
        return moves


def _windows(scaled: Float1D, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    index = rows[:, None] + np.arange(1 - _WINDOW, 1)
    windows: NDArray[np.float32] = scaled[index][:, :, None].astype(np.float32)
    return windows


def _ahead(close: Float1D, rows: NDArray[np.int64]) -> Float2D:
    moves: Float2D = np.log(close[rows[:, None] + np.asarray(HORIZONS)] / close[rows][:, None])
    return moves
