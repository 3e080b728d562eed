"""A backtest of one ticker: the bands that would have been given, and the closes, day by day."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.canvas import Canvas
from forecasting.charts.end_labels import EndLabel, column_width, draw_ends
from forecasting.charts.fonts import width
from forecasting.charts.frame import (
    BANDS,
    DAYS,
    Frame,
    draw_bands,
    draw_dates,
    draw_price_axis,
    price_axis_width,
)
from forecasting.charts.header_footer import MARGIN, SMALL, fit, foot, head, remarks
from forecasting.charts.palette import Palette, Theme, palette
from forecasting.charts.scale import around
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import LEVELS, Float1D

if TYPE_CHECKING:  # the backtest loads the model's runtime, a picture does not need it
    from forecasting.evaluation.backtest import TickerBacktest

Flags = NDArray[np.bool_]
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
        edges: Prices by level, each of shape (n,), in the same share count: the median and the
            ends of the 50, 80 and 95 % bands.
        in_training: Sessions that the model saw when it was trained, shape (n,).
        mae, naive_mae: Mean absolute error of the median and of "no change", as a share of the
            close the forecast started from.
        rmse, naive_rmse: Root of the mean squared error, likewise.
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
    rmse: float
    naive_rmse: float
    held: float
    source: str
    model_version: str
    note: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.days),)
        columns = (self.closes, self.in_training, *self.edges.values())
        if not self.days or any(column.shape != shape for column in columns):
            raise ValueError(f"{self.ticker}: columns of a backtest differ in length")
        missing = {0.5, *(level for band in BANDS for level in band)} - set(self.edges)
        if missing:
            raise ValueError(f"{self.ticker}: a backtest lacks the levels {sorted(missing)}")


def picture_of(test: "TickerBacktest", source: str, note: str = "") -> BacktestPicture:
    """Return what to draw of a backtest.

    Args:
        test: Forecasts and closes of one ticker and horizon.
        source: Name of the price source.
        note: The bars' note.
    """
    levels = sorted({0.5, *(level for band in BANDS for level in band)})
    return BacktestPicture(
        ticker=test.ticker,
        horizon=test.horizon,
        days=test.targets,
        closes=test.actual,
        edges={level: test.quantiles[:, LEVELS.index(level)] for level in levels},
        in_training=test.in_training,
        mae=test.mae / 100,
        naive_mae=test.mae_no_change / 100,
        rmse=test.rmse / 100,
        naive_rmse=test.rmse_no_change / 100,
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
    top = remarks(canvas, [replay.note], _head(canvas, replay, texts))
    facts = (
        texts.source.format(source=replay.source),
        texts.model.format(model=replay.model_version),
    )
    bottom = foot(canvas, facts, texts.disclaimer) + DAYS
    scale = around(np.concatenate([replay.closes, *replay.edges.values()]), bottom, top - 16)
    labels = _labels(replay, canvas.colours, texts)
    left = MARGIN + price_axis_width(scale, texts)
    right = canvas.width - MARGIN + 6 - column_width(labels)
    frame = Frame(left, right, len(replay.days), scale)
    _shade(canvas, replay, frame)
    draw_price_axis(canvas, frame, texts)
    draw_dates(canvas, frame, replay.days, (len(replay.days) - 1, 0), texts)
    draw_bands(canvas, frame.xs, replay.edges, scale)
    canvas.line(frame.xs, scale.at(replay.edges[0.5]), canvas.colours.median, 2.5, dashes=(8, 5))
    canvas.line(frame.xs, scale.at(replay.closes), canvas.colours.paper, 7)
    canvas.line(frame.xs, scale.at(replay.closes), canvas.colours.past, 3.5)
    _name_training(canvas, replay, frame, texts)
    draw_ends(canvas, labels, scale, right)


def _head(canvas: Canvas, replay: BacktestPicture, texts: ChartTexts) -> float:
    digits = 2 if min(replay.mae, replay.naive_mae) < 0.01 else 1

    def both(sentence: str, ours: float, naive: float) -> str:
        return sentence.format(model=texts.share(ours, digits), naive=texts.share(naive, digits))

    held = texts.held.format(level=texts.level(0.8), share=texts.level(replay.held))
    mae = both(texts.mae, replay.mae, replay.naive_mae)
    rmse = both(texts.rmse, replay.rmse, replay.naive_rmse)
    beside = texts.backtest.format(sessions=texts.sessions_before(replay.horizon))
    return head(
        canvas,
        replay.ticker,
        beside,
        f"{held} · {texts.results(len(replay.days))}",
        f"{mae} · {rmse}",
    )


def _labels(replay: BacktestPicture, colours: Palette, texts: ChartTexts) -> list[EndLabel]:
    def last(level: float) -> float:
        return float(replay.edges[level][-1])

    def edge(level: float, share: float, rank: int) -> EndLabel:
        return EndLabel(
            last(level), texts.level(share), "", "", colours.muted, strong=rank == 2, rank=rank
        )

    labels = [
        *(edge(level, 0.95, 1) for level in BANDS[0]),
        *(edge(level, 0.8, 2) for level in BANDS[1]),
        *(edge(level, 0.5, 0) for level in BANDS[2]),
        EndLabel(last(0.5), texts.forecast, "", "", colours.median, strong=True, rank=3),
        EndLabel(
            float(replay.closes[-1]), texts.close_line, "", "", colours.ink, strong=True, rank=4
        ),
    ]
    return sorted(labels, key=lambda label: -label.price)


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
