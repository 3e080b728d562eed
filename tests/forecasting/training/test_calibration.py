"""Widths are calibrated so that each half-year counts the same, worked by hand and with SciPy."""

import numpy as np
import pytest
from scipy import stats

from forecasting.features.dataset import Windows
from forecasting.features.model_inputs import GROUPS, Inputs
from forecasting.training.calibration import Belief, calibration, widened
from forecasting.training.pretraining import rehearsal
from forecasting.values import HORIZONS, LEVELS, MEDIAN

H, L = len(HORIZONS), len(LEVELS)
UNIT = np.where(np.arange(L) < MEDIAN, -1.0, np.where(np.arange(L) > MEDIAN, 1.0, 0.0))
"""A fan whose levels all lie one unit from the median: a move is its own ratio to any edge."""


def factors(moves, halves, fan=UNIT):
    """Calibrate `fan` on one move for each case and horizon, shape (n, H) or (n,)."""
    moves = np.asarray(moves, dtype=float)
    moves = moves if moves.ndim == 2 else np.repeat(moves[:, None], H, axis=1)
    fans = np.broadcast_to(fan, (len(moves), H, L))
    ordinary = np.zeros((len(moves), H), np.int8)
    got = calibration(fans, moves, np.asarray(halves), ordinary, Belief(1, 0.0, 0.0))
    np.testing.assert_allclose(got[1:], 1.0)  # no case of these groups
    return got[0]


def test_a_group_is_believed_by_its_cases_and_half_years():
    """200 moves of 1.2 in two half-years: half for the cases, half for the years, 1.05."""
    fans = np.broadcast_to(UNIT, (200, H, L))
    got = calibration(fans, np.full((200, H), 1.2), np.arange(200) % 2, np.zeros((200, H), np.int8))
    np.testing.assert_allclose(np.delete(got[0], MEDIAN, axis=1), 1.05)


def test_a_margin_is_for_announcements_from_the_second_session_on():
    """The groups `known` and `guessed` are wider by it, their first session and medians are not."""
    got = widened(np.ones((8, H, L)), 1.05)
    np.testing.assert_allclose(np.delete(got[1:3, 1:], MEDIAN, axis=2), 1.05)
    np.testing.assert_array_equal(got[1:3, 0], 1.0)
    np.testing.assert_array_equal(got[:, :, MEDIAN], 1.0)
    np.testing.assert_array_equal(np.delete(got, (1, 2), axis=0), 1.0)


def test_a_margin_multiplies_what_was_found_to_five_digits():
    """1.1 wider by a twentieth is 1.155; elsewhere 1.234567 is served as 1.23457."""
    got = widened(np.full((8, H, L), 1.1), 1.05)
    np.testing.assert_allclose(np.delete(got[1:3, 1:], MEDIAN, axis=2), 1.155)
    assert widened(np.full((8, H, L), 1.234567), 1.05)[0, 0, 0] == 1.23457


@pytest.mark.parametrize(("cases", "factor"), [(19, 1.0), (20, 1.2)])
def test_twenty_cases_of_a_half_year_are_the_least_that_says_something(cases, factor):
    """One fewer, and the group keeps the network's own width."""
    fans, moves = np.broadcast_to(UNIT, (cases, H, L)), np.full((cases, H), 1.2)
    ordinary, belief = np.zeros((cases, H), np.int8), Belief(cases=0.0, halves=0.0)
    got = calibration(fans, moves, np.zeros(cases, dtype=int), ordinary, belief)
    np.testing.assert_allclose(got[0, :, 0], factor)


def test_announcements_are_smoothed_by_a_cubic_and_others_by_a_line():
    """The least squares are solved here by the normal equations, of degree 3 and of degree 1."""
    found = np.where(np.arange(H) < 2, 1.3, np.where(np.arange(H) % 3 == 0, 1.1, 0.95))
    for name, degree in (("known", 3), (GROUPS[0], 1)):
        group = np.full((4, H), GROUPS.index(name), np.int8)
        got = calibration(
            np.broadcast_to(UNIT, (4, H, L)),
            np.tile(found, (4, 1)),
            np.array([0, 0, 1, 1]),
            group,
            Belief(1, 0.0, 0.0),
        )
        powers = np.vander(np.log(HORIZONS), degree + 1)
        expected = powers @ np.linalg.solve(powers.T @ powers, powers.T @ found)
        np.testing.assert_allclose(got[GROUPS.index(name), :, 0], expected, rtol=1e-6)


def test_sessions_with_more_cases_weigh_more_and_those_without_any_as_one():
    """Of 90 cases all are of the group at the first ten sessions, none at the last ten."""
    group = np.zeros((90, H), np.int8)
    group[:, 10:] = GROUPS.index("known")
    moves = np.full((90, H), 1.2)
    moves[:, 5:] = 0.9
    got = calibration(
        np.broadcast_to(UNIT, (90, H, L)),
        moves,
        np.zeros(90, dtype=int),
        group,
        Belief(1, 0.0, 0.0),
    )[0, :, 0]
    weights = np.diag(np.where(np.arange(H) < 10, 90.0, 1.0))
    found = np.select([np.arange(H) < 5, np.arange(H) < 10], [1.2, 0.9], 1.0)
    powers = np.vander(np.log(HORIZONS), 2)
    line = np.linalg.solve(powers.T @ weights @ powers, powers.T @ weights @ found)
    np.testing.assert_allclose(got, np.clip(powers @ line, 0.7, 1.4), rtol=1e-6)


