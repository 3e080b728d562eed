"""The fan chart: what the price did, and how likely it is to be where in the next sessions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.findings import now_line, range_of, titles, wildness
from forecasting.charts.header_footer import MARGIN, SMALL, finding, footer, remarks
from forecasting.charts.ladder import PAST, Ladder, past_of, rung_of
from forecasting.charts.ladder_axis import (
    BANDS,
    axis_width,
    draw_axis,
    draw_fan_bands,
    draw_today,
)
from forecasting.charts.marks import (
    ANNOUNCED,
    Before,
    announced,
    before_of,
    draw_announcements,
    draw_before,
    draw_box,
    draw_gauge,
    said_of,
)
from forecasting.charts.palette import Palette, Theme, palette
from forecasting.charts.side_labels import Line, SideLabel, column_width, draw_side
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.charts.timeline import DATES, Timeline, draw_timeline
from forecasting.values import HORIZONS, LEVELS, Bars, Float1D, Forecast

EDGE, MOVE = 50.0, 34.0
"""Font sizes of the prices at the edges and of their changes."""
TODAY = 40.0
"""Pixels above the data for the word at the dotted line."""
_QUIET = "dates-unasked"
"""The caution that is told in words alone, for who opens the details."""
_TOLD = 80.0
"""Pixels above the closes in which an earlier range is told."""


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """What one picture shows, from the first past close to the last session ahead.

    Attributes:
        days: All sessions, shape (past + ahead,).
        past: Closes up to the forecast's as-of, in its share count, shape (past,).
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


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """What a picture of a forecast says beyond the forecast.

    Attributes:
        name: Of the company; the ticker where it is empty.
        number: Of the forecast in the ledger, 0 where it has none.
        market: The market's forecast as of the same session, to say how wild this one is.
        announcements: Days on which the company is expected to report.
        before: The forecast that was shown last, whose range for today is drawn behind the dot.
        rung: End of the scale of per cent, such as 0.4; 0 for the forecast's own. An album's
            pictures are drawn on `ladder.rung_of` all of them.
    """

    name: str = ""
    number: int = 0
    market: Forecast | None = None
    announcements: tuple[date, ...] = ()
    before: Forecast | None = None
    rung: float = 0.0


NOTHING_MORE = About()


def draw_fan(
    bars: Bars,
    forecast: Forecast,
    *,
    sessions: int = HORIZONS[-1],
    theme: Theme = Theme.LIGHT,
    texts: ChartTexts = ENGLISH,
    sessions_old: int = 0,
    about: About = NOTHING_MORE,
) -> bytes:
    """Return the fan chart of a forecast.

    Args:
        bars: The history; bars after the forecast's as-of are left out.
        forecast: The distribution to draw.
        sessions: How many sessions ahead to show, cut to what the forecast holds.
        theme: Light or dark.
        texts: Words and formats of one language.
        sessions_old: Sessions that have closed since the last bar, 0 when it is current.
        about: What else is known.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.
    """
    canvas = Canvas(palette(theme))
    compose_fan(canvas, bars, forecast, sessions, readable(texts), sessions_old, about)
    return canvas.png()


def warm_up(themes: Iterable[Theme] = Theme) -> None:
    """Draw once in some themes, so that the first asker does not wait for fonts and locales."""
    days = np.datetime64("2000-01-03") + np.arange(PAST)
    close = np.linspace(99.0, 101.0, PAST)
    bars = Bars("WARM", days, close, close, close, close, close, np.zeros(PAST), "USD", "none", "")
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
    for theme in themes:
        draw_fan(bars, forecast, theme=theme)


