"""The ground of a price picture: the area of the data, its axes and the bands of a fan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.days import day_labels, draw_days
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import MARGIN, SMALL
from forecasting.charts.ladder_axis import BANDS
from forecasting.charts.scale import LogScale, tick_decimals
from forecasting.charts.texts import ChartTexts
from forecasting.values import Float1D

DAYS = 42
"""Pixels under the data for the dates."""
_GAP = 14


@dataclass(frozen=True, slots=True)
class Frame:
    """Where data is drawn: pixels of the left and right end, how many sessions, and the prices."""

    left: float
    right: float
    sessions: int
    scale: LogScale

    def x(self, position: int) -> float:
        """Return the pixel of a session."""
        return self.left + position * (self.right - self.left) / max(1, self.sessions - 1)

    @property
    def xs(self) -> Float1D:
        """Pixels of all sessions, shape (sessions,)."""
        return np.array([self.x(i) for i in range(self.sessions)])


def price_axis_width(scale: LogScale, texts: ChartTexts) -> float:
    """Return the pixels that the prices left of the data take."""
    return max(width(text, SMALL) for _, text in _ticks(scale, texts)) + _GAP


def draw_price_axis(canvas: Canvas, frame: Frame, texts: ChartTexts) -> None:
    """Draw round prices left of the data and a thin line for each."""
    colours = canvas.colours
    for price, text in _ticks(frame.scale, texts):
        y = float(frame.scale.at(price))
        canvas.line([frame.left, frame.right], [y, y], colours.grid, 1.5)
        canvas.text(frame.left - _GAP, y, text, SMALL, colours.muted, "right", middle=True)


def draw_dates(
    canvas: Canvas, frame: Frame, days: Sequence[date], strong: Sequence[int], texts: ChartTexts
) -> None:
    """Draw the dates under the data, those at the positions `strong` first and in full."""
    labels = day_labels(days, strong, texts)
    bottom = frame.scale.bottom
    ends = (frame.left, canvas.width - MARGIN)
    for position in draw_days(canvas, labels, frame.x, bottom - DAYS + 8, SMALL, ends):
        x = frame.x(position)
        canvas.line([x, x], [bottom, bottom - 7], canvas.colours.muted, 1.5)


def draw_bands(canvas: Canvas, x: Float1D, edges: Mapping[float, Float1D], scale: LogScale) -> None:
    """Fill the 95, 80 and 50 % bands over pixels `x`; `edges` holds prices by level."""
    colours = (canvas.colours.outer, canvas.colours.middle, canvas.colours.inner)
    for (low, high), colour in zip(BANDS, colours, strict=True):
        canvas.band(x, scale.at(edges[low]), scale.at(edges[high]), colour)


def _ticks(scale: LogScale, texts: ChartTexts) -> list[tuple[float, str]]:
    ticks = scale.ticks()
    decimals = tick_decimals(ticks)
    return [(price, texts.number(price, decimals)) for price in ticks]
