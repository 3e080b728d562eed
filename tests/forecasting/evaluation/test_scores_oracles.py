"""Scores and tests agree with `scoringrules` and SciPy, and with cases worked by hand."""

import numpy as np
import pytest
import scoringrules
from scipy import integrate, stats

from forecasting.evaluation.ranking import Round, fifths, score
from forecasting.evaluation.scores import (
    crps,
    diebold_mariano,
    inside,
    mae,
    pinball,
    pit,
    rmse,
    scaled_pinball,
)
from forecasting.values import LEVELS

P = np.array(LEVELS)
RNG = np.random.default_rng(7)
FANS = np.sort(RNG.normal(size=(40, 3, 13)), axis=-1)
OUTCOMES = 1.5 * RNG.normal(size=(40, 3))
ODD = np.array([-8, -6, -4, -3, -2.5, -1, 0.5, 1.5, 3, 4, 6, 8, 10])


def losses_by_level():
    """The pinball loss at each level, by an independent library."""
    return scoringrules.quantile_score(OUTCOMES[..., None], FANS, P)


def test_pinball_is_that_of_scoringrules():
    """The mean over the thirteen levels of the library's quantile score."""
    np.testing.assert_allclose(pinball(FANS, OUTCOMES), losses_by_level().mean(axis=-1))


def test_crps_is_twice_the_integral_of_the_pinball_loss():
    """By SciPy's trapezoid between the levels, constant over the 2.5 % beyond each end."""
    loss = losses_by_level()
    between = integrate.trapezoid(loss, P, axis=-1)
    expected = 2 * (between + 0.025 * loss[..., 0] + 0.025 * loss[..., -1])
    np.testing.assert_allclose(crps(FANS, OUTCOMES), expected)


def test_the_scaled_loss_divides_by_the_usual_move_and_the_root_of_the_horizon():
    """Loss 0.6 at horizons 1, 4 and 9 with a usual move of 0.02: 30, 15 and 10; at 0.03: 20, ..."""
    # A sure fan off by 1.2 loses 0.6 at each horizon: the levels are symmetric about a half.
    fans = np.zeros((2, 3, 13))
    got = scaled_pinball(fans, np.full((2, 3), 1.2), np.array([0.02, 0.03]), np.array([1, 4, 9]))
    np.testing.assert_allclose(got, np.array([[30, 15, 10], [20, 10, 20 / 3]]))


@pytest.mark.parametrize(
    ("band", "low", "high"),
    [(0.5, -2.5, 3), (0.6, -3, 4), (0.8, -4, 6), (0.9, -6, 8), (0.95, -8, 10)],
)
def test_a_band_holds_its_edges_and_nothing_beyond(band, low, high):
    """A close on the edge is inside; the next number beyond it is not."""
    outcomes = [low, high, np.nextafter(low, -99), np.nextafter(high, 99), 0.5]
    got = inside(np.tile(ODD, (5, 1)), np.array(outcomes), band)
    assert got.tolist() == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (0.5, 0.5),
        (2.25, 0.675),  # half-way from level 0.6 at 1.5 to level 0.75 at 3
        (-7, 0.0375),  # half-way between the two lowest levels
        (9, 0.9625),
        (-8, 0.025),
        (10, 0.9875),  # at the outermost level or beyond it: the middle of the tail
        (-99, 0.0125),
        (99, 0.9875),
    ],
)
def test_the_pit_is_read_between_levels(outcome, expected):
    """Linear between two levels, the middle of the tail beyond the outermost."""
    assert pit(ODD[None, :], np.array([outcome]))[0] == pytest.approx(expected)


def test_the_pit_of_a_narrow_fan_is_read_alike():
    """Log returns of calm tickers lie a ten-thousandth apart: the same place has the same PIT."""
    assert pit(ODD[None, :] / 1e4, np.array([2.25e-4]))[0] == pytest.approx(0.675)


def test_the_pit_reads_each_case_off_its_own_fan():
    """The same outcome is the median of one fan and far out in another."""
    got = pit(np.stack([ODD, ODD + 5.5]), np.array([6.0, 6.0]))
    np.testing.assert_allclose(got, [0.9, 0.5])


def test_the_pit_of_levels_that_coincide_is_one_of_them():
    """A fan without width divides by no zero."""
    got = pit(np.zeros((2, 13)), np.array([-1.0, 1.0]))
    np.testing.assert_allclose(got, [0.0125, 0.9875])


def test_errors_of_medians_worked_by_hand():
    """Errors of 3 and -4: mean absolute 3.5, root of the mean square sqrt(12.5)."""
    forecast, outcome = np.array([13.0, 6.0]), np.array([10.0, 10.0])
    assert mae(forecast, outcome) == pytest.approx(3.5)
    assert rmse(forecast, outcome) == pytest.approx(12.5**0.5)


def test_without_clusters_the_test_is_students_paired_one():
    """Each case its own cluster: SciPy's paired t statistic, with n - 1 under the root."""
    first, second = RNG.gamma(2, 1, 12), RNG.gamma(2, 1.1, 12)
    got = diebold_mariano(first, second, np.arange(12))
    expected = stats.ttest_rel(first, second).statistic
    assert got.error == pytest.approx(stats.sem(first - second))
    assert got.statistic == pytest.approx(expected)
    assert got.p_value == pytest.approx(2 * stats.norm.sf(abs(expected)))
    assert got.difference == pytest.approx(np.mean(first - second))


def test_two_clusters_worked_by_hand():
    """Differences 1, 1 | 3, 3: mean 2, cluster sums -2 and 2, error sqrt(2 * 8) / 4 = 1."""
    got = diebold_mariano(np.array([2.0, 4, 2, 4]), np.ones(4), np.array([9, 5, 9, 5]))
    assert (got.difference, got.error, got.statistic) == pytest.approx((2, 1, 2))
    assert got.p_value == pytest.approx(0.04550026)  # of a standard normal beyond 2


def test_forecasters_that_never_differ_are_not_told_apart():
    """No difference and no error: a statistic of zero, which is no evidence."""
    got = diebold_mariano(np.ones(4), np.ones(4), np.array([1, 1, 2, 2]))
    assert (got.difference, got.error, got.statistic, got.p_value) == (0, 0, 0, 1)


def test_one_cluster_tests_nothing():
    """What one month says about months cannot be known; two are enough."""
    with pytest.raises(ValueError, match=r"^a clustered test needs two clusters$"):
        diebold_mariano(np.ones(3), np.zeros(3), np.zeros(3, dtype=int))


@pytest.mark.parametrize("band", [0.5, 0.8, 0.95])
def test_a_band_holds_where_the_interval_score_is_its_width(band):
    """The library adds a penalty to the width exactly where the outcome lies outside."""
    low, high = (FANS[..., LEVELS.index(round(p, 3))] for p in ((1 - band) / 2, (1 + band) / 2))
    found = scoringrules.interval_score(OUTCOMES, low, high, 1 - band)
    np.testing.assert_array_equal(inside(FANS, OUTCOMES, band), found <= (high - low) * (1 + 1e-12))


def test_the_ranking_score_is_a_fifth_of_the_ranked_probability_score():
    """M6 takes the mean over the fifths where the library takes the sum."""
    chances = RNG.dirichlet(np.ones(5), size=20)
    came = RNG.permutation(20).astype(float)
    one = Round(np.zeros((20, len(LEVELS))), np.eye(20), came)
    expected = scoringrules.rps_score(fifths(came) + 1, chances).mean() / 5
    assert score(one, chances) == pytest.approx(expected)