def compose_fan(
    canvas: Canvas,
    bars: Bars,
    forecast: Forecast,
    sessions: int,
    texts: ChartTexts,
    sessions_old: int,
    about: About = NOTHING_MORE,
) -> None:
    """Draw the fan chart on a canvas; `draw_fan` says what the arguments are."""
    fan = fan_of(bars, forecast, sessions)
    before = before_of(bars, forecast, about.before)
    top = _head(canvas, forecast, fan, texts, sessions_old, about)
    top = remarks(canvas, remarks_of(forecast, texts, sessions_old), top)
    told = announced(fan.days, about.announcements, fan.now)
    bottom = footer(canvas, texts, about.number, key=True) + DATES + (ANNOUNCED if told else 0)
    rung = about.rung or rung_of([(bars, forecast)])
    ladder = Ladder(forecast.close, rung, bottom, top - TODAY)
    labels = edge_labels(forecast, fan.ahead, canvas.colours, texts, old=sessions_old > 0)
    left, right = MARGIN + axis_width(ladder, texts), canvas.width - MARGIN - column_width(labels)
    line = Timeline(left, right, len(fan.past), fan.ahead)
    draw_timeline(canvas, line, fan.days, bottom, texts)
    draw_axis(canvas, line, ladder, texts)
    draw_announcements(canvas, line, fan.days, told, bottom, texts)
    draw_data(canvas, fan, line, ladder, before)
    draw_today(canvas, line, ladder, "" if sessions_old else texts.today)
    if before is not None:
        _tell_before(canvas, fan, line, ladder, before, texts)
    wanted = [float(ladder.at(label.price)) for label in labels]
    draw_side(canvas, labels, wanted, right, (bottom, top))


def _tell_before(
    canvas: Canvas, fan: Fan, line: Timeline, ladder: Ladder, before: Before, texts: ChartTexts
) -> None:
    # Above the closes, or below them where they come from high up.
    room = ladder.top - float(np.max(ladder.at(fan.past)))
    y = ladder.top - 42 if room > _TOLD else ladder.bottom + 26
    end = draw_box(canvas, line.left + 10, y, said_of(before, texts), left=before.left)
    draw_gauge(canvas, before, end, y + 9)


def fan_of(bars: Bars, forecast: Forecast, sessions: int) -> Fan:
    """Return what to show of a history and a forecast, cut to `sessions` ahead."""
    ahead = min(max(sessions, 1), len(forecast.targets))
    past = past_of(bars, forecast)
    shown = bars.between(None, forecast.as_of)
    behind = (shown.session(i) for i in range(-len(past), 0))
    horizons = range(1, ahead + 1)
    edges = {
        level: np.array([forecast.close, *(forecast.at(h, level) for h in horizons)])
        for level in sorted(level for band in BANDS for level in band)
    }
    return Fan((*behind, *forecast.targets[:ahead]), past, edges)


def edge_labels(
    forecast: Forecast, horizon: int, colours: Palette, texts: ChartTexts, *, old: bool
) -> list[SideLabel]:
    """Return the labels beside a fan: the ends of the 8-in-10 range, and today's price."""
    found = range_of(forecast, horizon, texts)
    word = texts.last_price if old else texts.todays_price
    ends = zip((found.low, found.high), found.prices, found.moves, strict=True)
    return [
        SideLabel(forecast.close, (Line(word, SMALL, colours.muted),)),
        *(
            SideLabel(
                price,
                (Line(money, EDGE, colours.ink, bold=True), Line(move, MOVE, colours.muted)),
            )
            for price, money, move in ends
        ),
    ]


def _head(
    canvas: Canvas,
    forecast: Forecast,
    fan: Fan,
    texts: ChartTexts,
    sessions_old: int,
    about: About,
) -> float:
    low, high = range_of(forecast, fan.ahead, texts).moves
    below = [
        now_line(forecast, about.name, texts, old=sessions_old > 0),
        texts.moves.format(low=low, high=high),
        wildness(forecast, about.market, fan.ahead, texts),
    ]
    return finding(canvas, titles(forecast, about.name, fan.ahead, texts), below)


def remarks_of(forecast: Forecast, texts: ChartTexts, sessions_old: int) -> list[str]:
    """Return what must be known of a forecast: how old, what of, and its cautions."""
    old = [texts.sessions_old(sessions_old)] if sessions_old > 0 else []
    cautions = (texts.cautions.get(name, name) for name in forecast.cautions if name != _QUIET)
    return [*old, texts.noted(forecast.note), *cautions]


def draw_data(
    canvas: Canvas, fan: Fan, line: Timeline, ladder: Ladder, before: Before | None
) -> None:
    """Draw the bands, the closes and the dot at the last one, an earlier range behind it."""
    colours = canvas.colours
    draw_fan_bands(canvas, line, ladder, fan.edges)
    canvas.line(line.xs[: fan.now + 1], ladder.at(fan.past), colours.past, 4)
    if before is not None:
        draw_before(canvas, before, line.now, ladder)
    now = float(ladder.at(fan.past[-1]))
    canvas.dot(line.now, now, 8 if before is None else 6, colours.past, ring=colours.paper)
