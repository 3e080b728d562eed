"""Marks on a picture of a forecast: today, an earlier range, an announcement, a word in a box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.findings import HIGH, LOW
from forecasting.charts.fonts import width
from forecasting.charts.header_footer import SMALL
from forecasting.charts.ladder import Ladder
from forecasting.charts.texts import ChartTexts
from forecasting.charts.timeline import DATES, Timeline
from forecasting.values import Bars, Forecast

ANNOUNCED = 36.0
"""Pixels under the dates for an announcement."""
_CAP = 15.0
_PAD = 14.0
_GAUGE, _FAR = 170.0, 1.6
"""Pixels of the lying range, and how many of its halves the dot is at most away."""
Side = Literal["above", "below", "inside"]


@dataclass(frozen=True, slots=True)
class Before:
    """The 8-in-10 range that an earlier forecast gave for today, in today's share count.

    Attributes:
        made: The earlier forecast's as-of.
        low, high: Its ends.
        close: What came.
    """

    made: date
    low: float
    high: float
    close: float

    @property
    def side(self) -> Side:
        """Where the close fell; the ends belong to the range."""
        if self.close > self.high:
            return "above"
        return "below" if self.close < self.low else "inside"

    @property
    def left(self) -> bool:
        """Whether the close left its range."""
        return self.side != "inside"


def before_of(bars: Bars, forecast: Forecast, earlier: Forecast | None) -> Before | None:
    """Return what an earlier forecast promised for a forecast's as-of, None where it did not.

    Args:
        bars: The history, in today's share count.
        forecast: The new forecast.
        earlier: The earlier one, in the share count of its own day.
    """
    if earlier is None or forecast.as_of not in earlier.targets:
        return None
    row = int(np.searchsorted(bars.sessions, np.datetime64(earlier.as_of, "D")))
    if row >= len(bars) or bars.session(row) != earlier.as_of:
        return None
    today = int(np.searchsorted(bars.sessions, np.datetime64(forecast.as_of, "D")))
    if today >= len(bars) or bars.session(today) != forecast.as_of:
        return None
    shares = bars.close[row] / bars.close[today] * forecast.close / earlier.close
    horizon = earlier.targets.index(forecast.as_of) + 1
    low, high = (earlier.at(horizon, level) * float(shares) for level in (LOW, HIGH))
    return Before(earlier.as_of, low, high, forecast.close)


def said_of(before: Before, texts: ChartTexts) -> str:
    """Return in words where today's close fell."""
    sentences = {
        "above": texts.above_before,
        "below": texts.below_before,
        "inside": texts.inside_before,
    }
    return sentences[before.side].format(day=texts.day(before.made))


def draw_before(
    canvas: Canvas, before: Before, x: float, ladder: Ladder, cap: float = _CAP
) -> None:
    """Draw the earlier range as a bracket at pixel `x`, behind today's dot."""
    low, high = (float(ladder.at(price)) for price in (before.low, before.high))
    colour = canvas.colours.alert if before.left else canvas.colours.median
    for y in (low, high):
        canvas.line([x - cap, x + cap], [y, y], colour, 4)
    canvas.line([x, x], [low, high], colour, 4)


def draw_box(canvas: Canvas, x: float, y: float, text: str, *, left: bool) -> float:
    """Write a word in a box from pixel `x` on, its baseline at `y`, and return its right end.

    A box is filled where a range was left, and open where it held.
    """
    colours, wide = canvas.colours, width(text, SMALL, bold=True)
    low, high, end = y - SMALL * 0.4, y + SMALL * 1.1, x + wide + 2 * _PAD
    canvas.box(x, low, end, high, colours.alert if left else colours.median, radius=10)
    if not left:
        canvas.box(x + 3, low + 3, end - 3, high - 3, colours.paper, radius=8)
    canvas.text(x + _PAD, y, text, SMALL, colours.paper if left else colours.median, bold=True)
    return end


def draw_gauge(canvas: Canvas, before: Before, x: float, y: float) -> None:
    """Draw the earlier range lying, large whatever its width, from pixel `x` on at height `y`.

    On the scale of per cent the range of one day is narrow; here it is seen whether the dot is in.
    """
    colours = canvas.colours
    middle, half = (before.high + before.low) / 2, (before.high - before.low) / 2
    off = float(np.clip((before.close - middle) / max(half, 1e-12), -_FAR, _FAR))
    ends = (x + _GAUGE * 0.35, x + _GAUGE * 0.85)
    ink = colours.alert if before.left else colours.median
    canvas.line([*ends], [y, y], ink, 5)
    for end in ends:
        canvas.line([end, end], [y - 14, y + 14], ink, 5)
    dot = (ends[0] + ends[1]) / 2 + off * (ends[1] - ends[0]) / 2
    canvas.dot(dot, y, 10, colours.past, ring=colours.paper)


def draw_verdict(canvas: Canvas, x: float, y: float, radius: float, *, left: bool) -> None:
    """Draw a large mark around a point: a tick where a range held, a cross where it was left."""
    colours = canvas.colours
    canvas.dot(x, y, radius, colours.alert if left else colours.median, ring=colours.paper)
    r = radius * 0.42
    if left:
        canvas.line([x - r, x + r], [y - r, y + r], colours.paper, radius * 0.24)
        canvas.line([x - r, x + r], [y + r, y - r], colours.paper, radius * 0.24)
    else:
        tick = ([x - 1.1 * r, x - 0.2 * r, x + 1.2 * r], [y, y - 0.9 * r, y + 0.8 * r])
        canvas.line(*tick, colours.paper, radius * 0.24)


def announced(days: Sequence[date], announcements: Sequence[date], now: int) -> list[int]:
    """Return the positions after `now` of the sessions on or first after an announcement."""
    found = [
        next((i for i, day in enumerate(days) if day >= told), None)
        for told in sorted(set(announcements))
        if told > days[now]
    ]
    return [place for place in found if place is not None]


def draw_announcements(
    canvas: Canvas,
    line: Timeline,
    days: Sequence[date],
    places: Sequence[int],
    bottom: float,
    texts: ChartTexts,
) -> None:
    """Mark sessions on the axis at pixel `bottom`, and name the first one in its own row below."""
    colours, xs = canvas.colours, line.xs
    for place in places:
        x = float(xs[place])
        diamond = np.array([x - 11, x, x + 11])
        ends = np.array([0.0, 11.0, 0.0])
        canvas.band(diamond, bottom - ends, bottom + ends, colours.alert)
    for place in places[:1]:
        text = texts.announcement.format(day=texts.day(days[place]))
        half = width(text, SMALL, bold=True) / 2
        x = min(float(xs[place]), canvas.width - 28 - half)
        canvas.text(
            x, bottom - DATES - ANNOUNCED + 14, text, SMALL, colours.alert, "center", bold=True
        )
