"""The model's card: whether its ranges held, and by how much it beats the baselines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import MARGIN, SMALL, finding, footer
from forecasting.charts.palette import Theme, palette
from forecasting.charts.promise import (
    PROMISED,
    draw_hundred,
    draw_statistics,
    hundred_line,
    judge,
    verdict_line,
)
from forecasting.charts.scale import LinearScale
from forecasting.charts.subplot import LineEnd, Subplot, draw_line_ends, draw_x_axis, draw_y_axis
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import Float1D

_PANEL = (600.0, 1280.0 - MARGIN)
"""Left and right end of the lines, axis and names included."""
_HEADING = 52.0
_AXIS = 74.0
_STATISTICS = 44.0


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """How a model did on data it never saw.

    Attributes:
        model_version: Of the model.
        ticker: Whose results, empty for all.
        results: Forecasts that were scored, at each horizon.
        start, end: First and last as-of of them.
        horizons: Sessions ahead, rising, shape (k,).
        skill: By name of the baseline as a reader knows it: 1 - loss / loss of the baseline at
            each horizon, shape (k,); 0 is no better, 0.02 is a loss 2 % smaller.
        coverage: By probability of the central band: share of closes that fell inside, shape (k,).
    """

    model_version: str
    ticker: str
    results: int
    start: date
    end: date
    horizons: tuple[int, ...]
    skill: Mapping[str, Float1D]
    coverage: Mapping[float, Float1D]

    def __post_init__(self) -> None:
        columns = [*self.skill.values(), *self.coverage.values()]
        if not self.skill or not self.coverage:
            raise ValueError("a model's card needs skill and coverage")
        if any(np.shape(column) != (len(self.horizons),) for column in columns):
            raise ValueError("skill and coverage need one number for each horizon")


def draw_quality(
    quality: Quality, *, theme: Theme = Theme.LIGHT, texts: ChartTexts = ENGLISH
) -> bytes:
    """Return the picture of a model's card.

    Args:
        quality: Skill and coverage by horizon.
        theme: Light or dark.
        texts: Words and formats of one language.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.
    """
    canvas = Canvas(palette(theme))
    compose_quality(canvas, quality, readable(texts))
    return canvas.png()


def compose_quality(canvas: Canvas, quality: Quality, texts: ChartTexts) -> None:
    """Draw the picture on a canvas; `draw_quality` says what the arguments are."""
    held = _mean(quality, PROMISED)
    title = verdict_line(judge(held, quality.results), quality.ticker or texts.card, texts)
    top = finding(canvas, [title], [hundred_line(held, texts), texts.quality])
    bottom = footer(canvas, texts) + _STATISTICS
    room = canvas.width - 2 * MARGIN
    draw_statistics(canvas, _statistics(quality, texts), bottom - _STATISTICS + 12, room)
    spot = (MARGIN + 4.0, bottom + 16, _PANEL[0] - 34.0, top - 16)
    draw_hundred(canvas, held, spot, texts)
    _skill(canvas, quality, (bottom + _AXIS, top), texts)


def _mean(quality: Quality, band: float) -> float:
    """Return the share that held over all horizons, of the band nearest to the one asked for."""
    nearest = min(quality.coverage, key=lambda promised: abs(promised - band))
    return float(np.mean(quality.coverage[nearest]))


def _statistics(quality: Quality, texts: ChartTexts) -> list[str]:
    names = {0.5: texts.in_50, 0.95: texts.in_95}
    return [
        texts.model.format(model=quality.model_version),
        texts.tested.format(
            results=texts.results(quality.results),
            start=texts.full_date(quality.start),
            end=texts.full_date(quality.end),
        ),
        *(
            texts.band_held.format(band=name, held=texts.number(100 * _mean(quality, band), 0))
            for band, name in names.items()
            if band in quality.coverage
        ),
    ]


def _skill(canvas: Canvas, quality: Quality, span: tuple[float, float], texts: ChartTexts) -> None:
    colours = canvas.colours
    lines = list(quality.skill.items())
    inks = (colours.median, colours.alert, colours.muted)
    styles: tuple[tuple[float, ...], ...] = ((), (12, 6), (4, 5))
    names = [name for name, _ in lines]
    values = np.concatenate([np.zeros(1), *(np.asarray(values) for _, values in lines)])
    spare = max(0.15 * float(np.ptp(values)), 0.005)
    y = (float(values.min()) - spare, float(values.max()) + spare)
    panel = _panel(canvas, quality, span, y, names, texts)
    canvas.text(_PANEL[0], span[1] - 30, texts.skill, SMALL, colours.ink, bold=True)
    zero = float(panel.y.at(0.0))
    canvas.line([panel.x.start, panel.x.end], [zero, zero], colours.ink, 2)
    ends = []
    for (_, skill), name, ink, dashes in zip(lines, names, inks, styles, strict=False):
        _draw_line(canvas, panel, quality, skill, ink, dashes)
        ends.append(LineEnd(float(skill[-1]), name, ink))
    draw_line_ends(canvas, panel, ends)


def _panel(
    canvas: Canvas,
    quality: Quality,
    span: tuple[float, float],
    values: tuple[float, float],
    names: list[str],
    texts: ChartTexts,
) -> Subplot:
    (left, right), (bottom, top) = _PANEL, span
    room = max(width(name, SMALL, bold=True) for name in names) + 14
    horizons = quality.horizons
    x = LinearScale(horizons[0] - 0.5, horizons[-1] + 0.5, left + 66, right - room)
    panel = Subplot(x, LinearScale(*values, bottom, top - _HEADING))
    draw_y_axis(canvas, panel, texts)
    draw_x_axis(canvas, panel, horizons, texts)
    middle = (x.start + x.end) / 2
    canvas.text(middle, bottom - SMALL - 42, texts.ahead, SMALL, canvas.colours.muted, "center")
    return panel


def _draw_line(
    canvas: Canvas,
    panel: Subplot,
    quality: Quality,
    values: Float1D,
    colour: str,
    dashes: tuple[float, ...],
) -> None:
    x, y = panel.x.at(np.array(quality.horizons, dtype=np.float64)), panel.y.at(values)
    canvas.line(x, y, colour, 3.5, dashes=dashes)
    for across, up in zip(x, y, strict=True):
        canvas.dot(float(across), float(up), 7, colour, ring=canvas.colours.paper)
