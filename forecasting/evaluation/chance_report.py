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
    """

    said: NDArray[np.float64]
    came: NDArray[np.bool_]


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
        np.concatenate([part.said for part in parts]), np.concatenate([part.came for part in parts])
    )


def _of_history(model: Forecaster, found: Origins, market: Bars | None) -> Chances:
    fans = model.quantiles(found.bars, found.rows, market)[:, _POSITIONS]
    outcome = found.outcome[:, _POSITIONS]
    marks, levels = np.log1p(MARKS), np.array(LEVELS)
    said = np.array(
        [[[exceeding(fan, levels, mark) for mark in marks] for fan in own] for own in fans]
    )
    return Chances(said, outcome[:, :, None] > marks)


def chance_tables(found: Chances) -> list[Table]:
    """Return what came by what was said: one table by horizon, one by mark."""
    by_horizon = {
        f"h={horizon}": (found.said[:, i].ravel(), found.came[:, i].ravel())
        for i, horizon in enumerate(SCORED)
    } | {"all": (found.said.ravel(), found.came.ravel())}
    by_mark = {
        f"above {100 * mark:+.0f} %": (found.said[:, :, i].ravel(), found.came[:, :, i].ravel())
        for i, mark in enumerate(MARKS)
    }
    return [
        _table("Chances of a close above a price, by horizon", by_horizon),
        _table("Chances of a close above a price, by the price's distance", by_mark),
    ]


def _table(title: str, columns: Mapping[str, tuple[Float1D, NDArray[np.bool_]]]) -> Table:
    rows = []
    for tenth in range(_TENTHS):
        cells = [_cell(said, came, tenth) for said, came in columns.values()]
        rows.append((f"{10 * tenth} to {10 * (tenth + 1)} %", *cells))
    return Table(
        title,
        "Mean chance said / share that came, %, in each tenth of what was said; a star where they "
        f"differ by more than {_PROMISED:g} points, nothing below {_LEAST} cases.",
        ("said", *columns),
        tuple(rows),
    )


def _cell(said: Float1D, came: NDArray[np.bool_], tenth: int) -> str:
    inside = np.minimum((said * _TENTHS).astype(int), _TENTHS - 1) == tenth
    if inside.sum() < _LEAST:
        return ""
    promised, kept = 100 * said[inside].mean(), 100 * came[inside].mean()
    star = "*" if abs(promised - kept) > _PROMISED else ""
    return f"{promised:.1f} / {kept:.1f}{star} ({inside.sum()})"
