"""Bars to model inputs: the only place that knows the features.

Every input at a bar depends on at most the `MEMORY` bars up to it, so a forecast from the tail of a
history equals the one from all of it, and no later bar can move an earlier input.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.features import announcement_marks as announced
from forecasting.features import quarterly_events
from forecasting.features.announcement_habits import with_habits
from forecasting.features.daily_series import DailySeries, quiet_mean, signals
from forecasting.features.market import market_features
from forecasting.features.rolling import Positions, RollingSums, trailing
from forecasting.sessions import all_sessions
from forecasting.ticker_notation import KINDS, kind_of
from forecasting.values import HORIZONS, Bars, Float1D, Float2D

FEATURES_VERSION = "5"
"""Raised whenever an input changes its meaning; a model is served only with its own version."""
MIN_SESSIONS = 120
"""Bars that a forecast needs."""
MEMORY = 1050
"""Bars that a forecast looks at."""
STEPS = 40
"""Length of the sequence input, in sessions."""
CHANNELS = quarterly_events.CHANNELS + announced.CHANNELS
"""Channels of each coming session."""
GROUPS = ("other", "known", "guessed", "suspected", "crypto", "fx", "index", "future")
"""What bands are calibrated apart for: shares without an announcement up to the horizon, with one
that is public, one expected from past dates, one that only earlier quarters' jumps let suspect;
then the other kinds of ticker."""
_SUSPECTED = 0.5
_SUSPECTS = 4  # the channel: on the third of eight earlier quarters, a jump on high volume
_HAR = (1, 2, 3, 5, 8, 13, 22, 44, 66, 132, 260, 520, 1000)
_COARSE = (5, 22, 66, 260, 1000)
_MOMENTUM = (1, 2, 3, 5, 10, 22, 66, 132, 260)
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What the network sees of n forecasts.

    Attributes:
        sequence: Shape (n, STEPS, 6): scaled return, overnight, intraday and range, volume
            surprise, market return.
        static: Shape (n, features), named by `feature_names`.
        seasons: Shape (n, AHEAD, CHANNELS): what came on the same days of earlier quarters, then
            what is known of announcements.
        scale: Volatility of one session that the outputs are multiples of, shape (n,).
        group: Which of `GROUPS` the sessions up to each horizon are in, shape (n, horizons).
    """

    sequence: NDArray[np.float32]
    static: NDArray[np.float32]
    seasons: NDArray[np.float32]
    scale: Float1D
    group: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.scale)

    @property
    def has_market(self) -> NDArray[np.bool_]:
        """Whether the market's bars were there, shape (n,): the last static feature."""
        known: NDArray[np.bool_] = self.static[:, -1] != 0.0
        return known


class _Columns:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.parts: list[Float2D] = []

    def add(self, name: str, keys: tuple[object, ...], values: Float2D) -> None:
        self.names += [f"{name}_{key}" for key in keys]
        self.parts.append(values)


def _log_ratio(variance: Float2D, scale: Float1D) -> Float2D:
    ratio: Float2D = 0.5 * np.log(np.maximum(variance, _TINY) / (scale**2)[:, None])
    return np.maximum(ratio, -4.0)


def _volatility(into: _Columns, s: DailySeries, rows: Positions) -> None:
    scale, trust = s.scale[rows], s.trust[rows]
    for name, series, windows, trusted in (
        ("variance", s.variance, _HAR, trust),
        ("square", s.log_return**2, (3, 5, 10, 22, 66, 132, 260, 520, 1000), 1.0),
        ("overnight", s.overnight**2, _COARSE, trust),
        ("range", s.range_variance, _COARSE, trust),
        ("fall", np.minimum(s.log_return, 0.0) ** 2, (5, 22, 66), 1.0),
    ):
        means = RollingSums(series).mean(rows, windows)
        into.add(name, windows, _log_ratio(means, scale / np.sqrt(trusted)))
    size = RollingSums(np.abs(s.log_return)).mean(rows, _COARSE)
    into.add("size", _COARSE, _log_ratio(size**2, scale))
    # Size without the open session's drift into the tail: robust against single jumps.
    root = RollingSums(np.sqrt(s.variance)).mean(rows, _HAR[3:])
    into.add("root", _HAR[3:], _log_ratio(root**2, scale / np.sqrt(trust)))
    into.add("level", ("log",), np.log(scale)[:, None])


