"""What single bars say: returns, ranges, volume surprises. Windows over bars are in `rolling`.

Each array has one entry per return, so entry i belongs to bar i + 1 of the history.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.features.rolling import Positions, RollingSums
from forecasting.values import Bars, Float1D, Float2D

_FLOOR = 1e-5
"""Log-return units below which a move is rounding of the source, not a price move."""
_TAPS = 260
_TINY = 1e-12
_AGREE = 1.4
"""How far a history's ranges and its closes may differ, as a ratio of variances, before they are
brought together: nine in ten US stocks stay within."""
_AGREE_OVER, _AGREE_PRIOR = 1000, 60


@dataclass(frozen=True, slots=True, eq=False)
class DailySeries:
    """Daily signals of one history, each of shape (bars - 1,).

    Attributes:
        days: Session dates as days since 1970.
        log_return: Close to close, total return.
        overnight, intraday: The parts of `log_return` before and after the open.
        range_variance: Garman-Klass variance of the open session.
        variance: Overnight plus range variance, the best one-session variance that bars give.
        volume_surprise: Log volume against its mean over the 44 sessions before, within [-3, 3].
        move_surprise, gap_surprise: Size of the return and of the overnight move against their
            usual size over the 44 sessions before, as log(1 + ratio).
        trust: Factor on variances made of ranges and gaps as of each bar, see `trust_in_ranges`.
        scale: Volatility of one session as of each bar (root of exponentially weighted variance).
        quiet: 1 for ordinary days, 0 for those left out of the scale; None where none is.
    """

    days: NDArray[np.int64]
    log_return: Float1D
    overnight: Float1D
    intraday: Float1D
    range_variance: Float1D
    variance: Float1D
    volume_surprise: Float1D
    move_surprise: Float1D
    gap_surprise: Float1D
    trust: Float1D
    scale: Float1D
    quiet: Float1D | None = None


def exponential_mean(values: Float1D, half_life: float, counted: Float1D | None = None) -> Float1D:
    """Return the exponentially weighted mean up to each entry, of at most the last 260 entries.

    Args:
        values: Shape (n,).
        half_life: In sessions.
        counted: 1 where an entry counts, 0 where not, shape (n,); None counts all.
    """
    weights = 0.5 ** (np.arange(min(_TAPS, len(values))) / half_life)
    if counted is not None:
        sums = np.convolve(values * counted, weights)[: len(values)]
        return np.asarray(sums / (np.convolve(counted, weights)[: len(values)] + _TINY))
    sums = np.convolve(values, weights)[: len(values)]
    mass = np.cumsum(weights)
    return np.asarray(sums / mass[np.minimum(np.arange(len(values)), len(weights) - 1)])


def _against_before(values: Float1D, window: int = 44) -> Float1D:
    before = RollingSums(values).mean(np.arange(-1, len(values) - 1), (window,))[:, 0]
    before[0] = values[0]
    return values / np.maximum(before, _FLOOR)


def quiet_mean(
    values: Float1D, quiet: Float1D | None, rows: Positions, windows: Sequence[int]
) -> Float2D:
    """Return means over trailing windows of the entries that count, shape (rows, windows)."""
    if quiet is None:
        return RollingSums(values).mean(rows, windows)
    counts = RollingSums(quiet).mean(rows, windows)
    means: Float2D = RollingSums(values * quiet).mean(rows, windows) / np.maximum(counts, 1e-9)
    return means


def trust_in_ranges(squares: Float1D, variance: Float1D) -> Float1D:
    """Return the factor that brings variances from ranges and gaps near those of the closes.

    Quoted currencies open where they did not close, thin names show ranges that nobody traded, and
    some futures print a part of their day: their bars say twice or half of what the closes do.

    Args:
        squares: Squared returns, shape (n,).
        variance: Overnight plus range variance, shape (n,).

    Returns:
        1 while the two agree within `_AGREE` over the last 1,000 sessions, shape (n,).
    """
    rows = np.arange(len(squares))
    closes, ranges = (
        RollingSums(values).mean(rows, (_AGREE_OVER,))[:, 0] for values in (squares, variance)
    )
    sessions = np.minimum(rows + 1.0, _AGREE_OVER)
    prior = _AGREE_PRIOR * (closes + ranges) / 2 + _FLOOR**2
    ratio = (sessions * ranges + prior) / (sessions * closes + prior)
    trust: Float1D = np.clip(ratio, 1 / _AGREE, _AGREE) / ratio
    return trust


def signals(bars: Bars, loud: NDArray[np.bool_] | None = None) -> DailySeries:
    """Return the daily signals of a history of at least two bars.

    Args:
        bars: The history.
        loud: Entries that say nothing about ordinary days, such as reactions to announcements:
            left out of the scale; shape (bars - 1,).

    Range variance: Garman and Klass (1980), J. Business 53(1), 67-78, equation for the practical
    estimator: 0.5 log(high/low)^2 - (2 log 2 - 1) log(close/open)^2.
    """
    log_return = np.diff(np.log(bars.adj_close))
    intraday = np.log(bars.close[1:] / bars.open[1:])
    overnight = log_return - intraday
    spread = np.log(bars.high[1:] / bars.low[1:])
    range_variance = np.maximum(0.5 * spread**2 - (2 * np.log(2) - 1) * intraday**2, 0.0)
    variance = overnight**2 + range_variance
    volume = _against_before(bars.volume[1:] + 1.0)
    quiet = None if loud is None or not loud.any() else (~loud).astype(float)
    squares = exponential_mean(log_return**2, 12.0, quiet)
    trust = trust_in_ranges(log_return**2, variance)
    ranges = trust * exponential_mean(variance, 20.0, quiet)
    usual = quiet_mean(log_return**2, quiet, np.arange(len(log_return)), (260,))[:, 0]
    return DailySeries(
        days=bars.sessions[1:].astype(np.int64),
        log_return=log_return,
        overnight=overnight,
        intraday=intraday,
        range_variance=range_variance,
        variance=variance,
        volume_surprise=np.clip(np.log(volume), -3.0, 3.0),
        move_surprise=np.log1p(_against_before(np.abs(log_return))),
        gap_surprise=np.log1p(_against_before(np.abs(overnight))),
        trust=trust,
        scale=np.sqrt(np.maximum(0.45 * squares + 0.45 * ranges + 0.1 * usual, _FLOOR**2)),
        quiet=quiet,
    )
