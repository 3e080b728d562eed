"""A forecast whose day has come: the fan as it was given, and the closes that came, over it."""

from dataclasses import dataclass, replace

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.end_labels import EndLabel, column_width, draw_ends, end_labels
from forecasting.charts.fan import Fan, draw_data, fan_of
from forecasting.charts.frame import DAYS, Frame, draw_dates, draw_price_axis, price_axis_width
from forecasting.charts.header_footer import MARGIN, foot, head, remarks
from forecasting.charts.palette import Palette, Theme, palette
from forecasting.charts.scale import around, price_decimals
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import Bars, Float1D, Forecast

_LEAST_RANK = 2
"""The 50 and 95 % edges leave their place to what came; their bands show by colour."""


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
) -> bytes:
    """Return the fan up to a horizon with the closes that came.

    Args:
        bars_after: The history as it is now, up to the horizon's session or beyond.
        forecast: As it was issued.
        horizon: The sessions ahead that are over.
        theme: Light or dark.
        texts: Words and formats of one language.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.

    Raises:
        ValueError: The bars lack the as-of session or the horizon's.
    """
    canvas = Canvas(palette(theme))
    compose_resolved(canvas, bars_after, forecast, horizon, readable(texts))
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
    # After a split the source's past is in new shares, the forecast is in those of its day.
    closes: Float1D = bars.close[rows] * (forecast.close / bars.close[start[0]])
    return Outcome(1.0 + np.flatnonzero(there).astype(np.float64), closes)


def compose_resolved(
    canvas: Canvas, bars: Bars, forecast: Forecast, horizon: int, texts: ChartTexts
) -> None:
    """Draw the picture on a canvas; `draw_resolved` says what the arguments are."""
    ahead = min(max(horizon, 1), len(forecast.targets))
    came = outcome_of(bars, forecast, ahead)
    fan = _in_shares_of(fan_of(bars, forecast, ahead), forecast)
    top = remarks(canvas, [forecast.note], _head(canvas, forecast, ahead, came, texts))
    facts = (
        texts.source.format(source=forecast.source),
        texts.model.format(model=forecast.model_version),
    )
    bottom = foot(canvas, facts, texts.disclaimer) + DAYS
    labels = _labels(forecast, ahead, came, canvas.colours, texts)
    prices = np.concatenate([fan.past, *fan.edges.values(), came.closes])
    scale = around(prices, bottom, top - 16)
    left = MARGIN + price_axis_width(scale, texts)
    frame = Frame(left, canvas.width - MARGIN + 6 - column_width(labels), len(fan.days), scale)
    draw_price_axis(canvas, frame, texts)
    draw_dates(canvas, frame, fan.days, (len(fan.days) - 1, fan.now), texts)
    draw_data(canvas, fan, frame)
    _draw_outcome(canvas, fan, frame, came)
    draw_ends(canvas, labels, scale, frame.right)


def _in_shares_of(fan: Fan, forecast: Forecast) -> Fan:
    return replace(fan, past=fan.past * (forecast.close / fan.past[-1]))


def verdict(forecast: Forecast, horizon: int, close: float, texts: ChartTexts) -> str:
    """Return in words in which band a close fell."""
    for width in (0.5, 0.8, 0.95):
        low, high = (forecast.at(horizon, level) for level in ((1 - width) / 2, (1 + width) / 2))
        if low <= close <= high:
            return texts.inside.format(level=texts.level(width))
    return texts.outside.format(level=texts.level(0.95))


def _head(
    canvas: Canvas, forecast: Forecast, ahead: int, came: Outcome, texts: ChartTexts
) -> float:
    price = texts.close(came.last, forecast.currency)
    move = texts.percent(came.last / forecast.close - 1, 1)
    given = texts.close_of.format(date=texts.full_day(forecast.targets[ahead - 1]))
    said = f"{verdict(forecast, ahead, came.last, texts)}, {texts.sessions_later(ahead)}"
    return head(canvas, forecast.ticker, f"{price}  {move}", f"{given}: {said}")


def _labels(
    forecast: Forecast, ahead: int, came: Outcome, colours: Palette, texts: ChartTexts
) -> list[EndLabel]:
    ranked = end_labels(forecast, ahead, colours, texts)
    kept = [label for label in ranked if label.rank >= _LEAST_RANK]
    spread = forecast.at(ahead, 0.9) - forecast.at(ahead, 0.5)
    value = texts.number(came.last, price_decimals(spread))
    kept.append(EndLabel(came.last, texts.actual, value, "", colours.ink, strong=True, rank=5))
    return sorted(kept, key=lambda label: -label.price)


def _draw_outcome(canvas: Canvas, fan: Fan, frame: Frame, came: Outcome) -> None:
    colours = canvas.colours
    x = frame.xs[fan.now] + np.array([0.0, *came.positions]) * (frame.x(1) - frame.x(0))
    y = frame.scale.at(np.array([fan.past[-1], *came.closes]))
    # A rim of paper keeps the line readable on all three bands.
    canvas.line(x, y, colours.paper, 8)
    canvas.line(x, y, colours.past, 4)
    canvas.dot(float(x[-1]), float(y[-1]), 10, colours.past, ring=colours.paper)