def _quiet(into: _Columns, s: DailySeries, rows: Positions) -> None:
    scale, windows = s.scale[rows], (5, 22, 66, 260)
    trusted = scale / np.sqrt(s.trust[rows])
    variance = quiet_mean(s.variance, s.quiet, rows, windows)
    into.add("quiet_variance", windows, _log_ratio(variance, trusted))
    squares = quiet_mean(s.log_return**2, s.quiet, rows, windows)
    into.add("quiet_square", windows, _log_ratio(squares, scale))


def _path(into: _Columns, s: DailySeries, rows: Positions) -> None:
    scale = s.scale[rows][:, None]
    roots = np.sqrt(np.asarray(_MOMENTUM, dtype=float))
    moved = RollingSums(s.log_return).total(rows, _MOMENTUM) / scale / roots
    into.add("momentum", _MOMENTUM, np.clip(moved, -6.0, 6.0))
    signed = RollingSums(s.log_return * np.abs(s.log_return)).mean(rows, (5, 22, 66))
    into.add("signed", (5, 22, 66), np.clip(signed / scale**2, -4.0, 4.0))
    level = np.cumsum(s.log_return)
    for window in (22, 66, 260):
        index = np.maximum(rows[:, None] - np.arange(window)[None, :], 0)
        below = (level[index].max(axis=1) - level[rows])[:, None] / scale / np.sqrt(window)
        into.add("drawdown", (window,), np.minimum(below, 6.0))
    last = s.log_return[rows][:, None] / scale
    gap = s.overnight[rows][:, None] / scale
    into.add("last", ("return", "gap"), np.clip(np.concatenate([last, gap], axis=1), -6, 6))


def _shape(into: _Columns, s: DailySeries, rows: Positions) -> None:
    scale = s.scale[rows][:, None]
    size = np.abs(s.log_return)
    year = trailing(size, rows, 260)
    largest = -np.sort(-np.partition(year, -4, axis=1)[:, -4:], axis=1)
    into.add("largest", (1, 2, 3, 4), np.log1p(largest / scale))
    squares = RollingSums(s.log_return**2).total(rows, (260,))
    share = (largest**2).sum(axis=1, keepdims=True) / np.maximum(squares, _TINY)
    into.add("share", ("largest4",), share)
    lagged = s.log_return * np.concatenate([[0.0], s.log_return[:-1]])
    scaled = RollingSums(lagged).total(rows, (22, 260)) / np.maximum(
        RollingSums(s.log_return**2).total(rows, (22, 260)), _TINY
    )
    into.add("autocorrelation", (22, 260), np.clip(scaled, -1.0, 1.0))
    running = np.concatenate([[0.0], np.cumsum(s.log_return)])
    for span in (5, 20):
        ends = np.arange(1, len(running))
        steps = running[ends] - running[np.maximum(ends - span, 0)]
        ratio = RollingSums(steps**2).mean(rows, (260, 1000)) / np.maximum(
            span * RollingSums(s.log_return**2).mean(rows, (260, 1000)), _TINY
        )
        into.add(f"variance_ratio_{span}", (260, 1000), np.log(np.clip(ratio, 0.05, 20.0)))
    still = RollingSums((size < 1e-5).astype(float)).mean(rows, (22, 260))
    into.add("still", (22, 260), still)
    into.add("history", ("log",), np.log(np.minimum(rows + 1.0, 1000.0) / 250.0)[:, None])


def _activity(into: _Columns, s: DailySeries, rows: Positions, volume: Float1D) -> None:
    means = RollingSums(volume[1:] + 1.0).mean(rows, (1, 5, 22, 66, 260))
    ratios = np.log(means[:, :-1] / means[:, 1:])
    into.add("volume", (1, 5, 22, 66), np.clip(ratios, -3.0, 3.0))
    event = s.gap_surprise + s.move_surprise + np.maximum(s.volume_surprise, 0.0)
    recent = trailing(event, rows, 66)[:, ::-1]
    age = recent.argmax(axis=1)
    peak = np.take_along_axis(recent, age[:, None], axis=1)
    into.add("event", ("age", "size", "now"), np.stack([age / 66.0, peak[:, 0], event[rows]], 1))


