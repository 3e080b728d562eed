"""The track record: whether ranges held what they promised, and earlier ones behind the closes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.frame import DAYS, Frame, draw_dates, draw_price_axis, price_axis_width
from forecasting.charts.header_footer import MARGIN, SMALL, finding, footer, remarks
from forecasting.charts.marks import draw_verdict
from forecasting.charts.palette import Theme, palette
from forecasting.charts.promise import (
    Verdict,
    draw_hundred,
    draw_statistics,
    hundred_line,
    judge,
    luck,
    verdict_line,
)
from forecasting.charts.scale import LinearScale, around
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import Bars, Float1D, Forecast

_BANDS = (0.5, 0.8, 0.95)
_APART = 5
"""Sessions between two ghosts; nearer ones hide each other."""
_MOST = 20
_PANEL = 560.0
"""Pixels of the hundred squares and their label."""
_STATISTICS = 44.0
_HEADING = 44.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Results, and the shares of them whose close fell inside the central bands, 0..1."""

    results: int
    in_50: float
    in_80: float
    in_95: float

    def held(self, band: float) -> float:
        """Return the share of closes inside a central band: 0.5, 0.8 or 0.95."""
        return {0.5: self.in_50, 0.8: self.in_80, 0.95: self.in_95}[band]


def counted_of(pits: Float1D) -> Counted:
    """Return results counted from the probabilities that were given to closes at or below theirs.

    Args:
        pits: 0..1, shape (n,).
    """
    away = np.abs(pits - 0.5)
    return Counted(
        len(pits), *(float(np.mean(away <= half + 1e-12)) for half in (0.25, 0.4, 0.475))
    )


@dataclass(frozen=True, slots=True, eq=False)
class TrackRecord:
    """What is known of how earlier forecasts did.

    Attributes:
        ticker: Whose record, empty for all.
        counted: The resolved results, at least one.
        bars: The history as it is now; None where the record is of many tickers.
        ghosts: Earlier forecasts of the ticker, in any order.
        independent: How many of the results count as independent of each other (forecasts of
            overlapping sessions do not); 0 for all.
        verdict: Of who asks; by luck alone where it is None.
    """

    ticker: str
    counted: Counted
    bars: Bars | None
    ghosts: tuple[Forecast, ...] = ()
    independent: float = 0
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        shares = (self.counted.in_50, self.counted.in_80, self.counted.in_95)
        if self.counted.results < 1 or not all(0 <= one <= 1 for one in shares):
            raise ValueError(f"{self.ticker}: a track record needs results, and shares 0..1")

    @property
    def judged(self) -> Verdict:
        """Whether the 8-in-10 ranges held as promised."""
        return self.verdict or judge(self.counted.in_80, self.count)

    @property
    def count(self) -> float:
        """How many results count as independent."""
        return self.independent or float(self.counted.results)


@dataclass(frozen=True, slots=True, eq=False)
class _Ghost:
    """An earlier 80 % band, at positions of the bars shown, in today's share count."""

    positions: Float1D
    low: Float1D
    high: Float1D


def draw_track(
    record: TrackRecord, *, theme: Theme = Theme.LIGHT, texts: ChartTexts = ENGLISH
) -> bytes:
    """Return the picture of a track record.

    Args:
        record: Results, and for one ticker its history and earlier forecasts.
        theme: Light or dark.
        texts: Words and formats of one language.

    Returns:
        An opaque PNG of 1280 x 720 pixels, the same bytes for the same arguments.
    """
    canvas = Canvas(palette(theme))
    compose_track(canvas, record, readable(texts))
    return canvas.png()


def compose_track(canvas: Canvas, record: TrackRecord, texts: ChartTexts) -> None:
    """Draw the picture on a canvas; `draw_track` says what the arguments are."""
    held = record.counted.held(0.8)
    title = verdict_line(record.judged, record.ticker or texts.all_tickers, texts)
    top = finding(canvas, [title], [hundred_line(held, texts)])
    if record.bars is not None:
        top = remarks(canvas, [texts.noted(record.bars.note)], top)
    bottom = footer(canvas, texts) + _STATISTICS
    room = canvas.width - 2 * MARGIN
    draw_statistics(canvas, _statistics(record, texts), bottom - _STATISTICS + 12, room)
    spot = (MARGIN + 4.0, bottom + 16, MARGIN + _PANEL - 14, top - 16)
    draw_hundred(canvas, held, spot, texts)
    if record.bars is None:
        _coverage(canvas, record, (bottom, top), texts)
    else:
        _ghosts(canvas, record.bars, record.ghosts, (bottom + DAYS, top), texts)


def _statistics(record: TrackRecord, texts: ChartTexts) -> list[str]:
    held, room = record.counted.held(0.8), luck(record.count)
    low, high = (texts.number(100 * min(0.8 + way * room, 1.0), 0) for way in (-1, 1))
    return [
        texts.results(record.counted.results),
        # A finer verdict than by this count may be known; the picture must not speak against it.
        texts.luck.format(low=low, high=high) if record.judged == judge(held, record.count) else "",
        *(
            texts.band_held.format(band=name, held=texts.number(100 * record.counted.held(band), 0))
            for band, name in ((0.5, texts.in_50), (0.95, texts.in_95))
        ),
    ]


