"""The intervals of the track record cover as often as they say, also when results move together."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import t as student

from forecasting.evaluation.intervals import blocks_of, ratio, share, student_quantile


def test_blocks_are_weeks_for_short_horizons_and_longer_for_long_ones():
    """Results of one week stand together; twenty sessions ahead, those of four weeks."""
    monday = date(2021, 3, 1)
    days = [monday + timedelta(days=n) for n in range(28)]
    assert len(set(blocks_of(days, 1).tolist())) == 4
    assert len(set(blocks_of(days, 5).tolist())) == 4
    assert len(set(blocks_of(days[:7], 1).tolist())) == 1
    assert len(set(blocks_of([monday + timedelta(days=n) for n in range(280)], 20).tolist())) <= 11


def test_ratio_is_the_ratio_of_sums_worked_by_hand():
    """Two blocks: the figure, and an interval that spans what two blocks can tell."""
    got = ratio(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]), np.array([0, 0, 1]))
    assert got.value == 1.0
    # block residuals: (1-2)+(2-2) = -1 and 3-2 = 1; variance 2 * 2/1 / 36
    assert got.high - got.value == pytest.approx(student_quantile(1) * np.sqrt(4 / 36))
    assert got.blocks == 2


def test_one_block_proves_nothing():
    """A hundred results of one week have no interval, and exclude no value."""
    got = share(np.ones(100), np.zeros(100, dtype=np.int64))
    assert got.value == 1.0
    assert np.isnan(got.low)
    assert not got.excludes(0.5)


@pytest.mark.parametrize("freedom", [4, 5, 10, 30, 200])
def test_students_quantile_is_that_of_the_table(freedom):
    """The series is within one per cent from five degrees of freedom on."""
    assert student_quantile(freedom) == pytest.approx(student.ppf(0.975, freedom), rel=0.012)


def test_intervals_cover_when_results_of_a_week_move_together():
    """Treating a week's results as independent would be wrong three times in four here."""
    rng = np.random.default_rng(5)
    days = [date(2020, 1, 6) + timedelta(weeks=w) for w in range(30) for _ in range(20)]
    blocks = blocks_of(days, 1)
    covered = 0
    for _ in range(400):
        weekly = np.repeat(rng.normal(size=30), 20)
        hits = (weekly + 0.3 * rng.normal(size=600) < 0.8416 * np.sqrt(1.09)).astype(float)
        covered += not share(hits, blocks).excludes(0.8)
    assert covered / 400 == pytest.approx(0.93, abs=0.04)


def test_no_edge_is_found_where_there_is_none():
    """On noise of equal size a proven difference appears in about one of twenty records."""
    rng = np.random.default_rng(6)
    days = [date(2020, 1, 6) + timedelta(days=n) for n in range(400)]
    blocks = blocks_of(days, 5)
    found = 0
    for _ in range(400):
        one, other = np.abs(rng.normal(size=(2, 400)))
        found += ratio(one - other, other, blocks).excludes(0.0)
    assert 0.02 < found / 400 < 0.09
