"""The scale of per cent as drawn: its printed rungs, today's price, and a fan's bands on it."""

from collections.abc import Mapping

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import SMALL
from forecasting.charts.ladder import Ladder
from forecasting.charts.smooth import smooth_edges
from forecasting.charts.texts import ChartTexts
from forecasting.charts.timeline import Timeline
from forecasting.values import Float1D

BANDS = ((0.025, 0.975), (0.1, 0.9), (0.25, 0.75))
"""Levels of the 95, 80 and 50 % bands, the widest first."""
_GAP = 14.0


def axis_width(ladder: Ladder, texts: ChartTexts) -> float:
    """Return the pixels that the printed changes take left of the data."""
    return max(width(texts.percent(mark, 0), SMALL) for mark in ladder.marks()) + _GAP


def draw_axis(
    canvas: Canvas, line: Timeline, ladder: Ladder, texts: ChartTexts, *, size: float = SMALL
) -> None:
    """Draw the rungs with their changes, and today's price as a thin grey line."""
    colours = canvas.colours
    for mark in ladder.marks():
        y = float(ladder.at(ladder.close * (1 + mark)))
        canvas.line([line.left, line.right], [y, y], colours.grid, 1.5)
        text = texts.percent(mark, 0)
        canvas.text(line.left - _GAP, y, text, size, colours.muted, "right", middle=True)


def draw_fan_bands(
    canvas: Canvas,
    line: Timeline,
    ladder: Ladder,
    edges: Mapping[float, Float1D],
    edge: float = 2.5,
) -> None:
    """Fill the three bands and line the 80 % one; at each session they are as `edges` says."""
    positions, curves = smooth_edges({level: edges[level] for band in BANDS for level in band})
    x = line.later(positions)
    shades = (canvas.colours.outer, canvas.colours.middle, canvas.colours.inner)
    for (low, high), shade in zip(BANDS, shades, strict=True):
        canvas.band(x, ladder.at(curves[low]), ladder.at(curves[high]), shade)
    for level in BANDS[1]:
        canvas.line(x, ladder.at(curves[level]), canvas.colours.median, edge)


def draw_today(canvas: Canvas, line: Timeline, ladder: Ladder, word: str = "") -> None:
    """Draw today's price as a thin grey line and today as a dotted one, `word` above it."""
    colours = canvas.colours
    y, x = float(ladder.at(ladder.close)), line.now
    canvas.line([line.left, line.right], [y, y], colours.muted, 1.5)
    canvas.line([x, x], [ladder.bottom, ladder.top], colours.muted, 2, dashes=(3, 5))
    if word:
        canvas.text(x, ladder.top + 12, word, SMALL, colours.ink, "center", bold=True)
