"""Slices: which as-of is an eve's, and what is told of a slice."""

import numpy as np
import pytest

from forecasting.announcements.known import PRE, Announcements
from forecasting.evaluation.backtest import origins
from forecasting.evaluation.baselines import EmpiricalWalk, RandomWalk
from forecasting.evaluation.case_scores import (
    Cases,
    join_cases,
    load_cases,
    save_cases,
    score_history,
    slices,
)
from forecasting.evaluation.slice_report import coverage_by_group, slice_tables
from tests.forecasting.evaluation.test_backtest import END, START
from tests.forecasting.simulated import garch_walk


def _known(bars, rows) -> Announcements:
    return Announcements(bars.ticker, bars.sessions[rows], np.full(len(rows), PRE, np.int8))


@pytest.fixture(scope="module")
def cases() -> Cases:
    parts = []
    for seed in range(3):
        bars = garch_walk(1400, seed, ticker=f"T{seed}")
        found = origins(bars, START, END, every=5)
        assert found is not None
        known = _known(bars, list(range(100, 1400, 63)))
        parts.append(score_history([RandomWalk(), EmpiricalWalk()], found, None, known))
    return join_cases(parts)


def test_an_eve_is_the_announcements_day_and_the_session_before():
    """Six sessions before, five, two, one, the day itself, and the day after."""
    bars = garch_walk(400, 1)
    known = _known(bars, [237, 300, 363])
    rows = 300 + np.array([-6, -5, -2, -1, 0, 1])
    assert slices(bars, rows, known).tolist() == ["other", "near", "near", "eve", "eve", "other"]


def test_nobody_knows_after_the_last_date_and_before_the_first():
    """A list that has ended says nothing, neither that there is no announcement."""
    bars = garch_walk(400, 1)
    known = _known(bars, [200, 263])
    assert slices(bars, np.array([50, 264, 390]), known).tolist() == ["undated"] * 3
    assert slices(bars, np.array([262]), known).tolist() == ["eve"]
    assert slices(bars, np.array([262]), None).tolist() == ["undated"]


def test_cases_survive_a_file(cases, tmp_path):
    """What a resumed report reads is what was scored."""
    save_cases(cases, tmp_path / "c.npz")
    again = load_cases(tmp_path / "c.npz")
    np.testing.assert_array_equal(again.slice, cases.slice)
    np.testing.assert_array_equal(again.width, cases.width)
    np.testing.assert_array_equal(
        again.scores[RandomWalk.name].loss, cases.scores[RandomWalk.name].loss
    )


def test_every_slice_is_told_with_its_share(cases):
    """The share in the table is the mean of the outcomes held in that group."""
    mask = cases.slice == "other"
    table = coverage_by_group(cases, RandomWalk.name, "t", [("other", mask)])
    held = 100 * cases.scores[RandomWalk.name].held[mask, 0, 1].mean()
    assert table.rows[0][2].startswith(f"{held:.1f}")
    titles = [table.title for table in slice_tables(cases, RandomWalk.name)]
    assert len(titles) == 8


def test_a_band_that_misses_beyond_noise_is_marked(cases):
    """Outcomes that all lie inside are a star; those as promised are none."""
    mask = np.ones(len(cases), bool)
    held = cases.scores[RandomWalk.name].held
    rng = np.random.default_rng(5)
    held[:, :, 1] = rng.random(held.shape[:2]) < 0.8
    held[:, :, 2] = True
    cells = coverage_by_group(cases, RandomWalk.name, "t", [("all", mask)]).rows[0][2:]
    assert all(cell.endswith("100.0*") for cell in cells)
    assert sum("*" in cell.split(" / ")[0] for cell in cells) <= 1
