"""Whether chances come true: of all moves said to be likely by so much, how many came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.chances import exceeding
from forecasting.evaluation.backtest import Forecaster, Origins, origins
from forecasting.evaluation.case_scores import SCORED
from forecasting.evaluation.report import Table
from forecasting.values import HORIZONS, LEVELS, Bars, Float1D

MARKS = (-0.10, -0.05, -0.02, 0.02, 0.05, 0.10)
"""Moves whose exceeding is asked for, as shares of the last close."""
_TENTHS = 10
_LEAST = 300
"""Chances below which a tenth shows no share: it would be noise."""
_PROMISED = 2.0
"""Points by which what came may miss what was said before it is marked."""
_POSITIONS = [HORIZONS.index(horizon) for horizon in SCORED]


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """What was said and what came of n forecasts.

    Attributes:
        said: Chance of a close above each mark, shape (n, `SCORED`, `MARKS`).
        came: Whether it was above, same shape.
        months: Of each forecast's as-of, counted from 1970, shape (n,).
    """

    said: NDArray[np.float64]
    came: NDArray[np.bool_]
    months: NDArray[np.int64]


def chances(
    model: Forecaster,
    histories: Iterable[Bars],
    market: Bars | None,
    span: tuple[date, date],
    every: int,
) -> Chances | None:
    """Return the chances that a forecaster gave, None where no history spans the test.

    Args:
        model: The forecaster.
        histories: Of tickers that it never saw.
        market: The market's bars.
        span: First as-of, and last date whose price is used.
        every: Sessions between two as-ofs.
    """
    found = (origins(bars, *span, every) for bars in histories)
    parts = [_of_history(model, one, market) for one in found if one is not None]
    if not parts:
        return None
    return Chances(
        np.concatenate([part.said for part in parts]),
        np.concatenate([part.came for part in parts]),
        np.concatenate([part.months for part in parts]),
    )


def _of_history(model: Forecaster, found: Origins, market: Bars | None) -> Chances:
    fans = model.quantiles(found.bars, found.rows, market)[:, _POSITIONS]
    outcome = found.outcome[:, _POSITIONS]
    marks, levels = np.log1p(MARKS), np.array(LEVELS)
    said = np.array(
        [[[exceeding(fan, levels, mark) for mark in marks] for fan in own] for own in fans]
    )
    months = found.bars.sessions[found.rows].astype("datetime64[M]").astype(np.int64)
    return Chances(said, outcome[:, :, None] > marks, months)


def chance_tables(found: Chances) -> list[Table]:
    """Return what came by what was said: one table by horizon, one by mark."""
    by_horizon = {
        f"h={horizon}": (slice(i, i + 1), slice(None)) for i, horizon in enumerate(SCORED)
    }
    by_mark = {
        f"above {100 * mark:+.0f} %": (slice(None), slice(i, i + 1)) for i, mark in enumerate(MARKS)
    }
    every = {"all": (slice(None), slice(None))}
    return [
        _table("Chances of a close above a price, by horizon", found, by_horizon | every),
        _table("Chances of a close above a price, by the price's distance", found, by_mark),
    ]


def _table(title: str, found: Chances, columns: Mapping[str, tuple[slice, slice]]) -> Table:
    cells = {name: _cells(found, horizons, marks) for name, (horizons, marks) in columns.items()}
    rows = tuple(
        (f"{10 * tenth} to {10 * (tenth + 1)} %", *(column[tenth] for column in cells.values()))
        for tenth in range(_TENTHS)
    )
    return Table(
        title,
        "Mean chance said / share that came, %, in each tenth of what was said, with the error of "
        f"their difference over months; a star where it is more than {_PROMISED:g} points, nothing "
        f"below {_LEAST} cases.",
        ("said", *columns),
        rows,
    )


def _cells(found: Chances, horizons: slice, marks: slice) -> list[str]:
    said, came = found.said[:, horizons, marks], found.came[:, horizons, marks]
    months = np.broadcast_to(found.months[:, None, None], said.shape)
    tenths = np.minimum((said * _TENTHS).astype(int), _TENTHS - 1)
    return [
        _cell(said[inside], came[inside], months[inside])
        for inside in (tenths == tenth for tenth in range(_TENTHS))
    ]


def _cell(said: Float1D, came: NDArray[np.bool_], months: NDArray[np.int64]) -> str:
    if len(said) < _LEAST:
        return ""
    promised, kept = 100 * said.mean(), 100 * came.mean()
    star = "*" if abs(promised - kept) > _PROMISED else ""
    error = error_over_blocks(100 * (said - came), months)
    return f"{promised:.1f} / {kept:.1f} ±{error:.1f}{star} ({len(said)})"


def error_over_blocks(values: Float1D, blocks: NDArray[np.int64]) -> float:
    """Return the standard error of a mean whose values are alike within blocks.

    The sandwich estimator for clusters with its small-sample factor (Liang and Zeger 1986,
    Biometrika 73, 13-22). Zero where there is one block alone.
    """
    _, places = np.unique(blocks, return_inverse=True)
    sums = np.bincount(places, values - values.mean())
    if len(sums) < 2:
        return 0.0
    return float(np.sqrt(np.square(sums).sum() * len(sums) / (len(sums) - 1)) / len(values))
