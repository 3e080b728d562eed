"""What came of a forecast: worked by hand, against the slow obvious version, and under a split."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.evaluation.baselines import RandomWalk
from forecasting.evaluation.outcomes import Promise, random_walk, row_of, settle
from forecasting.values import HORIZONS, LEVELS
from tests.bot.markets import plain_forecast, split, walk


def promises(bars, forecast, row, horizons=(1, 5, 20)):
    return [Promise(forecast, h, row, row + h) for h in horizons]


def test_errors_and_bands_are_shares_of_the_as_of_close_worked_by_hand():
    """One close, one fan: each number can be checked with pencil and paper."""
    bars = walk(count=200)
    row = 150
    forecast = plain_forecast(bars, row)
    close = bars.close[row]
    fan = np.tile(close * np.linspace(0.94, 1.06, len(LEVELS)), (20, 1))
    flat = replace(forecast, quantiles=fan)
    moved = bars.close.copy()
    moved[row + 5] = close * 1.031
    high = np.maximum(bars.high, moved)
    after = replace(bars, close=moved, adj_close=moved, high=high)
    (got,) = settle(after, promises(after, flat, row, (5,)))
    assert got.abs_error == pytest.approx(0.031)
    assert got.naive_abs_error == pytest.approx(0.031)
    # levels 0.75 and 0.8 stand at 1.02 and 1.03, 0.9 at 1.04
    assert (got.in_50, got.in_80, got.in_95) == (False, True, True)
    assert 0.8 < got.pit < 0.9
    edges = np.linspace(-0.06, 0.06, 13)
    by_hand = [
        level * (0.031 - edge) if edge < 0.031 else (1 - level) * (edge - 0.031)
        for level, edge in zip(LEVELS, edges, strict=True)
    ]
    assert got.loss == pytest.approx(np.mean(by_hand))
    assert got.log_return == pytest.approx(np.log(1.031))
    # "No change" as the evaluation has it, written apart from the ledger's.
    naive = close * np.exp(RandomWalk().quantiles(bars, np.array([row]), None)[0, 4])
    lost = [
        max(level * (moved[row + 5] - price), (level - 1) * (moved[row + 5] - price)) / close
        for level, price in zip(LEVELS, naive, strict=True)
    ]
    assert got.naive_loss == pytest.approx(np.mean(lost))


def test_a_forecast_that_knows_the_close_loses_nothing():
    """An oracle's pinball loss is exactly zero: catches every off-by-one in the rows."""
    bars = walk(count=200)
    row = 150
    known = bars.close[row + 1 : row + 21]
    oracle = replace(plain_forecast(bars, row), quantiles=np.tile(known[:, None], (1, 13)))
    for got in settle(bars, promises(bars, oracle, row)):
        assert (got.loss, got.abs_error) == (0.0, 0.0)
        assert got.in_50
        assert got.naive_loss > 0


@pytest.mark.parametrize("ratio", [4.0, 0.1, 1.5])
def test_a_split_since_changes_no_result(ratio):
    """Prices of today count other shares than the forecast did: the results are the same."""
    bars = walk(count=200)
    forecast = plain_forecast(bars, 150)
    before = settle(bars, promises(bars, forecast, 150))
    now = split(bars, ratio)
    for one, other in zip(before, settle(now, promises(now, forecast, 150)), strict=True):
        assert other.close == pytest.approx(one.close)
        assert other.loss == pytest.approx(one.loss)
        assert other.naive_loss == pytest.approx(one.naive_loss)
        assert other.pit == pytest.approx(one.pit)


def test_a_corrected_as_of_close_is_no_split():
    """A source that corrects a close by a tenth of a per cent does not move the target's close."""
    bars = walk(count=200)
    forecast = replace(plain_forecast(bars, 150), close=float(bars.close[150]) * 1.001)
    (got,) = settle(bars, promises(bars, forecast, 150, (1,)))
    assert got.close == bars.close[151]


def test_the_random_walk_is_that_of_the_baselines():
    """Naive means one thing in the ledger and in the evaluation."""
    bars = walk(count=300)
    rows = np.repeat(np.array([150, 200, 299]), len(HORIZONS))
    horizons = np.tile(np.asarray(HORIZONS), 3)
    mine = np.log(random_walk(bars, rows, horizons, bars.close[rows]) / bars.close[rows, None])
    theirs = RandomWalk().quantiles(bars, np.array([150, 200, 299]), None)
    np.testing.assert_allclose(mine.reshape(theirs.shape), theirs, rtol=1e-9, atol=1e-12)


def test_the_future_moves_no_naive_fan():
    """Bars after a row change nothing of its random walk."""
    bars = walk(count=300)
    rows, h = np.array([200]), np.array([5])
    early = bars.rows(slice(0, 201))
    np.testing.assert_array_equal(
        random_walk(bars, rows, h, bars.close[rows]), random_walk(early, rows, h, bars.close[rows])
    )


def test_pit_is_uniform_and_bands_hold_on_walks():
    """Forecasts of the right width resolve to uniform PITs and to their nominal coverage."""
    bars = walk(count=6000, seed=3, start=date(1995, 1, 3))
    got = []
    for row in range(200, 5900, 5):
        got += settle(bars, promises(bars, plain_forecast(bars, row), row, (1,)))
    share = {name: np.mean([getattr(s, name) for s in got]) for name in ("in_50", "in_80", "in_95")}
    assert share["in_50"] == pytest.approx(0.5, abs=0.045)
    assert share["in_80"] == pytest.approx(0.8, abs=0.035)
    assert share["in_95"] == pytest.approx(0.95, abs=0.025)
    assert np.mean([s.pit for s in got]) == pytest.approx(0.5, abs=0.025)
    assert min(s.pit for s in got) > 0
    assert max(s.pit for s in got) < 1


def test_row_of_finds_sessions_and_only_sessions():
    """A day without a bar has no row."""
    bars = walk(count=200)
    assert row_of(bars, bars.session(7)) == 7
    assert row_of(bars, bars.as_of) == 199
    assert row_of(bars, bars.as_of.replace(year=2030)) is None


def test_a_currency_never_splits():
    """An as-of close that was mended since does not rescale the close that came."""
    bars = replace(walk(count=200), ticker="EURUSD=X")
    issued = replace(plain_forecast(bars, 150), close=float(bars.close[150] * 1.02))
    (got,) = settle(bars, promises(bars, issued, 150, (5,)))
    assert got.close == bars.close[155]
