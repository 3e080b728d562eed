"""The track record: whether levels held what they promised, and earlier fans behind the closes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.charts.canvas import Canvas
from forecasting.charts.frame import DAYS, Frame, draw_dates, draw_price_axis, price_axis_width
from forecasting.charts.header_footer import MARGIN, SMALL, foot, head, remarks
from forecasting.charts.palette import Theme, palette
from forecasting.charts.scale import LinearScale, around
from forecasting.charts.subplot import Panel, draw_x_axis, draw_y_axis
from forecasting.charts.texts import ENGLISH, ChartTexts, readable
from forecasting.values import LEVELS, Bars, Float1D, Forecast

_BANDS = (0.5, 0.8, 0.95)
_APART = 5
"""Sessions between two ghosts; nearer ones hide each other."""
_MOST = 20
_LUCK = 1.645
"""Of honest forecasters, 90 % stay within this many standard deviations."""
_PANEL = 470.0


@dataclass(frozen=True, slots=True, eq=False)
class TrackRecord:
    """What is known of how earlier forecasts did.

    Attributes:
        ticker: Whose record, empty for all.
        pits: Probability that each resolved forecast gave to a close at or below the one that
            came, shape (n,), 0..1; uniform for an honest forecaster.
        bars: The history as it is now; None where the record is of many tickers.
        ghosts: Earlier forecasts of the ticker, in any order.
        independent: How many of the results count as independent of each other (forecasts of
            overlapping sessions do not); 0 for all.
        model_version: Of the model on record, empty where there were several.
    """

    ticker: str
    pits: Float1D
    bars: Bars | None
    ghosts: tuple[Forecast, ...] = ()
    independent: float = 0
    model_version: str = ""

    def __post_init__(self) -> None:
        if not len(self.pits) or not np.all((self.pits >= 0) & (self.pits <= 1)):
            raise ValueError(f"{self.ticker}: a track record needs results, each 0..1")

    def held(self, width: float) -> float:
        """Return the share of closes that fell inside the central band of a probability."""
        inside = np.abs(self.pits - 0.5) <= width / 2 + 1e-12
        return float(inside.mean())

    def below(self) -> Float1D:
        """Return the share of closes at or below each of `LEVELS`, shape (levels,)."""
        shares: Float1D = (self.pits[:, None] <= np.array(LEVELS)).mean(axis=0)
        return shares


@dataclass(frozen=True, slots=True, eq=False)
class _Ghost:
    """An earlier 80 % band, at positions of the bars shown, in today's share count."""

    positions: Float1D
    low: Float1D
    middle: Float1D
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
    top = _head(canvas, record, texts)
    facts = [texts.model.format(model=record.model_version)] if record.model_version else []
    if record.bars is not None:
        top = remarks(canvas, [record.bars.note], top)
        facts.insert(0, texts.source.format(source=record.bars.source))
    bottom = foot(canvas, facts, texts.disclaimer) + DAYS
    _reliability(canvas, record, (bottom, top), texts)
    if record.bars is None:
        _coverage(canvas, record, (bottom, top), texts)
    else:
        _ghosts(canvas, record.bars, record.ghosts, (bottom, top), texts)


def _head(canvas: Canvas, record: TrackRecord, texts: ChartTexts) -> float:
    held = texts.held.format(level=texts.level(0.8), share=texts.level(record.held(0.8)))
    below = f"{held} · {texts.results(len(record.pits))}"
    if record.ticker:
        return head(canvas, record.ticker, texts.track, below)
    return head(canvas, texts.track, "", below)


def _reliability(
    canvas: Canvas, record: TrackRecord, span: tuple[float, float], texts: ChartTexts
) -> None:
    colours, (bottom, top) = canvas.colours, span
    canvas.text(MARGIN, top - 34, texts.reliability, SMALL, colours.ink, bold=True)
    x = LinearScale(0, 1, MARGIN + 62, MARGIN + _PANEL)
    panel = Panel(x, LinearScale(0, 1, bottom, top - 58))
    grid = np.linspace(0, 1, 41)
    count = record.independent or len(record.pits)
    luck = _LUCK * np.sqrt(grid * (1 - grid) / count)
    low, high = np.clip(grid - luck, 0, 1), np.clip(grid + luck, 0, 1)
    canvas.band(x.at(grid), panel.y.at(low), panel.y.at(high), colours.shade)
    draw_y_axis(canvas, panel, texts)
    draw_x_axis(canvas, panel, [0, 0.2, 0.4], texts, hundred=100)
    canvas.text(x.end, bottom - SMALL - 10, texts.promised, SMALL, colours.muted, "right")
    canvas.text(x.start + 10, panel.y.end - 30, texts.happened, SMALL, colours.muted)
    canvas.text(x.end - 4, bottom + 14, texts.luck, SMALL, colours.muted, "right")
    canvas.line(x.at(grid), panel.y.at(grid), colours.naive, 3, dashes=(9, 7))
    levels, shares = x.at(np.array(LEVELS)), panel.y.at(record.below())
    canvas.line(levels, shares, colours.median, 3)
    for across, up in zip(levels, shares, strict=True):
        canvas.dot(float(across), float(up), 7, colours.median, ring=colours.paper)


