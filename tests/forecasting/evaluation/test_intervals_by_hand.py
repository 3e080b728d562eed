"""Intervals of shares and ratios, worked by hand and with SciPy's table of Student's t."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from forecasting.evaluation.intervals import Interval, blocks_of, ratio, share, student_quantile


@pytest.mark.parametrize(
    ("blocks", "error"), [(200, 1e-6), (31, 5e-6), (11, 1e-4), (7, 1e-3), (6, 3e-3), (3, 0.035)]
)
def test_a_share_over_blocks_of_one_is_students_interval_of_a_mean(blocks, error):
    """Each result its own block: the textbook's interval, the closer the more blocks there are."""
    hits = np.array([1.0, 0.0] * blocks)[:blocks]
    got = share(hits, np.arange(blocks))
    reach = stats.t.ppf(0.975, blocks - 1) * stats.sem(hits)
    assert (got.value, got.blocks) == (hits.mean(), blocks)
    assert got.high - got.value == pytest.approx(reach, rel=error)
    assert got.value - got.low == pytest.approx(reach, rel=error)


def test_a_ratio_of_unequal_blocks_worked_by_hand():
    """Sums 6 over 12: residuals by block 1 - 2, 2 - 2 and 3 - 2; variance 2 * 3/2 / 144."""
    upper = np.array([1.0, 2.0, 1.5, 1.5])
    lower = np.array([4.0, 4.0, 2.0, 2.0])
    got = ratio(upper, lower, np.array([30, 10, 20, 20]))
    assert (got.value, got.blocks) == (0.5, 3)
    student = stats.t.ppf(0.975, 2)  # the series is 3 % short of it at two degrees
    assert got.high - 0.5 == pytest.approx(student * (3 / 144) ** 0.5, rel=0.035)
    assert 0.5 - got.low == pytest.approx(student * (3 / 144) ** 0.5, rel=0.035)


def test_the_series_for_students_quantile_is_that_of_the_handbook():
    """26.7.5 with its first three terms, worked with `bc` to nine digits."""
    assert student_quantile(1) == pytest.approx(9.7105835100, rel=1e-7)
    assert student_quantile(2) == pytest.approx(4.1712054635, rel=1e-7)


def test_two_blocks_are_the_fewest_that_have_an_interval():
    """Small sums too: 0.1 and 0.3 over 0.2 and 0.6 are a half, without any doubt."""
    got = ratio(np.array([0.1, 0.3]), np.array([0.2, 0.6]), np.array([0, 1]))
    assert got.blocks == 2
    assert [got.low, got.value, got.high] == pytest.approx([0.5, 0.5, 0.5])


def test_nothing_below_the_line_has_no_ratio():
    """No result gives no figure and no block."""
    got = ratio(np.zeros(2), np.zeros(2), np.array([0, 1]))
    assert np.isnan([got.value, got.low, got.high]).all()
    assert got.blocks == 0


def test_one_block_has_a_figure_and_no_interval():
    """The figure is told, the ends are not."""
    got = ratio(np.array([1.0, 2.0]), np.array([4.0, 2.0]), np.array([7, 7]))
    assert (got.value, got.blocks) == (0.5, 1)
    assert np.isnan([got.low, got.high]).all()


@pytest.mark.parametrize(
    ("other", "excluded"), [(0.4, False), (0.39, True), (0.6, False), (0.61, True), (0.5, False)]
)
def test_an_interval_holds_its_ends(other, excluded):
    """From 0.4 to 0.6, both included."""
    assert Interval(0.5, 0.4, 0.6, 9).excludes(other) is excluded


@pytest.mark.parametrize(
    ("horizon", "weeks"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3), (15, 3), (20, 4)]
)
def test_a_block_is_as_many_weeks_as_the_horizon_needs(horizon, weeks):
    """Mondays and Sundays of the first sixteen weeks that days were counted in."""
    mondays = [date.fromordinal(1 + 7 * week) for week in range(16)]
    sundays = [date.fromordinal(7 + 7 * week) for week in range(16)]
    assert mondays[0].weekday() == 0
    expected = [week // weeks for week in range(16)]
    assert blocks_of(mondays, horizon).tolist() == expected
    assert blocks_of(sundays, horizon).tolist() == expected
