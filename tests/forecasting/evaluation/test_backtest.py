"""The one evaluation loop: no forecaster sees the future, and none beats chance where chance rules."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from forecasting.errors import TooLittleHistoryError
from forecasting.evaluation.backtest import Forecaster, ModelForecaster, backtest_ticker, origins
from forecasting.evaluation.baseline_har import Har
from forecasting.evaluation.baselines import EmpiricalWalk, Garch, HistoricalSimulation, RandomWalk
from forecasting.evaluation.scores import diebold_mariano, inside, pinball
from forecasting.model.serving import load_pretrained
from forecasting.values import HORIZONS, LEVELS, MEDIAN
from tests.forecasting.simulated import garch_walk, random_walk

FORECASTERS: list[Forecaster] = [
    RandomWalk(),
    EmpiricalWalk(),
    HistoricalSimulation(),
    Har(),
    Har(logs=True),
    Garch(paths=200),
    Garch(leverage=True, paths=200),
    ModelForecaster(load_pretrained()),
]
START, END = date(2013, 6, 3), date(2015, 12, 31)
names = [forecaster.name for forecaster in FORECASTERS]


@dataclass
class Oracle:
    """Knows what comes, but for a shift."""

    shift: float = 0.0
    name: str = "oracle"

    def quantiles(self, bars, rows, market):
        level = np.log(bars.adj_close)
        ahead = level[rows[:, None] + np.asarray(HORIZONS)] - level[rows][:, None] + self.shift
        return np.repeat(ahead[:, :, None], len(LEVELS), axis=2)


def test_an_oracle_scores_zero_and_a_shifted_one_does_not():
    """Whatever is off by one session anywhere in the loop would show here."""
    found = origins(garch_walk(1400, 1), START, END, every=5)
    assert found is not None
    for shift, best in ((0.0, True), (0.01, False), (-0.01, False)):
        made = Oracle(shift).quantiles(found.bars, found.rows, None)
        assert (pinball(made, found.outcome).max() < 1e-12) == best


def test_origins_lie_in_the_span_and_their_outcomes_too():
    """The last as-of leaves room for its last target; the unit comes from before the span."""
    bars = garch_walk(1400, 2)
    found = origins(bars, START, END, every=5)
    assert found is not None
    assert bars.session(found.rows[0]) >= START
    assert bars.session(found.rows[-1] + HORIZONS[-1]) <= END
    later = origins(bars, START, date(2014, 6, 30), every=5)
    assert later is not None
    assert later.usual == found.usual
    assert origins(bars, date(2010, 3, 1), END, every=5) is None


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=names)
def test_a_changed_future_changes_no_forecast(forecaster):
    """Later bars multiplied by seven leave every forecast bit for bit as it was."""
    bars, market = garch_walk(900, 3), random_walk(900, 4, daily=0.01)
    rows = np.arange(500, 620, 40)
    factor = np.where(np.arange(900) > rows[-1], 7.0, 1.0)
    columns = ("open", "high", "low", "close", "adj_close", "volume")
    changed, other = (
        replace(b, **{n: getattr(b, n) * factor for n in columns}) for b in (bars, market)
    )
    np.testing.assert_array_equal(
        forecaster.quantiles(bars, rows, market), forecaster.quantiles(changed, rows, other)
    )


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=names)
def test_quantiles_rise_with_the_level(forecaster):
    """No forecaster's quantiles cross."""
    made = forecaster.quantiles(garch_walk(700, 5), np.arange(400, 680, 40), None)
    assert made.shape == (7, len(HORIZONS), len(LEVELS))
    assert np.all(np.diff(made, axis=2) >= 0)


@pytest.mark.slow
@pytest.mark.parametrize("forecaster", FORECASTERS, ids=names)
def test_nothing_beats_naive_on_a_random_walk(forecaster):
    """Where there is nothing to learn but the width, no median is better than no change."""
    gains = []
    for seed in range(6):
        bars = random_walk(900, 100 + seed)
        rows = np.arange(400, 870, 20)
        level = np.log(bars.adj_close)
        moved = level[rows + 20] - level[rows]
        median = forecaster.quantiles(bars, rows, None)[:, 19, MEDIAN]
        gains.append(np.stack([np.abs(median - moved), np.abs(moved)], axis=1))
    losses = np.concatenate(gains)
    series = np.repeat(np.arange(6), len(losses) // 6)
    test = diebold_mariano(losses[:, 0], losses[:, 1], series)
    assert test.difference > 0 or test.p_value > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("forecaster", FORECASTERS[5:], ids=names[5:])
def test_bands_cover_garch_paths(forecaster):
    """On simulated GARCH(1,1)-t paths the 80 % band holds 80 % within four points."""
    held = []
    for seed in range(12):
        bars = garch_walk(1100, 200 + seed)
        rows = np.arange(500, 1075, 25)
        level = np.log(bars.adj_close)
        made = forecaster.quantiles(bars, rows, None)
        for horizon in (1, 5, 10, 20):
            moved = level[rows + horizon] - level[rows]
            held.append(inside(made[:, horizon - 1], moved, 0.8))
    assert np.mean(np.concatenate(held)) == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_a_tickers_backtest_compares_each_forecast_with_its_own_close(horizon):
    """Dates, closes and errors belong together, and the last close is the last bar's."""
    bars, model = garch_walk(800, 7), load_pretrained()
    found = backtest_ticker(model, bars, None, horizon)
    assert len(found.as_of) == len(found.targets) == len(found.actual) == 120
    assert found.targets[-1] == bars.as_of
    assert found.actual[-1] == bars.close[-1]
    assert found.close[-1] == bars.close[-1 - horizon]
    expected = 100 * np.mean(np.abs(found.actual / found.close - 1))
    assert found.mae_no_change == pytest.approx(expected)
    assert found.coverage[0] < found.coverage[1] < found.coverage[2]
    assert found.in_training.all()  # simulated dates of 2013


def test_a_tickers_backtest_marks_the_years_after_training():
    """Dates after the model's cut are not marked as seen."""
    bars = garch_walk(800, 8)
    late = replace(bars, sessions=bars.sessions + np.timedelta64(365 * 14, "D"))
    assert not backtest_ticker(load_pretrained(), late, None, 5).in_training.any()


def test_a_backtest_needs_one_comparable_forecast():
    """A history that is just long enough for a forecast has nothing to compare it with."""
    with pytest.raises(TooLittleHistoryError):
        backtest_ticker(load_pretrained(), garch_walk(121, 9), None, 20)
