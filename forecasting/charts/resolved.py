"""A forecast whose day has come: the fan as it was given, and the closes that came, over it."""

from dataclasses import dataclass

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.fan import EDGE, MOVE, NOTHING_MORE, TODAY, About, draw_data, fan_of
from forecasting.charts.findings import close_line, currency_of, is_inside, range_of
from forecasting.charts.header_footer import MARGIN, finding, footer, remarks
from forecasting.charts.ladder import Ladder, rung_of
from forecasting.charts.ladder_axis import axis_width, draw_axis, draw_today
from forecasting.charts.marks import draw_verdict
from forecasting.charts.palette import Palette, Theme, palette
from forecasting.charts.side_labels import Line, SideLabel, column_width, draw_side
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.charts.timeline import DATES, Timeline, draw_timeline
from forecasting.evaluation.outcomes import share_count
from forecasting.values import Bars, Float1D, Forecast

_MARK = 8.0
"""Pixels by which the mark at the last close reaches into the labels."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came after a forecast, in the share count of the forecast's day.

    Attributes:
        positions: Sessions after the as-of that have a close, 1 is the first, shape (n,).
        closes: Their closes, shape (n,); the last is the horizon's.
    """

    positions: Float1D
    closes: Float1D

    @property
    def last(self) -> float:
        """The close at the horizon."""
        return float(self.closes[-1])


def draw_resolved(
    bars_after: Bars,
    forecast: Forecast,
    horizon: int,
    *,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    about: About = NOTHING_MORE,
) -> bytes:
    """Return the fan up to a horizon with the closes that came.

    Args:
        bars_after: The history as it is now, up to the horizon's session or beyond.
        forecast: As it was issued.
        horizon: The sessions ahead that are over.
        theme: Light or dark.
        texts: Words and formats of one language.
        about: What else is known: the company's name, the forecast's number, an album's rung.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.

    Raises:
        ValueError: The bars lack the as-of session or the horizon's.
    """
    canvas = Canvas(palette(theme))
    compose_resolved(canvas, bars_after, forecast, horizon, readable(texts), about)
    return canvas.png()


def outcome_of(bars: Bars, forecast: Forecast, horizon: int) -> Outcome:
    """Return the closes that came up to a horizon; halted sessions are left out.

    Raises:
        ValueError: The bars lack the as-of session or the horizon's.
    """
    targets = np.array(forecast.targets[:horizon], dtype="datetime64[D]")
    there = np.isin(targets, bars.sessions)
    start = np.flatnonzero(bars.sessions == np.datetime64(forecast.as_of, "D"))
    if not len(start) or not there[-1]:
        raise ValueError(f"{forecast.ticker}: no close {horizon} after {forecast.as_of}")
    rows = np.searchsorted(bars.sessions, targets[there])
    # The ledger's own rule, so that the picture's verdict is the caption's.
    issued, today = np.array([forecast.close]), bars.close[start]
    closes: Float1D = bars.close[rows] * share_count(issued, today)
    return Outcome(1.0 + np.flatnonzero(there).astype(np.float64), closes)


def compose_resolved(
    canvas: Canvas,
    bars: Bars,
    forecast: Forecast,
    horizon: int,
    texts: ChartTexts,
    about: About = NOTHING_MORE,
) -> None:
    """Draw the picture on a canvas; `draw_resolved` says what the arguments are."""
    ahead = min(max(horizon, 1), len(forecast.targets))
    came = outcome_of(bars, forecast, ahead)
    left_range = not is_inside(forecast, ahead, came.last)
    fan = fan_of(bars, forecast, ahead)
    top = _head(canvas, forecast, ahead, came, texts, about)
    top = remarks(canvas, [texts.noted(forecast.note)], top)
    bottom = footer(canvas, texts, about.number, key=True) + DATES
    rung = about.rung or rung_of([(bars, forecast)], *(came.closes / forecast.close - 1))
    ladder = Ladder(forecast.close, rung, bottom, top - TODAY)
    labels = _labels(forecast, ahead, came, canvas.colours, texts)
    left, right = MARGIN + axis_width(ladder, texts), canvas.width - MARGIN - column_width(labels)
    line = Timeline(left, right, len(fan.past), fan.ahead)
    draw_timeline(canvas, line, fan.days, bottom, texts)
    draw_axis(canvas, line, ladder, texts)
    draw_data(canvas, fan, line, ladder, None)
    draw_today(canvas, line, ladder, texts.given)
    _draw_outcome(canvas, line, ladder, came, forecast.close, left=left_range)
    wanted = [float(ladder.at(label.price)) for label in labels]
    draw_side(canvas, labels, wanted, right + _MARK, (bottom, top))


def _head(
    canvas: Canvas,
    forecast: Forecast,
    ahead: int,
    came: Outcome,
    texts: ChartTexts,
    about: About,
) -> float:
    left = not is_inside(forecast, ahead, came.last)
    said = texts.came_outside if left else texts.came_inside
    found = range_of(forecast, ahead, texts)
    low, high = found.prices
    below = [
        close_line(forecast, about.name, came.last, forecast.targets[ahead - 1], texts),
        texts.range_was.format(low=low, high=high),
    ]
    names = dict.fromkeys((about.name or forecast.ticker, forecast.ticker))
    y = canvas.height - MARGIN - 44
    draw_verdict(canvas, MARGIN + 40, y, 42, left=left)
    return finding(canvas, [said.format(name=name) for name in names], below, indent=104)


def _labels(
    forecast: Forecast, ahead: int, came: Outcome, colours: Palette, texts: ChartTexts
) -> list[SideLabel]:
    found = range_of(forecast, ahead, texts)
    left = not is_inside(forecast, ahead, came.last)
    money = texts.money(came.last, currency_of(forecast), found.decimals)
    move = texts.percent(came.last / forecast.close - 1, found.fine)
    ink = colours.alert if left else colours.ink
    ends = zip((found.low, found.high), found.prices, strict=True)
    return [
        SideLabel(came.last, (Line(money, EDGE, ink, bold=True), Line(move, MOVE, ink))),
        *(SideLabel(price, (Line(text, MOVE, colours.muted),)) for price, text in ends),
    ]


def _draw_outcome(
    canvas: Canvas, line: Timeline, ladder: Ladder, came: Outcome, close: float, *, left: bool
) -> None:
    colours = canvas.colours
    x = line.later(np.array([0.0, *came.positions]))
    y = ladder.at(np.array([close, *came.closes]))
    # A rim of paper keeps the line readable on all three bands.
    canvas.line(x, y, colours.paper, 9)
    canvas.line(x, y, colours.past, 4.5)
    draw_verdict(canvas, float(x[-1]), float(y[-1]), 22, left=left)
