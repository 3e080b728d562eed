"""What a week brought: for each ticker the range that was given, and where its close came."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import MARGIN, SMALL, TEXT, finding, fit, footer
from forecasting.charts.ladder import RUNGS
from forecasting.charts.marks import draw_verdict
from forecasting.charts.palette import Theme, palette
from forecasting.charts.texts import ENGLISH, ChartTexts, readable

MOST = 20
"""Tickers on one picture."""
_HEAD, _AXIS, _FOOT = 150, 44, 72
_ROW = 78
_NAME, _GAP = 330.0, 24.0
_BAR, _MARK = 15, 19


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One ticker's newest range of the week, as changes from the day it was given, in shares.

    Attributes:
        low, high: Ends of the range that 8 in 10 closes fall into.
        came: The close.
        inside: Whether it was in the range, by the ledger's rule.
        held, count: Of so many ranges of the week, how many held.
    """

    name: str
    low: float
    high: float
    came: float
    inside: bool
    held: int
    count: int


def draw_week(
    rows: Sequence[WeekRow],
    horizon: int,
    *,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
) -> bytes:
    """Return one picture with a row for each ticker, all on one scale.

    Args:
        rows: Of 1 to 20 tickers, in the order to be shown.
        horizon: Sessions between a range and its close.
        theme: Light or dark.
        texts: Words and formats of one language.

    Returns:
        An opaque PNG, 1280 pixels wide and as high as it needs; the same bytes for the same
        arguments.

    Raises:
        ValueError: There is no row, or more than one picture holds.
    """
    if not 1 <= len(rows) <= MOST:
        raise ValueError(f"{len(rows)} tickers, a picture holds 1 to {MOST}")
    canvas = Canvas(palette(theme), WIDTH, _HEAD + _AXIS + _ROW * len(rows) + _FOOT)
    compose_week(canvas, rows, horizon, readable(texts))
    return canvas.png()


def compose_week(canvas: Canvas, rows: Sequence[WeekRow], horizon: int, texts: ChartTexts) -> None:
    """Draw the picture on a canvas; `draw_week` says what the arguments are."""
    held, count = sum(row.held for row in rows), sum(row.count for row in rows)
    finding(canvas, [texts.week_held(held, count)], [texts.week_key(horizon)])
    footer(canvas, texts)
    right = [_beside(row, texts) for row in rows]
    room = max(max(width(text, SMALL) for text in texts_) for texts_ in right)
    scale = _Scale(MARGIN + _NAME + _GAP, WIDTH - MARGIN - room - _GAP, _rung(rows))
    top = canvas.height - _HEAD - _AXIS
    _draw_axis(canvas, scale, (float(_FOOT), float(top)), texts)
    for place, row in enumerate(rows):
        y = top - _ROW * (place + 0.5)
        _draw_row(canvas, row, scale, y)
        name, size = fit(row.name, TEXT, _NAME, bold=True)
        canvas.text(MARGIN, y, name, size, canvas.colours.ink, bold=True, middle=True)
        for text, lift in zip(right[place], (17, -17), strict=True):
            x = WIDTH - MARGIN
            canvas.text(x, y + lift, text, SMALL, canvas.colours.muted, "right", middle=True)


@dataclass(frozen=True, slots=True)
class _Scale:
    left: float
    right: float
    rung: float

    def at(self, change: float) -> float:
        """Return the pixel of a change; what is beyond the scale is at its end."""
        share = max(-1.0, min(1.0, change / self.rung))
        return (self.left + self.right) / 2 + share * (self.right - self.left) / 2


def _rung(rows: Sequence[WeekRow]) -> float:
    """Return the smallest rung of the scale that holds all, the largest where none does."""
    need = max(abs(value) for row in rows for value in (row.low, row.high, row.came))
    return next((rung for rung in RUNGS if rung >= need), max(RUNGS))


def _beside(row: WeekRow, texts: ChartTexts) -> tuple[str, str]:
    return texts.percent(row.came, 1), texts.week_of(row.held, row.count)


def _draw_axis(canvas: Canvas, scale: _Scale, ends: tuple[float, float], texts: ChartTexts) -> None:
    bottom, top = ends
    for part in (-1.0, -0.5, 0.0, 0.5, 1.0):
        change = part * scale.rung
        x = scale.at(change)
        canvas.line([x, x], [bottom, top], canvas.colours.grid, 3 if part == 0 else 1.5)
        text = texts.percent(change, 0) if part else texts.share(0.0, 0)
        canvas.text(x, top + 12, text, SMALL, canvas.colours.muted, "center")


def _draw_row(canvas: Canvas, row: WeekRow, scale: _Scale, y: float) -> None:
    colours = canvas.colours
    left, right = scale.at(row.low), scale.at(row.high)
    canvas.box(left, y - _BAR, max(right, left + 4), y + _BAR, colours.middle, radius=6)
    draw_verdict(canvas, scale.at(row.came), y, _MARK, left=not row.inside)
