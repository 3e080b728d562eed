"""How often ranges held in each slice of days: what `/predict` and `/model` tell of a forecast.

Slices are those that forecasts carry (`forecasting.slices`), told as of each day from what was
public then. Measured with the scored model on tickers that it never saw, after its cut.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.evaluation.backtest import BANDS, Origins, origins
from forecasting.evaluation.case_scores import SCORED
from forecasting.evaluation.scores import inside
from forecasting.features.model_inputs import inputs_at
from forecasting.features.slicing import slice_of
from forecasting.forecast import usual_rows, widths
from forecasting.model.artifact import SliceQuality
from forecasting.model.serving import Model
from forecasting.slices import SLICE_HORIZON, SLICES
from forecasting.values import HORIZONS, Bars, Float1D, Float2D

_POSITIONS = [HORIZONS.index(horizon) for horizon in SCORED]
_PLACE = HORIZONS.index(SLICE_HORIZON)
_TOLD = (BANDS.index(0.8), BANDS.index(0.95))


@dataclass(frozen=True, slots=True, eq=False)
class SliceCases:
    """Forecasts by slice.

    Attributes:
        slice: Of each of n forecasts, shape (n,).
        held: Whether the outcome lies in the 80 and 95 % range, shape (n, `SCORED`, 2).
    """

    slice: NDArray[np.str_]
    held: NDArray[np.bool_]


def slice_shares(
    model: Model,
    histories: Iterable[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements],
    span: tuple[date, date],
    every: int,
) -> tuple[SliceQuality, ...]:
    """Return how often the ranges held, by slice and horizon.

    Args:
        model: The served model.
        histories: Of tickers that it never saw.
        market: The market's bars.
        known: Announcements by ticker. Each such ticker is asked again as from the past alone, for
            the slice `expected`.
        span: First as-of, and last date whose price is used.
        every: Sessions between two as-ofs.
    """
    parts = []
    for bars in histories:
        found = origins(bars, *span, every)
        if found is None:
            continue
        told = known.get(bars.ticker)
        parts.append(cases_by_slice(model, found, market, told))
        if told is not None:
            guessed = cases_by_slice(model, found, market, told.past_alone())
            chosen = guessed.slice == "expected"
            parts.append(SliceCases(guessed.slice[chosen], guessed.held[chosen]))
    return _shares(parts)


def cases_by_slice(
    model: Model, found: Origins, market: Bars | None, known: Announcements | None
) -> SliceCases:
    """Return one history's forecasts with their slices."""
    bars, rows = found.bars, found.rows
    asked = np.unique(np.concatenate([rows, *(usual_rows(int(row)) for row in rows)]))
    fans = model.run(inputs_at(bars, asked, market, known))
    widening = _widening(fans, asked, rows)
    days = bars.sessions.tolist()
    names = [
        slice_of(bars.ticker, days[row], days[row + 1 : row + 1 + SLICE_HORIZON], known, wide)
        for row, wide in zip(rows.tolist(), widening.tolist(), strict=True)
    ]
    fan = fans[np.searchsorted(asked, rows)][:, _POSITIONS]
    held = np.stack([inside(fan, found.outcome[:, _POSITIONS], BANDS[b]) for b in _TOLD], axis=2)
    return SliceCases(np.array(names), held)


def _widening(fans: Float2D, asked: NDArray[np.int64], rows: NDArray[np.int64]) -> Float1D:
    """Return each row's range over the ticker's usual one, as forecasts have it."""
    own = widths(fans)[:, _PLACE]
    usual = [np.median(own[np.searchsorted(asked, usual_rows(int(row)))]) for row in rows]
    ratio: Float1D = own[np.searchsorted(asked, rows)] / np.array(usual)
    return ratio


def _shares(parts: list[SliceCases]) -> tuple[SliceQuality, ...]:
    if not parts:
        return ()
    names = np.concatenate([part.slice for part in parts])
    held = np.concatenate([part.held for part in parts])
    return tuple(
        SliceQuality(
            slice=name,
            horizon=horizon,
            cases=int((names == name).sum()),
            held_80=round(float(held[names == name, i, 0].mean()), 4),
            held_95=round(float(held[names == name, i, 1].mean()), 4),
        )
        for name in SLICES
        if (names == name).any()
        for i, horizon in enumerate(SCORED)
    )
