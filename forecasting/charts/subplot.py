"""A small plot inside a picture: two linear axes, labelled in whole percent or counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import SMALL
from forecasting.charts.label_layout import spread
from forecasting.charts.scale import LinearScale, tick_decimals
from forecasting.charts.texts import ChartTexts

_GAP = 12
_ROW = 32.0
_APART = 24.0


@dataclass(frozen=True, slots=True)
class Subplot:
    """Two axes; `x.start` is left and `y.start` is below."""

    x: LinearScale
    y: LinearScale


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A name beside the end of a line, at the height `y` of the panel's axis."""

    y: float
    text: str
    colour: str


def draw_y_axis(canvas: Canvas, panel: Subplot, texts: ChartTexts, *, hundred: float = 100) -> None:
    """Draw the y axis' round values, times `hundred`, with a thin line for each."""
    ticks = panel.y.ticks()
    decimals = tick_decimals([tick * hundred for tick in ticks])
    for tick in ticks:
        y = float(panel.y.at(tick))
        canvas.line([panel.x.start, panel.x.end], [y, y], canvas.colours.grid, 1.5)
        text = texts.number(tick * hundred, decimals)
        colour = canvas.colours.muted
        canvas.text(panel.x.start - _GAP, y, text, SMALL, colour, "right", middle=True)


def draw_x_axis(
    canvas: Canvas, panel: Subplot, ticks: Sequence[float], texts: ChartTexts, *, hundred: float = 1
) -> None:
    """Write values, times `hundred`, under the x axis, leaving out those without room."""
    taken = float("-inf")
    baseline = panel.y.start - SMALL - 10
    for tick in ticks:
        text = texts.number(tick * hundred, 0)
        x, wide = float(panel.x.at(tick)), width(text, SMALL)
        if x - wide / 2 < taken + _APART:
            continue
        canvas.text(x, baseline, text, SMALL, canvas.colours.muted, "center")
        taken = x + wide / 2


def draw_line_ends(canvas: Canvas, panel: Subplot, ends: Sequence[LineEnd]) -> None:
    """Write names beside the right end of lines, pushed apart."""
    rising = sorted(ends, key=lambda end: end.y)
    wanted = [float(panel.y.at(end.y)) for end in rising]
    heights = [_ROW] * len(rising)
    for end, y in zip(rising, spread(wanted, heights, panel.y.start, panel.y.end), strict=True):
        canvas.text(
            panel.x.end + _GAP, float(y), end.text, SMALL, end.colour, bold=True, middle=True
        )
