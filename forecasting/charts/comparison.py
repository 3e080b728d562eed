"""Many fans on one picture: two columns of small charts, each with its 80 % range at the end."""

from collections.abc import Sequence

import numpy as np

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fan import Fan, fan_of
from forecasting.charts.fonts import width
from forecasting.charts.frame import Frame, draw_bands
from forecasting.charts.header_footer import (
    MARGIN,
    SMALL,
    TEXT,
    fit,
    foot,
    head,
    remarks,
    remarks_height,
)
from forecasting.charts.label_layout import spread
from forecasting.charts.palette import Theme, palette
from forecasting.charts.scale import around, percent_decimals, price_decimals
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import Bars, Forecast

MOST = 20
"""Tickers on one picture."""
_COLUMNS = 2
_GUTTER = 44.0
_CELL = 222.0
_CELL_HEAD = 46.0
_HEAD, _FOOT = 142, 96
_LINE = 30.0


def draw_small_multiples(
    items: Sequence[tuple[Bars, Forecast]],
    *,
    sessions: int = 20,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    title: str = "",
) -> bytes:
    """Return one picture with a small fan for each ticker.

    Args:
        items: History and forecast of 1 to 20 tickers, in reading order.
        sessions: How many sessions ahead to show.
        theme: Light or dark.
        texts: Words and formats of one language.
        title: Heading; the count of tickers where it is empty.

    Returns:
        An opaque PNG, 1280 pixels wide and as high as it needs; the same bytes for the same
        arguments.

    Raises:
        ValueError: There is no ticker, or more than one picture holds.
    """
    if not 1 <= len(items) <= MOST:
        raise ValueError(f"{len(items)} tickers, a picture holds 1 to {MOST}")
    rows = -(-len(items) // _COLUMNS)
    strip = remarks_height(_notes(items))
    canvas = Canvas(palette(theme), WIDTH, round(_HEAD + strip + rows * _CELL + _FOOT))
    compose_small_multiples(canvas, items, sessions, readable(texts), title)
    return canvas.png()


def compose_small_multiples(
    canvas: Canvas,
    items: Sequence[tuple[Bars, Forecast]],
    sessions: int,
    texts: ChartTexts,
    title: str,
) -> None:
    """Draw the picture on a canvas; `draw_small_multiples` says what the arguments are."""
    ahead = texts.sessions_ahead(min(sessions, *(len(made.targets) for _, made in items)))
    below = texts.each_scale.format(level=texts.level(0.8), sessions=ahead)
    strip = head(canvas, title or texts.tickers(len(items)), "", below)
    start = canvas.height - _HEAD - (strip - remarks(canvas, _notes(items), strip))
    facts = (
        texts.source.format(source=", ".join(_distinct([made.source for _, made in items]))),
        texts.model.format(model=", ".join(_distinct([made.model_version for _, made in items]))),
    )
    foot(canvas, facts, texts.disclaimer)
    wide = (canvas.width - 2 * MARGIN - _GUTTER * (_COLUMNS - 1)) / _COLUMNS
    for place, (bars, made) in enumerate(items):
        row, column = divmod(place, _COLUMNS)
        left = MARGIN + column * (wide + _GUTTER)
        top = start - row * _CELL
        _cell(canvas, bars, made, (left, left + wide, top), sessions, texts)


def _notes(items: Sequence[tuple[Bars, Forecast]]) -> list[str]:
    return _distinct([made.note for _, made in items])


def _distinct(values: Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _cell(
    canvas: Canvas,
    bars: Bars,
    forecast: Forecast,
    place: tuple[float, float, float],
    sessions: int,
    texts: ChartTexts,
) -> None:
    left, right, top = place
    fan = fan_of(bars, forecast, sessions)
    colours = canvas.colours
    name = canvas.text(left, top - 28, forecast.ticker, TEXT + 2, colours.ink, bold=True)
    date = canvas.text(right, top - 28, texts.day(forecast.as_of), SMALL, colours.muted, "right")
    price = texts.close(forecast.close, forecast.currency)
    text, size = fit(price, TEXT, right - left - name - date - 34)
    canvas.text(left + name + 16, top - 28, text, size, colours.ink)
    values = np.concatenate([fan.past, *fan.edges.values()])
    scale = around(values, top - _CELL + 26, top - _CELL_HEAD)
    ends = _ends(forecast, fan.ahead, texts)
    room = 16 + max(
        max(width(price, TEXT, bold=True), width(move, SMALL)) for _, price, move in ends
    )
    frame = Frame(left, right - room, len(fan.days), scale)
    _draw_data(canvas, fan, frame)
    wanted = [float(scale.at(price)) for price, _, _ in ends]
    places = spread(wanted, [2 * _LINE] * 2, scale.bottom - 6, scale.top + 6)
    for (_, price, move), y in zip(ends, places, strict=True):
        x = frame.right + 16
        canvas.text(x, y + _LINE / 2, price, TEXT, colours.ink, bold=True, middle=True)
        canvas.text(x, y - _LINE / 2 + 2, move, SMALL, colours.muted, middle=True)


def _ends(forecast: Forecast, ahead: int, texts: ChartTexts) -> list[tuple[float, str, str]]:
    low, middle, high = (forecast.at(ahead, level) for level in (0.1, 0.5, 0.9))
    decimals = price_decimals(min(high - middle, middle - low))
    fine = percent_decimals((high - low) / 2 / forecast.close)
    return [
        (
            price,
            texts.number(price, decimals),
            texts.percent(price / forecast.close - 1, fine),
        )
        for price in (low, high)
    ]


def _draw_data(canvas: Canvas, fan: Fan, frame: Frame) -> None:
    colours, scale, x = canvas.colours, frame.scale, frame.xs
    last = float(scale.at(fan.past[-1]))
    draw_bands(canvas, x[fan.now :], fan.edges, scale)
    canvas.line([x[0], x[fan.now]], [last, last], colours.grid, 1.5)
    canvas.line(x[fan.now :], scale.at(fan.edges[0.5]), colours.median, 3)
    canvas.line([x[fan.now], x[-1]], [last, last], colours.naive, 2.5, dashes=(7, 6))
    canvas.line(x[: fan.now + 1], scale.at(fan.past), colours.past, 3)
    canvas.dot(x[fan.now], last, 6, colours.past, ring=colours.paper)
