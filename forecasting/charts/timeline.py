"""Where sessions stand from left to right: the past, today, and a fan with a share of its own.

Sessions are evenly apart on either side of today, but not alike on both: a fan of 5 sessions is as
wide as one of 20, and the past always holds as many sessions. The dotted line is where it changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.days import day_labels, draw_days
from forecasting.charts.header_footer import MARGIN, SMALL
from forecasting.charts.ladder import PAST
from forecasting.charts.texts import ChartTexts
from forecasting.values import Float1D

FAN = 0.4
"""Share of the width that the fan takes."""
DATES = 46.0
"""Pixels under the data for the dates."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Pixels of sessions.

    Attributes:
        left, right: Ends of the data.
        past: Sessions up to today, today included; fewer than `PAST` begin further right.
        ahead: Sessions after today.
    """

    left: float
    right: float
    past: int
    ahead: int

    @property
    def now(self) -> float:
        """Pixel of today."""
        return self.right - FAN * (self.right - self.left)

    @property
    def xs(self) -> Float1D:
        """Pixels of all sessions, shape (past + ahead,)."""
        step = (self.now - self.left) / (PAST - 1)
        behind = self.now - step * np.arange(self.past - 1, -1, -1.0)
        return np.concatenate([behind, self.later(np.arange(1.0, self.ahead + 1))])

    def later(self, positions: Float1D) -> Float1D:
        """Return the pixels of positions after today, 1 being the next session."""
        pixels: Float1D = self.now + positions * (self.right - self.now) / self.ahead
        return pixels


def draw_timeline(
    canvas: Canvas, line: Timeline, days: Sequence[date], bottom: float, texts: ChartTexts
) -> None:
    """Write the dates under the data, today's and the last one first and in full."""
    xs, now = line.xs, line.past - 1
    labels = day_labels(days, (len(days) - 1, now), texts)
    ends = (line.left, canvas.width - MARGIN)

    def x_of(position: int) -> float:
        return float(xs[position])

    baseline = bottom - DATES + 14
    for position in draw_days(canvas, labels, x_of, baseline, SMALL, ends):
        x = x_of(position)
        canvas.line([x, x], [bottom, bottom - 7], canvas.colours.muted, 1.5)
