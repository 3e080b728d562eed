"""The picture of a question: the fan, the prices that were asked about, and the chance on top."""

from dataclasses import dataclass

import numpy as np

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fan import draw_data, edge_labels, fan_of, remarks_of
from forecasting.charts.findings import currency_of, now_line
from forecasting.charts.header_footer import MARGIN, SMALL, finding, footer, remarks
from forecasting.charts.ladder import Ladder, rung_of
from forecasting.charts.ladder_axis import axis_width, draw_axis, draw_today
from forecasting.charts.palette import Theme, palette
from forecasting.charts.side_labels import column_width, draw_side
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.charts.timeline import DATES, Timeline, draw_timeline
from forecasting.values import Bars, Forecast

TALL = 560
"""Pixels: a question's picture is lower than a forecast's."""
_TODAY = 40.0
_DASHES = (14.0, 9.0)
_ROW, _OVER, _UNDER = 40.0, 8.0, 34.0
"""Pixels: a row of a price's letters, and how far its line is from them."""


@dataclass(frozen=True, slots=True)
class AskedPrices:
    """What a picture of a question shows beside the fan.

    Attributes:
        finding: The chance in words, for the heading.
        prices: One price, or the two ends of a range.
        sessions: Sessions to the close that decides.
        name: Of the company; empty where it has none.
        number: Of the forecast in the ledger.
    """

    finding: str
    prices: tuple[float, ...]
    sessions: int
    name: str = ""
    number: int = 0


def draw_question(
    bars: Bars,
    forecast: Forecast,
    asked: AskedPrices,
    *,
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    sessions_old: int = 0,
) -> bytes:
    """Return the picture of a question as an opaque PNG of 1280 x 560 pixels.

    Args:
        bars: The history; bars after the forecast's as-of are left out.
        forecast: The distribution that was asked.
        asked: The question and its chance.
        theme: Light or dark.
        texts: Words and formats of one language.
        sessions_old: Sessions that have closed since the last bar, 0 when it is current.
    """
    canvas = Canvas(palette(theme), WIDTH, TALL)
    compose_question(canvas, bars, forecast, asked, readable(texts), sessions_old)
    return canvas.png()


def compose_question(
    canvas: Canvas,
    bars: Bars,
    forecast: Forecast,
    asked: AskedPrices,
    texts: ChartTexts,
    sessions_old: int = 0,
) -> None:
    """Draw the picture of a question onto an empty canvas; arguments as of `draw_question`."""
    fan = fan_of(bars, forecast, asked.sessions)
    top = finding(
        canvas, [asked.finding], [now_line(forecast, asked.name, texts, old=sessions_old > 0)]
    )
    top = remarks(canvas, remarks_of(forecast, texts, sessions_old), top)
    bottom = footer(canvas, texts, asked.number, key=True) + DATES
    moves = (price / forecast.close - 1 for price in asked.prices)
    ladder = Ladder(forecast.close, rung_of([(bars, forecast)], *moves), bottom, top - _TODAY)
    labels = edge_labels(forecast, fan.ahead, canvas.colours, texts, old=sessions_old > 0)
    left, right = MARGIN + axis_width(ladder, texts), canvas.width - MARGIN - column_width(labels)
    line = Timeline(left, right, len(fan.past), fan.ahead)
    draw_timeline(canvas, line, fan.days, bottom, texts)
    draw_axis(canvas, line, ladder, texts)
    draw_data(canvas, fan, line, ladder, None)
    draw_today(canvas, line, ladder, "" if sessions_old else texts.today)
    _draw_prices(canvas, line, ladder, asked.prices, forecast, texts)
    wanted = [float(ladder.at(label.price)) for label in labels]
    draw_side(canvas, labels, wanted, right, (bottom, top))


def _draw_prices(
    canvas: Canvas,
    line: Timeline,
    ladder: Ladder,
    prices: tuple[float, ...],
    forecast: Forecast,
    texts: ChartTexts,
) -> None:
    """Draw a dashed line across the picture at each price, and the prices at their left ends.

    Of a range, each price is written outside, and none over the other, however close they lie.
    """
    last = ladder.bottom
    for price in sorted(prices):
        y = float(np.clip(ladder.at(price), ladder.bottom, ladder.top))
        canvas.line([line.left, line.right], [y, y], canvas.colours.alert, 3, _DASHES)
        lower = price < max(prices)
        under = y > ladder.bottom + _ROW if lower else y >= ladder.top - _ROW
        place = max(y - _UNDER if under else y + _OVER, last)
        said = texts.exact(price, currency_of(forecast))
        canvas.text(line.left + 8, place, said, SMALL, canvas.colours.alert, "left", bold=True)
        last = place + _ROW
