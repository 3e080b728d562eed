"""What came of a question of the league: the five fifths, how many called each, and the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.findings import close_line, currency_of
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import MARGIN, TEXT, finding, fit, footer
from forecasting.charts.palette import Theme, palette
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import Forecast

TALL = 560
"""Pixels: as tall as the picture of a question in words."""
_GAP = 18.0
_RADIUS = 8.0


@dataclass(frozen=True, slots=True)
class FifthsPicture:
    """What is drawn.

    Attributes:
        edges: Prices between the fifths, rising, shape (4,).
        counts: How many called each fifth, the lowest first, shape (5,).
        came: The fifth of the close, 0..4.
        close: The close, in the forecast's share count.
        target: Its session.
        name: Of the company; empty where it has none.
        number: Of the forecast in the ledger.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    came: int
    close: float
    target: date
    name: str = ""
    number: int = 0


def draw_fifths(
    forecast: Forecast,
    shown: FifthsPicture,
    *,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
) -> bytes:
    """Return the picture as an opaque PNG of 1280 x 560 pixels.

    Args:
        forecast: Whose fifths they are.
        shown: What is drawn.
        theme: Light or dark.
        texts: Words and formats of one language.
    """
    canvas, texts = Canvas(palette(theme), WIDTH, TALL), readable(texts)
    ranges = ranges_of(forecast, shown.edges, texts)
    came = close_line(forecast, "", shown.close, shown.target, texts)
    title = f"{shown.name or forecast.ticker}: {ranges[shown.came]}"
    top = finding(canvas, [title, f"{forecast.ticker}: {ranges[shown.came]}"], [came])
    bottom = footer(canvas, texts, shown.number)
    step = (top - bottom) / len(ranges)
    for fifth, label in enumerate(ranges):
        _draw_row(canvas, shown, fifth, label, (bottom + step * fifth, step))
    return canvas.png()


def ranges_of(forecast: Forecast, edges: Sequence[float], texts: ChartTexts) -> list[str]:
    """Return the five fifths by their prices, the lowest first."""
    prices = [texts.alike(edge, currency_of(forecast), forecast.close) for edge in edges]
    between = [texts.moves.format(low=low, high=high) for low, high in pairwise(prices)]
    return [f"≤ {prices[0]}", *between, f"> {prices[-1]}"]


def _draw_row(
    canvas: Canvas, shown: FifthsPicture, fifth: int, label: str, row: tuple[float, float]
) -> None:
    colours, (bottom, step) = canvas.colours, row
    came, count = fifth == shown.came, shown.counts[fifth]
    left, right = MARGIN + 430.0, canvas.width - MARGIN - 90.0
    middle = bottom + step / 2
    text, size = fit(label, TEXT, left - MARGIN - 44, bold=came)
    canvas.text(left - 24, middle, text, size, colours.ink, "right", bold=came, middle=True)
    end = left + (right - left) * count / max(1, *shown.counts)
    shade = colours.median if came else colours.middle
    canvas.box(
        left,
        bottom + _GAP / 2,
        max(end, left + 4),
        bottom + step - _GAP / 2,
        shade,
        _RADIUS if end > left + 20 else 0,
    )
    said = str(count)
    canvas.text(max(end, left + 4) + 16, middle, said, TEXT, colours.ink, bold=came, middle=True)
    if came:
        mark = left - 24 - width(text, size, bold=True) - 22
        canvas.dot(mark, middle, 8, colours.median)
