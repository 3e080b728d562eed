"""A backtest of one ticker: the bands that would have been given, and the closes, day by day."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.canvas import Canvas
from forecasting.charts.fonts import width
from forecasting.charts.frame import (
    DAYS,
    Frame,
    draw_bands,
    draw_dates,
    draw_price_axis,
    price_axis_width,
)
from forecasting.charts.header_footer import MARGIN, SMALL, finding, fit, footer, remarks
from forecasting.charts.ladder_axis import BANDS
from forecasting.charts.marks import draw_verdict
from forecasting.charts.palette import Theme, palette
from forecasting.charts.promise import (
    draw_hundred,
    draw_statistics,
    hundred_line,
    judge,
    verdict_line,
)
from forecasting.charts.scale import around
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import LEVELS, Float1D

if TYPE_CHECKING:  # the backtest loads the model's runtime, a picture does not need it
    from forecasting.evaluation.backtest import TickerBacktest

Flags = NDArray[np.bool_]
_PANEL = 500.0
"""Pixels of the hundred squares and their label."""
_STATISTICS = 44.0
_HELD = 1
"""Place of the 80 % band in a backtest's coverage."""


@dataclass(frozen=True, slots=True, eq=False)
class BacktestPicture:
    """Forecasts of one horizon for consecutive sessions, each from the bars before it.

    Attributes:
        ticker: Yahoo's notation.
        horizon: Sessions from each forecast's last bar to the session it is about.
        days: The sessions forecast, rising, shape (n,).
        closes: What came, shape (n,), in the share count of today.
        edges: Prices by level, each of shape (n,), in the same share count: the
            ends of the 50, 80 and 95 % bands.
        in_training: Sessions that the model saw when it was trained, shape (n,).
        mae, naive_mae: Mean absolute error of the median and of "no change", as a share of the
            close the forecast started from.
        held: Share of closes inside the 80 % band.
        source: Name of the price source.
        model_version: Of the model tested.
        note: The bars' note.
    """

    ticker: str
    horizon: int
    days: tuple[date, ...]
    closes: Float1D
    edges: dict[float, Float1D]
    in_training: Flags
    mae: float
    naive_mae: float
    held: float
    source: str
    model_version: str
    note: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.days),)
        columns = (self.closes, self.in_training, *self.edges.values())
        if not self.days or any(column.shape != shape for column in columns):
            raise ValueError(f"{self.ticker}: columns of a backtest differ in length")
        missing = {level for band in BANDS for level in band} - set(self.edges)
        if missing:
            raise ValueError(f"{self.ticker}: a backtest lacks the levels {sorted(missing)}")


def picture_of(test: "TickerBacktest", source: str, note: str = "") -> BacktestPicture:
    """Return what to draw of a backtest.

    Args:
        test: Forecasts and closes of one ticker and horizon.
        source: Name of the price source.
        note: The bars' note.
    """
    levels = sorted({level for band in BANDS for level in band})
    return BacktestPicture(
        ticker=test.ticker,
        horizon=test.horizon,
        days=test.targets,
        closes=test.actual,
        edges={level: test.quantiles[:, LEVELS.index(level)] for level in levels},
        in_training=test.in_training,
        mae=test.mae / 100,
        naive_mae=test.mae_no_change / 100,
        held=test.coverage[_HELD],
        source=source,
        model_version=test.model_version,
        note=note,
    )


def draw_backtest(
    replay: BacktestPicture, *, theme: Theme = Theme.LIGHT, texts: ChartTexts = ENGLISH
) -> bytes:
    """Return the picture of a backtest.

    Args:
        replay: Forecasts and closes.
        theme: Light or dark.
        texts: Words and formats of one language.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.
    """
    canvas = Canvas(palette(theme))
    compose_backtest(canvas, replay, readable(texts))
    return canvas.png()


