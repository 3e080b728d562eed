"""How often baskets ended inside their 80 % range: `python -m forecasting evaluate --baskets`.

Baskets are drawn by lot from tickers that the model never saw, with weights by lot, and made as
they would have been on the day: ties of ranks from the sessions before it only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.backtest import Forecaster
from forecasting.evaluation.intervals import Interval, blocks_of, share
from forecasting.features.model_inputs import MIN_SESSIONS
from forecasting.forecast import usable_rows
from forecasting.together import draws_of, rank_correlation
from forecasting.values import HORIZONS, Bars, Float1D, Float2D

EACH = 20
"""Baskets on each day of the test."""
_LAST, _EVERY = HORIZONS[-1], 5
_SIZES = (2, 3, 5, 8)
_DRAWS = 4000
_ENDS = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class BasketQuality:
    """How often the 80 % ranges of baskets held.

    Attributes:
        tied: With the ties of ranks that are served.
        apart: As if each ticker moved by itself.
        below, above: How often a basket ended below or above its served range.
        baskets: How many there were.
    """

    tied: Interval
    apart: Interval
    below: float
    above: float
    baskets: int


@dataclass(frozen=True, slots=True, eq=False)
class _Fans:
    """One ticker's forecasts of the last session on the days of the test.

    Attributes:
        rows: By as-of: its position in the history.
        quantiles: Log returns, shape (n, levels), in the order of `rows`.
    """

    bars: Bars
    rows: Mapping[np.datetime64, int]
    quantiles: Float2D


def basket_lines(found: BasketQuality) -> list[str]:
    """Return what was found as lines of text."""
    lines = [f"{found.baskets} baskets, 20 sessions ahead, ranges that promise 80 of 100:"]
    for name, one in (("as served", found.tied), ("if they moved apart", found.apart)):
        held, low, high = (100 * value for value in (one.value, one.low, one.high))
        lines.append(f"{name}: {held:.1f} held (95 % interval {low:.1f} to {high:.1f})")
    return [*lines, f"as served, below {100 * found.below:.1f}, above {100 * found.above:.1f}"]


def basket_quality(
    model: Forecaster,
    histories: Sequence[Bars],
    market: Bars | None,
    span: tuple[date, date],
    each: int = EACH,
) -> BasketQuality | None:
    """Return how often baskets ended inside their range, None where no day has enough tickers.

    Args:
        model: The model, with the announcements it may see.
        histories: Of tickers that it never saw.
        market: The market's bars.
        span: First as-of, and last date whose price is used.
        each: Baskets on every day of the test; days are five sessions apart.
    """
    days = _days(histories, span)
    fans = [f for bars in histories if (f := _fans(model, bars, market, days)) is not None]
    found = [one for day in days for one in _on_day(fans, day, each)]
    if not found:
        return None
    on, places, loose = zip(*found, strict=True)
    blocks = blocks_of([day.item() for day in on], _LAST)
    place, apart = np.array(places), np.array(loose)
    return BasketQuality(
        share((place == 0).astype(float), blocks),
        share(apart.astype(float), blocks),
        float((place < 0).mean()),
        float((place > 0).mean()),
        len(place),
    )


def _days(histories: Sequence[Bars], span: tuple[date, date]) -> NDArray[np.datetime64]:
    """Return every fifth session of the longest history in the span, outcomes known by its end."""
    longest = max((bars.between(*span) for bars in histories), key=len)
    return longest.sessions[:-_LAST:_EVERY]


def _fans(
    model: Forecaster,
    bars: Bars,
    market: Bars | None,
    days: NDArray[np.datetime64],
) -> _Fans | None:
    rows = np.searchsorted(bars.sessions, days)
    fits = (rows >= 2 * MIN_SESSIONS) & (rows + _LAST < len(bars))
    rows = rows[fits]
    rows = rows[bars.sessions[rows] == days[fits]]
    rows = rows[usable_rows(bars, rows)] if len(rows) else rows
    if not len(rows):
        return None
    quantiles = model.quantiles(bars, rows, market)[:, _LAST - 1]
    return _Fans(bars, {bars.sessions[row]: int(row) for row in rows}, quantiles)


def _on_day(
    fans: Sequence[_Fans], day: np.datetime64, each: int
) -> Iterator[tuple[np.datetime64, int, bool]]:
    """Yield for each basket of a day: below (-1), inside (0) or above (1); inside if loose."""
    open_ = [one for one in fans if day in one.rows]
    rng = np.random.default_rng(int(day.astype("datetime64[D]").astype(int)))
    for number in range(each):
        size = _SIZES[number % len(_SIZES)]
        if len(open_) < size:
            continue
        chosen = [open_[place] for place in rng.choice(len(open_), size, replace=False)]
        yield (day, *_outcome(chosen, day, rng.dirichlet(np.full(size, 2.0))))


def _outcome(chosen: Sequence[_Fans], day: np.datetime64, weights: Float1D) -> tuple[int, bool]:
    rows = [one.rows[day] for one in chosen]
    before = [one.bars.rows(slice(0, row + 1)) for one, row in zip(chosen, rows, strict=True)]
    fans = np.stack([one.quantiles[list(one.rows).index(day)] for one in chosen])
    came = float(
        sum(
            weight * one.bars.adj_close[row + _LAST] / one.bars.adj_close[row]
            for weight, one, row in zip(weights, chosen, rows, strict=True)
        )
    )
    low, high = _range(fans, rank_correlation(before), weights)
    loose_low, loose_high = _range(fans, np.eye(len(chosen)), weights)
    place = int(came > high) - int(came < low)
    return place, bool(loose_low <= came <= loose_high)


def _range(fans: Float2D, correlation: Float2D, weights: Float1D) -> Float1D:
    found: Float1D = np.quantile(draws_of(fans, correlation, 1, _DRAWS) @ weights, _ENDS)
    return found
