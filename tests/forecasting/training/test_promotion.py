"""Champion against challenger: no leak between fit and judgement, and luck promotes nobody."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

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


def split(bars):
    """The split of a history that is long enough for one."""
    rows = split_rows(bars)
    assert rows is not None
    return rows


def with_gaps(count, *after):
    """Bars where trading was halted for two months after each of some bars."""
    bars = walk(count=count)
    days = bars.sessions.copy()
    for row in after:
        days[row + 1 :] += 60
    return replace(bars, sessions=days)


def test_every_third_session_fits_and_each_of_the_last_year_judges():
    """Of 1,200 bars 1,180 have their 20 sessions to come: 928 on judge, up to 907 fit."""
    rows = split(walk(count=1200))
    assert rows.fitted.tolist() == list(range(119, 908, 3))
    assert rows.held_back.tolist() == list(range(928, 1180))


def test_a_fit_looks_back_ten_years_at_most():
    """Of 4,000 bars the last fitted as-of is 3,707: nothing before 3,708 - 2,520 = 1,188."""
    rows = split(walk(count=4000, start=date(1995, 1, 3)))
    assert (rows.fitted[0], rows.fitted[-1]) == (1188, 3705)


def test_a_year_to_fit_on_is_the_least():
    """663 bars leave 252 sessions between the 120th bar and the 20 before the judged year."""
    rows = split(walk(count=663))
    assert rows.fitted.tolist() == list(range(119, 371, 3))
    assert split_rows(walk(count=662)) is None


def test_one_case_too_few_to_fit_on_is_too_few():
    """A halt after bar 53 spoils the 66 as-ofs that follow: 119 is the last of them."""
    assert split_rows(with_gaps(663, 53)) is None
    assert len(split(with_gaps(663, 52)).fitted) == 84


@pytest.mark.parametrize(("second", "left"), [(987, 126), (988, None)])
def test_half_a_year_to_judge_by_is_the_least(second, left):
    """Halts after 927 and 987 spoil 928..993 and 988..1053: 126 of 252 days are left."""
    rows = split_rows(with_gaps(1200, 927, second))
    assert (None if rows is None else len(rows.held_back)) == left


def test_forecasts_of_overlapping_sessions_count_as_one_piece():
    """252 days in a row are twelve pieces of 21, not 252 independent ones."""
    assert judge(fans(), fans(2.0), paths(), 0.008).change.blocks == 12


def test_losses_and_held_bands_are_those_of_each_model():
    """Counted by the definition; the narrow fan holds less and the wide one more."""
    outcome = paths(3)
    found = judge(fans(0.5), fans(2.0), outcome, 0.008)
    held = [np.mean(np.abs(outcome) <= 0.01 * w * ROOTS * 1.282) for w in (0.5, 2.0)]
    assert [found.champion_held, found.challenger_held] == pytest.approx(held)
    losses = []
    for width in (0.5, 2.0):
        gap = outcome[:, :, None] - fans(width)
        lost = np.maximum(np.asarray(LEVELS) * gap, (np.asarray(LEVELS) - 1) * gap).mean(axis=2)
        losses.append(np.mean(lost / (0.008 * ROOTS)))
    assert [found.champion, found.challenger] == pytest.approx(losses)


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
