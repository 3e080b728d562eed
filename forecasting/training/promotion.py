"""Champion against challenger on recent sessions that the challenger has not been fitted to.

Values and arithmetic only: no network is run here, so the bot's own process may import it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.intervals import Interval, ratio
from forecasting.evaluation.scores import inside, scaled_pinball
from forecasting.features.model_inputs import MIN_SESSIONS
from forecasting.forecast import usable_rows
from forecasting.values import HORIZONS, Bars, Float1D, Float2D

HELD_BACK = 252
"""As-ofs that judge: a year of sessions, the newest whose outcomes are all known."""
LEAST_FITTED = 252
"""Sessions of history before them that a fit needs."""
MOST_FITTED = 2520
LEAST_HISTORY = MIN_SESSIONS + LEAST_FITTED + HELD_BACK + 2 * HORIZONS[-1]
"""Sessions that a history needs to be trained on."""
STEP = 3
"""Sessions between two cases of a fit: nearer ones tell the same."""
_FEWEST_FITTED, _FEWEST_HELD_BACK = LEAST_FITTED // STEP, HELD_BACK // 2
"""As-ofs that must be left of either when those without enough trading are gone."""
_BLOCK = HORIZONS[-1] + 1
_WORSE_COVERAGE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class TuneJob:
    """What a worker needs to train one ticker.

    Attributes:
        bars: The ticker's history.
        market: The market's bars, None where unknown.
        version: Name of the challenger.
        champion_onnx, champion_card: The serving model where it is not the base, else empty.
        base_onnx, base_card: The base where it is not the shipped model, else empty.
    """

    bars: Bars
    market: Bars | None
    version: str
    champion_onnx: bytes = b""
    champion_card: bytes = b""
    base_onnx: bytes = b""
    base_card: bytes = b""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Two models on the same held-back forecasts; losses are scaled pinball losses, best 0.

    Attributes:
        champion, challenger: Losses.
        change: (challenger - champion) / champion, below 0 is better, with its 95 % interval.
        champion_held, challenger_held: Shares of outcomes inside the 80 % band.
    """

    champion: float
    challenger: float
    change: Interval
    champion_held: float
    challenger_held: float

    @property
    def better(self) -> bool:
        """Whether the challenger is better beyond noise and its band no farther from 80 %."""
        farther = abs(self.challenger_held - 0.8) - abs(self.champion_held - 0.8)
        return self.change.high < 0 and farther <= _WORSE_COVERAGE


@dataclass(frozen=True, slots=True)
class Tuned:
    """What became of one ticker; `onnx` and `card` are empty unless the challenger won."""

    ticker: str
    version: str
    judgement: Judgement
    onnx: bytes = b""
    card: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """As-ofs to fit on and as-ofs to judge by; no outcome of the first reaches into the second."""

    fitted: NDArray[np.int64]
    held_back: NDArray[np.int64]


def split_rows(bars: Bars) -> Split | None:
    """Return which as-ofs fit and which judge, None where the history is too short for both."""
    end = len(bars) - HORIZONS[-1]
    start = end - HELD_BACK
    last_fitted = start - HORIZONS[-1]
    first_fitted = max(MIN_SESSIONS - 1, last_fitted - MOST_FITTED)
    if last_fitted - first_fitted < LEAST_FITTED:
        return None
    rows = np.arange(end, dtype=np.int64)
    fitted, held_back = rows[first_fitted:last_fitted:STEP], rows[start:]
    fitted = fitted[usable_rows(bars, fitted)]
    held_back = held_back[usable_rows(bars, held_back)]
    if len(fitted) < _FEWEST_FITTED or len(held_back) < _FEWEST_HELD_BACK:
        return None
    return Split(fitted, held_back)


def judge(champion: Float2D, challenger: Float2D, outcome: Float2D, usual: float) -> Judgement:
    """Return how two models did on the same consecutive as-ofs.

    Args:
        champion: Quantiles of the log total return, shape (n, horizons, levels).
        challenger: The same of the other model.
        outcome: Log total returns, shape (n, horizons).
        usual: Mean absolute one-session log return of the ticker.
    """
    scale = np.full(len(outcome), usual)
    before, after = (
        scaled_pinball(fans, outcome, scale, np.asarray(HORIZONS)).mean(axis=1)
        for fans in (champion, challenger)
    )
    # Forecasts of overlapping sessions move together: blocks of them are the independent pieces.
    blocks = np.arange(len(outcome), dtype=np.int64) // _BLOCK
    return Judgement(
        champion=float(before.mean()),
        challenger=float(after.mean()),
        change=ratio(after - before, before, blocks),
        champion_held=float(inside(champion, outcome, 0.8).mean()),
        challenger_held=float(inside(challenger, outcome, 0.8).mean()),
    )


def usual_move(bars: Bars) -> float:
    """Return the mean absolute one-session log return of a history."""
    moves: Float1D = np.abs(np.diff(np.log(bars.adj_close)))
    return float(moves.mean())