def test_each_half_year_counts_the_same_however_many_cases_it_has():
    """90 moves of 0.9 in one half-year, 10 of 1.2 in another: (0.9 + 1.2) / 2, not 0.9."""
    got = factors([0.9] * 90 + [1.2] * 10, [40] * 90 + [45] * 10)
    np.testing.assert_allclose(np.delete(got, MEDIAN, axis=1), 1.05)
    np.testing.assert_array_equal(got[:, MEDIAN], 1.0)


def test_near_announcements_a_half_year_four_years_older_counts_half():
    """0.9 then, 1.2 now: (0.5 x 0.9 + 1.2) / 1.5 is 1.1; on ordinary days it is 1.05."""
    moves, halves = np.repeat([0.9, 1.2], 20), np.repeat([40, 48], 20)
    for name, factor in (("known", 1.1), ("other", 1.05)):
        group = np.full((40, H), GROUPS.index(name), np.int8)
        got = calibration(
            np.broadcast_to(UNIT, (40, H, L)),
            np.tile(moves[:, None], (1, H)),
            halves,
            group,
            Belief(1, 0.0, 0.0),
        )
        np.testing.assert_allclose(got[GROUPS.index(name), :, 0], factor)


def test_the_order_of_cases_and_the_names_of_half_years_mean_nothing():
    """The same moves, shuffled and under other labels, give the same factors."""
    moves, halves = np.array([0.9] * 90 + [1.2] * 10), np.array([7] * 90 + [-3] * 10)
    order = np.random.default_rng(1).permutation(100)
    np.testing.assert_allclose(factors(moves[order], halves[order])[0, 0], 1.05)


def test_moves_down_count_like_moves_up():
    """Ratios are taken on the side of the move: half down by 1.1, half up by 1.1 is 1.1."""
    got = factors([1.1, -1.1] * 10, [0] * 20)
    np.testing.assert_allclose(np.delete(got, MEDIAN, axis=1), 1.1)


def test_each_side_has_its_own_distance():
    """Edges 2 below and 1 above the median: moves of -2.2 and 1.1 are the same ratio."""
    lopsided = np.where(UNIT < 0, 2 * UNIT, UNIT)
    got = factors([-2.2, 1.1] * 10, [0] * 20, lopsided)
    np.testing.assert_allclose(np.delete(got, MEDIAN, axis=1), 1.1)


def test_distances_are_taken_from_the_median():
    """A fan and its moves lifted by 5 have the same factors."""
    got = factors([6.1, 3.9] * 10, [0] * 20, UNIT + 5)
    np.testing.assert_allclose(np.delete(got, MEDIAN, axis=1), 1.1)


def test_each_band_is_held_to_its_own_probability():
    """Normal moves 1.1 times as wide as a unit fan: the factors are SciPy's normal quantiles.

    The 50 % band of moves with deviation 1.7 reaches 1.7 * 0.67449 = 1.1466, the 60 % band
    1.7 * 0.84162 = 1.4308, past the bound of 1.4.
    """
    n = 4000
    moves = 1.7 * stats.norm.ppf((np.arange(n) + 0.5) / n)
    got = factors(moves, np.zeros(n, dtype=int))
    reach = 1.7 * stats.norm.ppf([0.6, 0.75, 0.8])
    np.testing.assert_allclose(got[:, LEVELS.index(0.25)], reach[1], atol=2e-3)
    np.testing.assert_allclose(got[:, LEVELS.index(0.75)], reach[1], atol=2e-3)
    np.testing.assert_allclose(got[:, LEVELS.index(0.8)], 1.4)
    np.testing.assert_allclose(got[:, LEVELS.index(0.4)], 0.7)  # 0.43 is below the other bound


def test_factors_are_a_straight_line_over_the_log_of_the_horizon():
    """SciPy's regression on the log horizon goes through the same points."""
    found = np.where(np.arange(H) % 3 == 0, 1.1, 0.95)
    got = factors(np.tile(found, (4, 1)), [0, 0, 1, 1])
    line = stats.linregress(np.log(HORIZONS), found)
    expected = line.intercept + line.slope * np.log(HORIZONS)
    np.testing.assert_allclose(got[:, 0], expected)
    np.testing.assert_allclose(got[:, 9], expected)


@pytest.mark.parametrize(("move", "bound"), [(3.0, 1.4), (0.1, 0.7)])
def test_no_factor_leaves_its_bounds(move, bound):
    """A fan is never made more than two fifths wider or three tenths narrower."""
    got = factors([move] * 5, [0] * 5)
    np.testing.assert_array_equal(np.delete(got, MEDIAN, axis=1), bound)


def days_of(*texts):
    n = len(texts)
    none = np.zeros((n, 1), dtype=np.float32)
    inputs = Inputs(none[:, :, None], none, none[:, :, None], np.ones(n), np.zeros((n, H), np.int8))
    days = np.array(texts, dtype="datetime64[D]").astype(np.int32)
    numbers = np.zeros(n, dtype=np.int32)
    return Windows(
        inputs=inputs,
        outcome=np.zeros((n, H), dtype=np.float32),
        usual=np.ones(n, dtype=np.float32),
        ticker=numbers,
        days=days,
    )


def test_autumn_2008_is_left_out_with_35_days_beside_it():
    """Held: July to December 2008. Fitted: what is more than 35 days away. The rest: neither."""
    cases = days_of(
        "2008-05-26",  # 36 days before July
        "2008-05-27",  # 35 days
        "2008-06-30",
        "2008-07-01",
        "2008-12-31",
        "2009-01-01",
        "2009-02-04",  # 35 days after December's last
        "2009-02-05",
        "2011-01-01",  # five half-years on: held again
        "2010-07-01",
    )
    split = rehearsal(cases)
    assert split.held.tolist() == [3, 4, 8]
    assert split.fitted.tolist() == [0, 7, 9]
    assert split.half[0] == split.half[1] == split.half[2] - 5