def _coverage(
    canvas: Canvas, record: TrackRecord, span: tuple[float, float], texts: ChartTexts
) -> None:
    colours, (bottom, top) = canvas.colours, span
    left = MARGIN + _PANEL + 70
    canvas.text(left, top - 34, texts.by_band, SMALL, colours.ink, bold=True)
    x = LinearScale(0, 1, left + 84, canvas.width - MARGIN - 100)
    step = (top - 70 - bottom) / len(_BANDS)
    for row, (band, fill) in enumerate(
        zip(_BANDS, (colours.inner, colours.middle, colours.outer), strict=True)
    ):
        y, held = top - 70 - (row + 0.5) * step, record.held(band)
        canvas.text(left, y, texts.level(band), SMALL, colours.muted, middle=True)
        canvas.box(x.start, y - 28, float(x.at(held)), y + 28, fill)
        promise = float(x.at(band))
        canvas.line([promise, promise], [y - 38, y + 38], colours.naive, 4)
        end = max(promise, float(x.at(held)))
        canvas.text(end + 14, y, texts.level(held), SMALL + 4, colours.ink, bold=True, middle=True)
    promised = texts.promised.replace("→", "").strip()
    canvas.text(float(x.at(_BANDS[0])), top - 80, promised, SMALL, colours.naive, "center")


def _ghosts(
    canvas: Canvas,
    bars: Bars,
    ghosts: Sequence[Forecast],
    span: tuple[float, float],
    texts: ChartTexts,
) -> None:
    colours, (bottom, top) = canvas.colours, span
    start = MARGIN + _PANEL + 46
    chosen = spaced(bars, ghosts)
    first = min((ghost.as_of for ghost in chosen), default=bars.session(max(-60, -len(bars))))
    shown = bars.between(first, None)
    bands = [_band(shown, ghost) for ghost in chosen]
    prices = np.concatenate([shown.close, *(b.low for b in bands), *(b.high for b in bands)])
    scale = around(prices, bottom, top - 58)
    left = start + price_axis_width(scale, texts)
    frame = Frame(left, canvas.width - MARGIN, len(shown), scale)
    said = texts.earlier.format(level=texts.level(0.8)) if bands else texts.close_line
    wide = canvas.text(start, top - 34, said, SMALL, colours.ink, bold=True)
    draw_price_axis(canvas, frame, texts)
    days = [shown.session(i) for i in range(len(shown))]
    draw_dates(canvas, frame, days, (len(days) - 1, 0), texts)
    _draw_bands(canvas, bands, frame)
    canvas.line(frame.xs, scale.at(shown.close), colours.past, 3.5)
    if _draw_misses(canvas, bands, shown, frame):
        text_left = start + wide + 44
        canvas.dot(text_left - 16, top - 25, 8, colours.naive, ring=colours.paper)
        canvas.text(text_left, top - 34, texts.missed, SMALL, colours.naive, bold=True)


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

    return _Ghost(np.array([float(start), *rows]), path(0.1), path(0.5), path(0.9))


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
    for band in bands:
        x = frame.left + band.positions * step
        canvas.line(x, scale.at(band.middle), colours.inner, 2.5)


def _draw_misses(canvas: Canvas, bands: Sequence[_Ghost], shown: Bars, frame: Frame) -> int:
    missed = 0
    for band in bands:
        row = int(band.positions[-1])
        close = float(shown.close[row])
        if not band.low[-1] <= close <= band.high[-1]:
            missed += 1
            y = float(frame.scale.at(close))
            canvas.dot(frame.x(row), y, 9, canvas.colours.naive, ring=canvas.colours.paper)
    return missed
