"""Whether ranges held what they promised: a verdict, and 100 squares a layman reads at once.

Of 100 ranges that promised 80, so many squares are filled as held; the rest are crossed, and a line
shows how far the filling should reach.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import SMALL, fit
from forecasting.charts.texts import ChartTexts

PROMISED = 0.8
LEAST_RESULTS = 6
"""Independent results below which nothing is judged."""
_LUCK = 1.645
"""Of honest forecasters, 90 % stay within this many standard deviations."""
_NEAR = 0.02
"""A difference that no reader would feel, however certain it is."""
_ROWS = 10
_DOT = " · "
_GAP = 0.16
_LABEL = 24.0
Verdict = Literal["kept", "narrow", "wide", "early"]


def luck(independent: float) -> float:
    """Return by how much luck alone moves the share that held, of so many independent results."""
    return _LUCK * float(np.sqrt(PROMISED * (1 - PROMISED) / max(independent, 1)))


def judge(held: float, independent: float) -> Verdict:
    """Return the verdict on a share of ranges that held."""
    if independent < LEAST_RESULTS:
        return "early"
    if abs(held - PROMISED) <= max(luck(independent), _NEAR):
        return "kept"
    return "narrow" if held < PROMISED else "wide"


def verdict_line(verdict: Verdict, name: str, texts: ChartTexts) -> str:
    """Return the verdict in words."""
    sentences = {
        "kept": texts.kept,
        "narrow": texts.too_narrow,
        "wide": texts.too_wide,
        "early": texts.too_early,
    }
    return sentences[verdict].format(name=name)


def hundred_line(held: float, texts: ChartTexts) -> str:
    """Return in words what the hundred squares show."""
    count, promised = texts.number(100 * held, 0), texts.number(100 * PROMISED, 0)
    return texts.of_hundred.format(promised=promised, held=count)


def draw_hundred(
    canvas: Canvas, held: float, place: tuple[float, float, float, float], texts: ChartTexts
) -> None:
    """Draw one hundred squares and how many were promised to be filled.

    Args:
        canvas: Where to draw.
        held: Share that held.
        place: Left, bottom, right and top in pixels; squares and label are in the middle of it.
        texts: Words.
    """
    text = texts.promised.format(count=texts.number(100 * PROMISED, 0))
    wide = width(text, SMALL, bold=True)
    left, bottom, right, top = place
    side = min(top - bottom, right - left - wide - _LABEL)
    bottom += (top - bottom - side) / 2
    step = side / _ROWS
    for spot in range(_ROWS * _ROWS):
        row, column = divmod(spot, _ROWS)
        corner = (left + column * step, bottom + row * step)
        _draw_square(canvas, corner, step * (1 - _GAP), held=spot < round(100 * held))
    colours, y = canvas.colours, bottom + PROMISED * side - step * _GAP / 2
    canvas.line([left - 8, left + side + 16], [y, y], colours.ink, 4)
    canvas.text(left + side + _LABEL, y, text, SMALL, colours.ink, bold=True, middle=True)


def _draw_square(canvas: Canvas, corner: tuple[float, float], size: float, *, held: bool) -> None:
    colours, (left, bottom) = canvas.colours, corner
    right, top = left + size, bottom + size
    if held:
        canvas.box(left, bottom, right, top, colours.inner)
        return
    inset = size * 0.18
    for ys in ((bottom + inset, top - inset), (top - inset, bottom + inset)):
        canvas.line([left + inset, right - inset], ys, colours.alert, 4)


def draw_statistics(canvas: Canvas, parts: Sequence[str], baseline: float, room: float) -> None:
    """Write the statistics behind a verdict on one line, the last ones left out without room."""
    kept = [part for part in parts if part]
    while len(kept) > 1 and width(_DOT.join(kept), SMALL) > room:
        kept.pop()
    text, size = fit(_DOT.join(kept), SMALL, room)
    canvas.text(28, baseline, text, size, canvas.colours.muted)
