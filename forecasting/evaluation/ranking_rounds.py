"""The rounds of a ranking: the same assets asked every 20 sessions, three forecasters beside."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.backtest import Forecaster
from forecasting.evaluation.baselines import RandomWalk
from forecasting.evaluation.ranking import Round, probabilities, score
from forecasting.values import HORIZONS, Bars, Float2D

LONG = "250-session volatility"
_EVERY = HORIZONS[-1]
_PAST = 500
_SHRUNK = 0.9
_NORMAL = np.array([-1.959964, -1.644854, -1.281552, -0.841621, -0.67449, -0.253347, 0.0])
_LEVELS = np.concatenate([_NORMAL, -_NORMAL[-2::-1]])


def assets(histories: Sequence[Bars], start: date, end: date, count: int) -> list[Bars]:
    """Return the most traded histories of one exchange that span the rounds and their past."""
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    whole = [
        bars
        for bars in histories
        if bars.exchange == "XNYS"
        and np.searchsorted(bars.sessions, first) > _PAST
        and bars.sessions[-1] >= last - 7
        and bars.volume[-1] > 0
    ]
    traded = [-float(np.median((bars.close * bars.volume)[-_PAST:])) for bars in whole]
    return [whole[i] for i in np.argsort(traded)[:count]]


def ranking_scores(
    model: Forecaster, chosen: Sequence[Bars], market: Bars | None, start: date, end: date
) -> dict[str, NDArray[np.float64]]:
    """Return the ranked probability score of each round by forecaster.

    Args:
        model: The forecaster that is asked about.
        chosen: The assets, as `assets` returns them.
        market: The market's bars.
        start: First as-of.
        end: Last date whose price is used.
    """
    calendar = chosen[0].sessions
    inside = (calendar >= np.datetime64(start, "D")) & (calendar <= np.datetime64(end, "D"))
    days = calendar[inside][: -HORIZONS[-1] : _EVERY]
    rows = [np.searchsorted(bars.sessions, days, side="right") - 1 for bars in chosen]
    fans: dict[str, Callable[[Bars, NDArray[np.int64]], Float2D]] = {
        model.name: lambda bars, at: model.quantiles(bars, at, market)[:, -1],
        RandomWalk.name: lambda bars, at: RandomWalk().quantiles(bars, at, market)[:, -1],
        LONG: _long,
    }
    made = {
        name: np.stack([fan(bars, at) for bars, at in zip(chosen, rows, strict=True)], axis=1)
        for name, fan in fans.items()
    }
    found: dict[str, list[float]] = {name: [] for name in fans}
    for place in range(len(days)):
        at = [own[place] for own in rows]
        together, came = _correlation(chosen, at), _came(chosen, at)
        for name, own in made.items():
            one = Round(own[place], together, came)
            found[name].append(score(one, probabilities(one)))
    return {name: np.asarray(values) for name, values in found.items()}


def _long(bars: Bars, rows: NDArray[np.int64]) -> Float2D:
    moves = np.diff(np.log(bars.adj_close))
    usual = np.array([moves[row - 250 : row].std() for row in rows])
    return np.asarray(usual[:, None] * np.sqrt(HORIZONS[-1]) * _LEVELS)


def _correlation(chosen: Sequence[Bars], at: Sequence[int]) -> Float2D:
    moves = [
        np.diff(np.log(bars.adj_close[row - _PAST : row + 1]))
        for bars, row in zip(chosen, at, strict=True)
    ]
    found = np.corrcoef(np.stack(moves))
    return np.asarray(_SHRUNK * found + (1 - _SHRUNK) * np.eye(len(chosen)))


def _came(chosen: Sequence[Bars], at: Sequence[int]) -> NDArray[np.float64]:
    ahead = [
        bars.adj_close[min(row + HORIZONS[-1], len(bars) - 1)] / bars.adj_close[row]
        for bars, row in zip(chosen, at, strict=True)
    ]
    return np.asarray(np.log(ahead))
