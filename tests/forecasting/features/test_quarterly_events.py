"""Days that come back each quarter are seen coming, on their day, from the past alone."""

import numpy as np

from forecasting.features.daily_series import signals
from forecasting.features.quarterly_events import AHEAD, CHANNELS, LAGS, season_features
from forecasting.values import Bars
from tests.forecasting.simulated import bars_from_returns

THIRD_OF_EIGHT = 3
"""Channel of the third-largest mark on the very day."""


def _reporting(period: int = 91, sessions: int = 1000) -> tuple[Bars, np.ndarray]:
    """A calm history with a jump on high volume every `period` calendar days."""
    rng = np.random.default_rng(1)
    days = np.busday_offset("2010-01-04", np.arange(sessions), roll="forward")
    numbers = days.astype("datetime64[D]").astype(int)
    reports = (numbers - numbers[0]) % period == period - 7
    returns = rng.normal(0, 0.01, sessions - 1) + 0.12 * reports[1:] * rng.choice([-1, 1])
    bars = bars_from_returns(returns, rng=rng)
    volume = np.where(reports, 6.0, 1.0) * 1e6
    return (
        Bars(
            bars.ticker, bars.sessions, bars.open, bars.high, bars.low, bars.close,
            bars.adj_close, volume, "USD", "simulated", "XNYS",
        ),
        np.flatnonzero(reports),
    )  # fmt: skip


def test_a_quarterly_jump_is_seen_on_its_day_and_on_no_other():
    """From any as-of within a month of the next report, the mark stands at that distance."""
    bars, reports = _reporting()
    coming = int(reports[-1])
    for ahead in (1, 2, 5, 13, 20):
        marks, _ = season_features(signals(bars), np.array([coming - ahead - 1]))
        ranked = marks[0, :, THIRD_OF_EIGHT]
        assert ranked.argmax() == ahead
        assert ranked[ahead] > 1.0
        assert np.delete(ranked, ahead).max() < 0.2


def test_no_mark_without_a_rhythm():
    """Jumps that come every 37 days are not those of a quarter."""
    bars, _ = _reporting(period=37)
    marks, _ = season_features(signals(bars), np.arange(700, 990, 10))
    assert np.quantile(marks[:, :, THIRD_OF_EIGHT], 0.9) < 0.5


def test_what_the_history_does_not_reach_is_not_known():
    """A young ticker knows fewer lags, and their marks are zero."""
    bars, _ = _reporting()
    marks, known = season_features(signals(bars), np.array([120, 250, 900]))
    assert marks.shape == (3, AHEAD, CHANNELS)
    assert known.sum(axis=1).tolist() == [1, 3, len(LAGS)]
    assert np.all(marks[0, :, THIRD_OF_EIGHT] == 0)
