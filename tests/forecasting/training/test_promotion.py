"""Champion against challenger: no leak between fit and judgement, and luck promotes nobody."""

import numpy as np

from forecasting.training.promotion import HELD_BACK, LEAST_HISTORY, judge, split_rows, usual_move
from forecasting.values import HORIZONS, LEVELS
from tests.bot.markets import walk

Z = np.array([-1.96, -1.645, -1.282, -0.842, -0.674, -0.253, 0, 0.253, 0.674, 0.842, 1.282, 1.645, 1.96])  # fmt: skip
ROOTS = np.sqrt(np.asarray(HORIZONS))


def fans(width=1.0, n=HELD_BACK):
    return np.tile(0.01 * width * ROOTS[:, None] * Z, (n, 1, 1))


def paths(seed=0, n=HELD_BACK):
    steps = 0.01 * np.random.default_rng(seed).standard_normal(n + len(HORIZONS))
    level = np.concatenate([[0.0], np.cumsum(steps)])
    return np.stack([level[h : h + n] - level[:n] for h in HORIZONS], axis=1)


def test_no_outcome_of_the_fit_reaches_into_the_judgement():
    """The last fitted as-of's 20th session is the first judged as-of, at the latest."""
    bars = walk(count=1200)
    rows = split_rows(bars)
    assert rows is not None
    assert rows.fitted.max() + HORIZONS[-1] <= rows.held_back.min()
    assert rows.held_back.max() + HORIZONS[-1] == len(bars) - 1
    assert len(rows.held_back) == HELD_BACK


def test_a_history_too_short_for_both_is_not_split():
    """Nothing is trained where nothing could be judged."""
    assert split_rows(walk(count=LEAST_HISTORY - 60)) is None
    assert split_rows(walk(count=LEAST_HISTORY)) is not None


def test_the_same_fans_are_no_better():
    """A tie keeps the champion."""
    found = judge(fans(), fans(), paths(), 0.008)
    assert found.change.value == 0
    assert not found.better


def test_fans_of_the_right_width_beat_those_twice_as_wide():
    """What is clearly better is promoted, and never the other way round."""
    assert judge(fans(2.0), fans(), paths(), 0.008).better
    assert not judge(fans(), fans(2.0), paths(), 0.008).better


def test_luck_promotes_almost_nobody():
    """Challengers that differ by noise are promoted about once in forty."""
    promoted = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        noise = np.exp(0.05 * rng.standard_normal((HELD_BACK, 1, 1)))
        promoted += judge(fans(), fans() * noise, paths(seed), 0.008).better
    assert promoted <= 12


def test_a_smaller_loss_does_not_excuse_a_band_that_holds_less():
    """A challenger whose band strays farther from 80 % stays a challenger."""
    found = judge(fans(3.0), fans(0.55), paths(), 0.008)
    assert found.change.high < 0
    assert not found.better
    assert abs(found.challenger_held - 0.8) > 0.2


def test_losses_are_scaled_by_the_usual_move():
    """A ticker that moves twice as much and a forecast twice as wide give the same loss."""
    one = judge(fans(), fans(), paths(), 0.008)
    other = judge(fans() * 2, fans() * 2, paths() * 2, 0.016)
    np.testing.assert_allclose(other.champion, one.champion)


def test_usual_move_is_the_mean_size_of_a_sessions_return():
    """Worked by the definition."""
    bars = walk(count=300)
    np.testing.assert_allclose(
        usual_move(bars), np.mean(np.abs(np.log(bars.adj_close[1:] / bars.adj_close[:-1])))
    )
    assert len(LEVELS) == len(Z)