def _calendar(into: _Columns, s: DailySeries, rows: Positions) -> None:
    days = s.days[rows]
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    into.add("weekday", (0, 1, 2, 3, 4), (weekday[:, None] == np.arange(5)).astype(float))
    weekend = ((s.days + 3) % 7 >= 5).astype(float)
    into.add("weekend", ("share",), RollingSums(weekend).mean(rows, (22,)))
    angle = 2 * np.pi * (days % 365.25) / (365.25 / 4)
    waves = [np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
    into.add("quarter", ("sin1", "cos1", "sin2", "cos2"), np.stack(waves, axis=1))


def _sequence(s: DailySeries, rows: Positions, market: Float2D) -> NDArray[np.float32]:
    scale = s.scale[rows][:, None, None]
    moves = np.stack([s.log_return, s.overnight, s.intraday, np.sqrt(s.range_variance)], axis=1)
    recent = trailing(moves, rows, STEPS)
    recent[:, :, 3] *= np.sqrt(s.trust[rows])[:, None]
    scaled = np.clip(recent / scale, -8.0, 8.0)
    volume = trailing(s.volume_surprise, rows, STEPS)[:, :, None]
    return np.concatenate([scaled, volume, market[:, :, None]], axis=2).astype(np.float32)


def _inputs(
    bars: Bars, rows: Positions, market: Bars | None, known: Announcements | None
) -> tuple[list[str], Inputs]:
    at = rows - 1  # signals begin at the second bar
    s, told = _told(bars, at, known)
    columns = _Columns()
    for group in (_volatility, _quiet, _path, _shape, _calendar):
        group(columns, s, at)
    _activity(columns, s, at, bars.volume)
    back, lags = quarterly_events.season_features(s, at)
    columns.add("season_known", ("4", "8"), np.stack([lags[:, :4].sum(1), lags.sum(1)], axis=1))
    columns.names += announced.NAMES
    columns.parts.append(told.static)
    kind = kind_of(bars.ticker)
    columns.add("kind", KINDS, np.tile(np.array(KINDS) == kind, (len(at), 1)).astype(float))
    abroad = float(bars.exchange not in {"", "XNYS"} and kind == "share")
    columns.add("kind", ("abroad",), np.full((len(at), 1), abroad))
    names, state, returns = market_features(bars, s, at, market, STEPS)
    columns.names += names
    columns.parts.append(state)
    return columns.names, Inputs(
        sequence=_sequence(s, at, returns),
        static=np.concatenate(columns.parts, axis=1).astype(np.float32),
        seasons=np.concatenate([back, told.channels], axis=2).astype(np.float32),
        scale=s.scale[at],
        group=_groups(kind, told, back),
    )


def _told(
    bars: Bars, at: Positions, known: Announcements | None
) -> tuple[DailySeries, announced.Marks]:
    """Return the signals without the jumps of announcements, and what the dates say."""
    if known is None or not len(known):
        return signals(bars), announced.no_marks(len(at))
    dates = announced.dates_of(known, all_sessions(bars.exchange or "XNYS"))
    days = bars.sessions[1:].astype(np.int64)
    s = signals(bars, announced.reaction_days(dates, days))
    return s, announced.marks(with_habits(dates, s), s, at)


def _groups(kind: str, told: announced.Marks, back: Float2D) -> NDArray[np.int8]:
    if kind != "share":
        return np.full(told.kind.shape, GROUPS.index(kind), np.int8)
    jumps = back[:, 1 : len(HORIZONS) + 1, _SUSPECTS] > _SUSPECTED
    unknown = told.static[:, :1] == 0.0
    suspected = np.logical_or.accumulate(jumps, axis=1) & unknown
    groups: NDArray[np.int8] = np.where(suspected, GROUPS.index("suspected"), told.kind)
    return groups.astype(np.int8)


def inputs_at(
    bars: Bars,
    rows: NDArray[np.int64],
    market: Bars | None,
    known: Announcements | None = None,
) -> Inputs:
    """Return the model's inputs as of several bars of one history.

    Args:
        bars: The history; it may reach beyond the rows, later bars are not looked at.
        rows: Positions of the as-of bars, shape (n,), each at least `MIN_SESSIONS - 1`.
        market: The market's bars, may also reach further; None where unknown.
        known: The company's announcements, may also reach further: a coming one is seen at most
            ten sessions ahead. None where unknown.

    Returns:
        Inputs of n forecasts.
    """
    return _inputs(bars, np.asarray(rows, dtype=np.int64), market, known)[1]


def feature_names(bars: Bars) -> list[str]:
    """Return the names of the static features, as any history of `MIN_SESSIONS` bars has them."""
    return _inputs(bars, np.array([len(bars) - 1]), None, None)[0]
