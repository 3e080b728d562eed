"""The state of the whole market beside one ticker, and an index made of a cross-section."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forecasting.features.daily_series import DailySeries, signals
from forecasting.features.rolling import Positions, RollingSums, trailing
from forecasting.ticker_notation import MARKET_TICKERS
from forecasting.values import Bars, Float1D, Float2D

STALE_DAYS = 5
"""Calendar days after which the market's last bar says nothing about today."""
_ENOUGH = 20
_WILD = 0.25  # log return beyond which a member's day is left out of the index

# Exchanges that close with or after New York: they know the market's bar of the same date.
_SAME_DAY = frozenset(
    {"", "XNYS", "XTSE", "CMES", "XMEX", "BVMF", "XBUE", "24/7", "24/5", "weekdays"}
)
_WINDOWS = (1, 2, 5, 10, 22, 66, 132, 260)
_MOMENTUM = (1, 5, 22, 66, 260)
_NAMES = (
    [f"market_variance_{n}" for n in _WINDOWS]
    + [f"market_momentum_{n}" for n in _MOMENTUM]
    + ["market_fall_5", "market_fall_22", "market_drawdown_66", "market_drawdown_260"]
    + ["market_long", "market_correlation_66", "market_correlation_260"]
    + ["market_beta_66", "market_beta_260", "market_known"]
)


def _state(s: DailySeries, at: Positions) -> Float2D:
    own = s.scale[at][:, None]
    trust = s.trust[at][:, None]
    ratio = trust * RollingSums(s.variance).mean(at, _WINDOWS) / own**2
    long = np.sqrt(trust * RollingSums(s.variance).mean(at, (1000,)))
    roots = np.sqrt(np.asarray(_MOMENTUM, dtype=float))
    moved = RollingSums(s.log_return).total(at, _MOMENTUM) / own / roots
    falls = RollingSums(np.minimum(s.log_return, 0.0) ** 2).mean(at, (5, 22)) / own**2
    level = np.cumsum(s.log_return)
    below = [
        (level[np.maximum(at[:, None] - np.arange(n), 0)].max(axis=1) - level[at])[:, None] / long
        for n in (66, 260)
    ]
    parts = [0.5 * np.log(np.maximum(ratio, 1e-4)), np.clip(moved, -6, 6), np.sqrt(falls)]
    parts += [np.log1p(np.maximum(drop, 0)) for drop in below] + [np.log(own / long)]
    return np.concatenate(parts, axis=1)


def _together(s: DailySeries, at: Positions, market: Float1D) -> Float2D:
    windows = (66, 260)
    cross = RollingSums(s.log_return * market).mean(at, windows)
    own = RollingSums(s.log_return**2).mean(at, windows)
    other = np.maximum(RollingSums(market**2).mean(at, windows), 1e-10)
    correlation = np.clip(cross / np.sqrt(np.maximum(own, 1e-10) * other), -1, 1)
    return np.concatenate([correlation, np.clip(cross / other, -3, 5)], axis=1)


@lru_cache(maxsize=2)
def _signals_of(market: Bars) -> DailySeries:
    """Return the signals of a market: the same stands beside every ticker."""
    return signals(market)


