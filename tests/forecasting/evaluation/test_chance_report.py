"""Chances that were said, beside what came."""

from datetime import date

import numpy as np
from scipy.stats import norm

from forecasting.evaluation.backtest import origins
from forecasting.evaluation.chance_report import MARKS, Chances, chance_tables, chances
from forecasting.values import HORIZONS, LEVELS
from tests.forecasting.evaluation.test_backtest import END, START
from tests.forecasting.simulated import random_walk

DAILY = 0.02
NORMAL = norm.ppf(np.array(LEVELS))


class Truth:
    """Knows the walk it forecasts: normal steps of 2 %."""

    name = "truth"

    def quantiles(self, bars, rows, market):
        roots = np.sqrt(np.array(HORIZONS))
        fan = DAILY * roots[:, None] * NORMAL
        return np.broadcast_to(fan, (len(rows), *fan.shape))


def test_chances_are_those_of_the_distribution_and_outcomes_those_that_came():
    """Above +5 % in five sessions: one minus the normal's share at log 1.05 over 2 % x root 5."""
    bars = random_walk(1400, 3, daily=DAILY, ticker="AAA")
    found = chances(Truth(), [bars], None, (START, END), 5)
    asked = origins(bars, START, END, 5)
    assert found is not None
    assert asked is not None
    place = MARKS.index(0.05)
    expected = norm.sf(np.log(1.05) / (DAILY * np.sqrt(5)))
    assert np.allclose(found.said[:, 1, place], expected, atol=0.01)
    came = bars.close[asked.rows + 5] / bars.close[asked.rows] > 1.05
    assert found.came[:, 1, place].tolist() == came.tolist()


def test_no_history_gives_no_chances():
    """A test span without prices is said, not scored."""
    bars = random_walk(400, 3, ticker="AAA")
    assert chances(Truth(), [bars], None, (date(2020, 1, 1), date(2021, 1, 1)), 5) is None


def test_a_tenth_that_misses_by_more_than_two_points_is_marked():
    """Of a thousand said to be 35 %, 340 that come are as said, and 300 are not.

    The error by hand: of 6,000 cases in two months, 3,000 each, the sums of what lies off the mean
    are -102,000 and 102,000 points, so 2 x 102,000 / 6,000.
    """
    said = np.full((1000, 4, len(MARKS)), 0.35)
    came = np.zeros(said.shape, bool)
    came[:340] = True
    came[300:, 1] = False
    table = chance_tables(Chances(said, came, np.repeat([600, 601], 500)))[0]
    assert table.rows[3][1:3] == ("35.0 / 34.0 ±34.0 (6000)", "35.0 / 30.0 ±30.0* (6000)")
    assert table.rows[3][5].startswith("35.0 / 33.0")
    assert table.rows[4][1] == ""
