"""Which dates stand under a picture whose x axis counts sessions: closed days leave no gap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.texts import ChartTexts

_GAP = 18.0
"""Pixels between two dates."""


@dataclass(frozen=True, slots=True)
class DayLabel:
    """A text centred under the session at `position`; `strong` ones are never left out."""

    position: int
    text: str
    strong: bool


def day_labels(days: Sequence[date], strong: Sequence[int], texts: ChartTexts) -> list[DayLabel]:
    """Return the dates worth a label: the strong positions, and where months begin.

    Args:
        days: All sessions on the axis, rising.
        strong: Positions that must be dated, most important first.
        texts: Formats of dates.

    Returns:
        Labels in the order in which they get their place.
    """
    labels = [DayLabel(i, texts.day(days[i]), strong=True) for i in strong]
    starts = [
        i
        for i, (before, day) in enumerate(pairwise(days), start=1)
        if (before.year, before.month) != (day.year, day.month)
    ]
    # A new year tells more than a new month, so it is placed before the months.
    starts.sort(key=lambda i: (days[i].year == days[i - 1].year, -i))
    labels += [DayLabel(i, texts.month(days[i]), strong=False) for i in starts]
    return labels


def draw_days(
    canvas: Canvas,
    labels: Sequence[DayLabel],
    x_of: Callable[[int], float],
    baseline: float,
    size: float,
    ends: tuple[float, float],
) -> list[int]:
    """Write the labels that find room, the first ones first, and return their positions.

    Args:
        canvas: Where to draw.
        labels: As from `day_labels`.
        x_of: From position to pixels.
        baseline: Of the texts.
        size: Of the font.
        ends: Pixels between which all texts stay.
    """
    taken: list[tuple[float, float]] = []
    written = []
    for label in labels:
        wide = width(label.text, size, bold=label.strong)
        left = min(max(x_of(label.position) - wide / 2, ends[0]), ends[1] - wide)
        if any(left < right + _GAP and start - _GAP < left + wide for start, right in taken):
            continue
        colour = canvas.colours.ink if label.strong else canvas.colours.muted
        canvas.text(left, baseline, label.text, size, colour, bold=label.strong)
        taken.append((left, left + wide))
        written.append(label.position)
    return written