def market_features(
    bars: Bars, s: DailySeries, at: Positions, market: Bars | None, steps: int
) -> tuple[list[str], Float2D, Float2D]:
    """Return names and values of the market's features, and its scaled returns.

    All are zero, the last feature `market_known` too, where the market is missing, too short, or
    its last bar is older than `STALE_DAYS`.

    Args:
        bars: The ticker's history.
        s: Its signals.
        at: Positions in the signals, shape (n,).
        market: The market's bars, or None.
        steps: Length of the sequence of returns.

    Returns:
        Names, features of shape (n, names), returns of shape (n, steps).
    """
    features = np.zeros((len(at), len(_NAMES)))
    returns = np.zeros((len(at), steps))
    if market is None or len(market) <= 260:
        return _NAMES, features, returns
    m = _signals_of(market)
    delay = 0 if bars.exchange in _SAME_DAY else 1
    found = np.searchsorted(m.days, s.days - delay, side="right") - 1
    there = (found[at] >= 259) & (s.days[at] - m.days[np.maximum(found[at], 0)] <= STALE_DAYS)
    if not there.any():
        return _NAMES, features, returns
    rows, own = found[at][there], at[there]
    level = np.concatenate([[0.0], np.cumsum(m.log_return)])[np.maximum(found + 1, 0)]
    beside = np.diff(level, prepend=level[:1])
    known = np.ones((len(own), 1))
    features[there] = np.concatenate([_state(m, rows), _together(s, own, beside), known], axis=1)
    scaled = trailing(beside, own, steps) / m.scale[rows][:, None]
    returns[there] = np.clip(scaled, -8.0, 8.0)
    return _NAMES, features, returns


def market_of(histories: Sequence[Bars]) -> Bars | None:
    """Return what can stand for the market among some histories.

    Returns:
        SPY, else ^GSPC, else an index made of at least `_ENOUGH` tickers, else None.
    """
    by_ticker = {bars.ticker: bars for bars in histories}
    for ticker in MARKET_TICKERS:
        if ticker in by_ticker:
            return by_ticker[ticker]
    return cross_section(histories)


def cross_section(histories: Sequence[Bars]) -> Bars | None:
    """Return an equally weighted index of the histories of the commonest exchange.

    Its sessions are those with at least `_ENOUGH` tickers. Ranges are the tickers' mean, shrunk as
    the index's own moves are smaller than the tickers' are, over the 66 sessions before.
    """
    exchanges = Counter(bars.exchange for bars in histories).most_common(1)
    members = [b for b in histories if len(b) > 1 and b.exchange == exchanges[0][0]]
    if len(members) < _ENOUGH:
        return None
    first = min(b.sessions[1] for b in members)
    days = int((max(b.sessions[-1] for b in members) - first).astype(int)) + 1
    sums = np.zeros((5, days))
    for bars in members:
        s = signals(bars)
        calm = np.abs(s.log_return) < _WILD
        columns = (s.overnight, s.intraday, s.range_variance, s.log_return**2, np.ones(len(calm)))
        at = s.days[calm] - first.astype(np.int64)
        for total, column in zip(sums, columns, strict=True):
            total[at] += column[calm]
    there = np.flatnonzero(sums[4] >= _ENOUGH)
    if len(there) < 2:
        return None
    overnight, intraday, ranges, squares = sums[:4, there] / sums[4, there]
    return _index(first + there, overnight, intraday, ranges, squares)


def _index(
    sessions: NDArray[np.datetime64],
    overnight: Float1D,
    intraday: Float1D,
    ranges: Float1D,
    squares: Float1D,
) -> Bars:
    rows = np.arange(len(sessions))
    own = RollingSums((overnight + intraday) ** 2).mean(rows, (66,))[:, 0]
    shrink = own / np.maximum(RollingSums(squares).mean(rows, (66,))[:, 0], 1e-12)
    # The range whose Garman-Klass variance is the shrunk one, spread evenly about the body.
    spread = np.sqrt(2 * (ranges * shrink + (2 * np.log(2) - 1) * intraday**2))
    beyond = np.maximum(spread - np.abs(intraday), 0.0) / 2
    close = 100 * np.exp(np.cumsum(overnight + intraday))
    opened = close * np.exp(-intraday)
    return Bars(
        ticker="MARKET",
        sessions=sessions,
        open=opened,
        high=np.maximum(opened, close) * np.exp(beyond),
        low=np.minimum(opened, close) * np.exp(-beyond),
        close=close,
        adj_close=close,
        volume=np.zeros(len(close)),
        currency="",
        source="cross-section",
        exchange="",
    )