def _coverage(
    canvas: Canvas, record: TrackRecord, span: tuple[float, float], texts: ChartTexts
) -> None:
    colours, (bottom, top) = canvas.colours, span
    left = MARGIN + _PANEL + 20
    canvas.text(left, top - 30, texts.by_band, SMALL, colours.ink, bold=True)
    x = LinearScale(0, 1, left + 130, canvas.width - MARGIN - 70)
    step = (top - 60 - bottom) / len(_BANDS)
    shades = (colours.inner, colours.middle, colours.outer)
    names = (texts.in_50, texts.in_80, texts.in_95)
    for row, (band, fill, name) in enumerate(zip(_BANDS, shades, names, strict=True)):
        y, held = top - 60 - (row + 0.5) * step, record.counted.held(band)
        canvas.text(left, y, name, SMALL, colours.ink, middle=True)
        canvas.box(x.start, y - 26, float(x.at(held)), y + 26, fill)
        promise = float(x.at(band))
        canvas.line([promise, promise], [y - 36, y + 36], colours.ink, 4)
        end = max(promise, float(x.at(held)))
        share = texts.number(100 * held, 0)
        canvas.text(end + 14, y, share, SMALL + 6, colours.ink, bold=True, middle=True)


def _ghosts(
    canvas: Canvas,
    bars: Bars,
    ghosts: Sequence[Forecast],
    span: tuple[float, float],
    texts: ChartTexts,
) -> None:
    colours, (bottom, top) = canvas.colours, span
    start = MARGIN + _PANEL + 6
    chosen = spaced(bars, ghosts)
    first = min((ghost.as_of for ghost in chosen), default=bars.session(max(-60, -len(bars))))
    shown = bars.between(first, None)
    bands = [_band(shown, ghost) for ghost in chosen]
    prices = np.concatenate([shown.close, *(b.low for b in bands), *(b.high for b in bands)])
    scale = around(prices, bottom, top - _HEADING)
    left = start + price_axis_width(scale, texts)
    frame = Frame(left, canvas.width - MARGIN, len(shown), scale)
    said = texts.earlier if bands else texts.close_line
    wide = canvas.text(start, top - 28, said, SMALL, colours.ink, bold=True)
    draw_price_axis(canvas, frame, texts)
    days = [shown.session(i) for i in range(len(shown))]
    draw_dates(canvas, frame, days, (len(days) - 1, 0), texts)
    _draw_bands(canvas, bands, frame)
    canvas.line(frame.xs, scale.at(shown.close), colours.past, 3.5)
    if _draw_misses(canvas, bands, shown, frame):
        text_left = start + wide + 60
        draw_verdict(canvas, text_left - 22, top - 19, 14, left=True)
        canvas.text(text_left, top - 28, texts.missed, SMALL, colours.alert, bold=True)


def spaced(bars: Bars, ghosts: Sequence[Forecast]) -> list[Forecast]:
    """Return the newest forecasts that have a close since, 5 sessions apart, at most 20."""
    chosen: list[Forecast] = []
    before = len(bars) - 1
    for ghost in sorted(ghosts, key=lambda ghost: ghost.as_of, reverse=True):
        row = int(np.searchsorted(bars.sessions, np.datetime64(ghost.as_of, "D")))
        known = row < len(bars) and bars.session(row) == ghost.as_of
        if known and row <= before and row < len(bars) - 1 and len(chosen) < _MOST:
            chosen.append(ghost)
            before = row - _APART
    return chosen[::-1]


def _band(shown: Bars, ghost: Forecast) -> _Ghost:
    targets = np.array(ghost.targets, dtype="datetime64[D]")
    there = np.isin(targets, shown.sessions)
    start = int(np.searchsorted(shown.sessions, np.datetime64(ghost.as_of, "D")))
    rows = np.searchsorted(shown.sessions, targets[there]).astype(np.float64)
    # In today's shares, should there have been a split since.
    today = float(shown.close[start])
    horizons = np.flatnonzero(there) + 1

    def path(level: float) -> Float1D:
        prices = [ghost.at(int(h), level) for h in horizons]
        return np.array([ghost.close, *prices]) * (today / ghost.close)

    return _Ghost(np.array([float(start), *rows]), path(0.1), path(0.9))


def _draw_bands(canvas: Canvas, bands: Sequence[_Ghost], frame: Frame) -> None:
    colours, scale = canvas.colours, frame.scale
    step = frame.x(1) - frame.x(0)
    for band in bands:
        x = frame.left + band.positions * step
        canvas.band(x, scale.at(band.low), scale.at(band.high), colours.outer)
    for band in bands:
        x = frame.left + band.positions * step
        canvas.line(x, scale.at(band.low), colours.middle, 2)
        canvas.line(x, scale.at(band.high), colours.middle, 2)


def _draw_misses(canvas: Canvas, bands: Sequence[_Ghost], shown: Bars, frame: Frame) -> int:
    missed = 0
    for band in bands:
        row = int(band.positions[-1])
        close = float(shown.close[row])
        if not band.low[-1] <= close <= band.high[-1]:
            missed += 1
            y = float(frame.scale.at(close))
            draw_verdict(canvas, frame.x(row), y, 14, left=True)
    return missed
