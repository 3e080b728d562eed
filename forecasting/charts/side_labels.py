"""Labels at the right end of a picture: what a price is, pushed apart to fit, and led to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.label_layout import spread

LEADER = 26.0
"""Width of the thin lines that lead from the data to labels which had to move."""
_LEADING = 1.12
"""Pixels from line to line as a share of the font size."""
_LEAST = 26.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label."""

    text: str
    size: float
    colour: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class SideLabel:
    """A label of the lines, top down, that stands beside a price."""

    price: float
    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        """Pixels it takes."""
        return sum(line.size * _LEADING for line in self.lines) + 4


def column_width(labels: Sequence[SideLabel], most: float = 320.0) -> float:
    """Return the pixels that the labels need beside the data, leaders included, at most `most`."""
    lines = [line for label in labels for line in label.lines]
    return min(most, LEADER + max(width(one.text, one.size, bold=one.bold) for one in lines))


def draw_side(
    canvas: Canvas,
    labels: Sequence[SideLabel],
    wanted: Sequence[float],
    x: float,
    span: tuple[float, float],
) -> None:
    """Draw the labels beside the data's end at pixel `x`.

    Args:
        canvas: Where to draw.
        labels: In any order.
        wanted: Pixels of their prices.
        x: Right end of the data.
        span: Lowest and highest pixel that labels may take; a little more where they need it.
    """
    rising = sorted(zip(wanted, labels, strict=True), key=lambda pair: pair[0])
    sizes = [label.height for _, label in rising]
    spare = max(0.0, sum(sizes) - (span[1] - span[0])) / 2 + 0.5
    places = spread([at for at, _ in rising], sizes, span[0] - spare, span[1] + spare)
    for (at, label), y in zip(rising, places, strict=True):
        canvas.line([x + 4, x + LEADER - 6], [at, float(y)], canvas.colours.muted, 1.5)
        _draw(canvas, label, x + LEADER, float(y) + label.height / 2 - 2)


def _draw(canvas: Canvas, label: SideLabel, left: float, top: float) -> None:
    y, room = top, canvas.width - left - 8
    for line in label.lines:
        wide = width(line.text, line.size, bold=line.bold)
        size = max(_LEAST, line.size * min(1.0, room / max(wide, 1)))
        y -= line.size * _LEADING
        middle = y + line.size * _LEADING / 2
        canvas.text(left, middle, line.text, size, line.colour, bold=line.bold, middle=True)