def compose_backtest(canvas: Canvas, replay: BacktestPicture, texts: ChartTexts) -> None:
    """Draw the picture on a canvas; `draw_backtest` says what the arguments are."""
    independent = len(replay.days) / replay.horizon
    title = verdict_line(judge(replay.held, independent), replay.ticker, texts)
    beside = texts.backtest.format(sessions=texts.sessions_before(replay.horizon))
    top = finding(canvas, [title], [hundred_line(replay.held, texts), beside])
    top = remarks(canvas, [texts.noted(replay.note)], top)
    low = footer(canvas, texts, key=True) + _STATISTICS
    room = canvas.width - 2 * MARGIN
    draw_statistics(canvas, _statistics(replay, texts), low - _STATISTICS + 12, room)
    spot = (MARGIN + 4.0, low + 16, MARGIN + _PANEL - 14, top - 16)
    draw_hundred(canvas, replay.held, spot, texts)
    _draw_days(canvas, replay, (low + DAYS, top - 20), texts)


def _statistics(replay: BacktestPicture, texts: ChartTexts) -> list[str]:
    digits = 2 if min(replay.mae, replay.naive_mae) < 0.01 else 1
    ours, naive = (texts.share(error, digits) for error in (replay.mae, replay.naive_mae))
    return [texts.results(len(replay.days)), texts.mae.format(model=ours, naive=naive)]


def _draw_days(
    canvas: Canvas, replay: BacktestPicture, span: tuple[float, float], texts: ChartTexts
) -> None:
    """Draw the ranges and the closes day by day, a cross where one left the 8-in-10 range."""
    colours = canvas.colours
    scale = around(np.concatenate([replay.closes, *replay.edges.values()]), *span)
    left = MARGIN + _PANEL + price_axis_width(scale, texts)
    frame = Frame(left, canvas.width - MARGIN - 10, len(replay.days), scale)
    _shade(canvas, replay, frame)
    draw_price_axis(canvas, frame, texts)
    draw_dates(canvas, frame, replay.days, (len(replay.days) - 1, 0), texts)
    draw_bands(canvas, frame.xs, replay.edges, scale)
    canvas.line(frame.xs, scale.at(replay.closes), colours.paper, 7)
    canvas.line(frame.xs, scale.at(replay.closes), colours.past, 3.5)
    low, high = (replay.edges[level] for level in BANDS[1])
    for place in np.flatnonzero((replay.closes < low) | (replay.closes > high)):
        y = float(scale.at(float(replay.closes[place])))
        draw_verdict(canvas, frame.x(int(place)), y, 11, left=True)
    _name_training(canvas, replay, frame, texts)


def _stretches(flags: Flags) -> list[tuple[int, int]]:
    """Return first and last position of each run of true flags."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def _shade(canvas: Canvas, replay: BacktestPicture, frame: Frame) -> None:
    half = (frame.x(1) - frame.x(0)) / 2
    for start, end in _stretches(replay.in_training):
        left, right = max(frame.left, frame.x(start) - half), min(frame.right, frame.x(end) + half)
        canvas.box(left, frame.scale.bottom, right, frame.scale.top, canvas.colours.shade)


def _name_training(
    canvas: Canvas, replay: BacktestPicture, frame: Frame, texts: ChartTexts
) -> None:
    for start, end in _stretches(replay.in_training)[-1:]:
        left = frame.x(start) + 10
        text, size = fit(texts.in_training, SMALL, max(frame.x(end), frame.right) - left)
        under = (frame.xs >= left) & (frame.xs <= left + width(text, size))
        # Above or below the bands, wherever there is more room.
        low, high = (frame.scale.at(replay.edges[level])[under] for level in BANDS[0])
        room = (float(low.min()) - frame.scale.bottom, frame.scale.top - float(high.max()))
        y = frame.scale.bottom + 12 if room[0] > room[1] else frame.scale.top - 32
        canvas.text(left, y, text, size, canvas.colours.muted)
