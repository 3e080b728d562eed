"""The fan chart: what the price did, and how likely it is to be where in the next sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.end_labels import column_width, draw_ends, end_labels
from forecasting.charts.frame import (
    BANDS,
    DAYS,
    Frame,
    draw_bands,
    draw_dates,
    draw_price_axis,
    price_axis_width,
)
from forecasting.charts.header_footer import MARGIN, foot, head, remarks
from forecasting.charts.palette import Theme, palette
from forecasting.charts.scale import around
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import LEVELS, Bars, Float1D, Forecast

_PAST_PER_SESSION = 4.5
_LEAST_PAST = 30


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """What one picture shows, from the first past close to the last session ahead.

    Attributes:
        days: All sessions, shape (past + ahead,).
        past: Closes up to the forecast's as-of, shape (past,).
        edges: Price by level, from the last close on, each of shape (1 + ahead,).
    """

    days: tuple[date, ...]
    past: Float1D
    edges: Mapping[float, Float1D]

    @property
    def now(self) -> int:
        """Position of the last close."""
        return len(self.past) - 1

    @property
    def ahead(self) -> int:
        """Sessions ahead."""
        return len(self.days) - len(self.past)


def draw_fan(
    bars: Bars,
    forecast: Forecast,
    *,
    sessions: int = 20,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    sessions_old: int = 0,
) -> bytes:
    """Return the fan chart of a forecast.

    Args:
        bars: The history; bars after the forecast's as-of are left out.
        forecast: The distribution to draw.
        sessions: How many sessions ahead to show, cut to what the forecast holds.
        theme: Light or dark.
        texts: Words and formats of one language.
        sessions_old: Sessions that have closed since the last bar, 0 when it is current.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.
    """
    canvas = Canvas(palette(theme))
    compose_fan(canvas, bars, forecast, sessions, readable(texts), sessions_old)
    return canvas.png()


def warm_up() -> None:
    """Draw once in each theme, so that the first asker does not wait for fonts and locales."""
    days = np.datetime64("2000-01-03") + np.arange(_LEAST_PAST)
    close = np.linspace(99.0, 101.0, _LEAST_PAST)
    bars = Bars(
        "WARM", days, close, close, close, close, close, np.zeros(_LEAST_PAST), "USD", "none", ""
    )
    forecast = Forecast(
        bars.ticker,
        bars.as_of,
        float(close[-1]),
        (date(2000, 3, 1), date(2000, 3, 2)),
        np.outer((1.0, 1.0), np.linspace(90.0, 110.0, len(LEVELS))),
        bars.currency,
        bars.source,
        "none",
        bars.digest(),
        np.array([np.nan, np.nan]),
    )
    for theme in Theme:
        draw_fan(bars, forecast, theme=theme)


def compose_fan(
    canvas: Canvas,
    bars: Bars,
    forecast: Forecast,
    sessions: int,
    texts: ChartTexts,
    sessions_old: int,
) -> None:
    """Draw the fan chart on a canvas; `draw_fan` says what the arguments are."""
    fan = fan_of(bars, forecast, sessions)
    top = _head(canvas, forecast, fan, texts)
    top = remarks(canvas, _remarks(forecast, texts, sessions_old), top)
    facts = (
        texts.source.format(source=forecast.source),
        texts.model.format(model=forecast.model_version),
    )
    bottom = foot(canvas, facts, texts.disclaimer) + DAYS
    labels = end_labels(forecast, fan.ahead, canvas.colours, texts)
    scale = around(np.concatenate([fan.past, *fan.edges.values()]), bottom, top - 16)
    left = MARGIN + price_axis_width(scale, texts)
    right = canvas.width - MARGIN + 6 - column_width(labels)
    frame = Frame(left, right, len(fan.days), scale)
    draw_price_axis(canvas, frame, texts)
    draw_dates(canvas, frame, fan.days, (len(fan.days) - 1, fan.now), texts)
    draw_data(canvas, fan, frame)
    draw_ends(canvas, labels, scale, right)


def fan_of(bars: Bars, forecast: Forecast, sessions: int) -> Fan:
    """Return what to show of a history and a forecast, cut to `sessions` ahead."""
    ahead = min(max(sessions, 1), len(forecast.targets))
    # Fewer sessions ahead show fewer behind, so that the fan keeps its share of the width.
    behind = max(_LEAST_PAST, round(_PAST_PER_SESSION * ahead))
    shown = bars.between(None, forecast.as_of).rows(slice(-behind, None))
    days = (*(shown.session(i) for i in range(len(shown))), *forecast.targets[:ahead])
    levels = sorted({level for band in BANDS for level in band} | {0.5})
    horizons = range(1, ahead + 1)
    edges = {
        level: np.array([forecast.close, *(forecast.at(h, level) for h in horizons)])
        for level in levels
    }
    return Fan(days, shown.close, edges)


def _head(canvas: Canvas, forecast: Forecast, fan: Fan, texts: ChartTexts) -> float:
    last = texts.close_of.format(date=texts.full_day(forecast.as_of))
    until = texts.until.format(
        sessions=texts.sessions_ahead(fan.ahead), date=texts.full_day(fan.days[-1])
    )
    price = texts.close(forecast.close, forecast.currency)
    return head(canvas, forecast.ticker, price, f"{last} · {until}")


def _remarks(forecast: Forecast, texts: ChartTexts, sessions_old: int) -> list[str]:
    old = [texts.sessions_old(sessions_old)] if sessions_old > 0 else []
    return [*old, forecast.note, *(texts.cautions.get(name, name) for name in forecast.cautions)]


def draw_data(canvas: Canvas, fan: Fan, frame: Frame) -> None:
    """Draw bands, lines and the dot at the last close."""
    colours, scale, x = canvas.colours, frame.scale, frame.xs
    later, now = x[fan.now :], x[fan.now]
    draw_bands(canvas, later, fan.edges, scale)
    canvas.line([now, now], [scale.bottom, scale.top], colours.muted, 1.5, dashes=(3, 5))
    last = float(scale.at(fan.past[-1]))
    canvas.line(later, scale.at(fan.edges[0.5]), colours.median, 4)
    canvas.line([now, x[-1]], [last, last], colours.naive, 3, dashes=(9, 7))
    canvas.line(x[: fan.now + 1], scale.at(fan.past), colours.past, 3.5)
    canvas.dot(now, last, 8, colours.past, ring=colours.paper)
