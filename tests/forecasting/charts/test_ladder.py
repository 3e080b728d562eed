"""One scale of per cent: fixed rungs, whatever the fan, and edges without kinks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from forecasting.charts.ladder import Ladder, rung_of
from forecasting.charts.smooth import monotone_cubic, smooth_edges
from tests.forecasting.charts.histories import CASES, bars, forecast


def reaching(half, *, past=0.0):
    """A history with a plain fan whose 95 % band ends at +-half, and a past that moved `past`."""
    history = bars(daily=1e-6, close=100.0)
    close = history.close.copy()
    close[-40:-20] *= 1 + past
    history = replace(history, open=close, high=close, low=close, close=close, adj_close=close)
    made = forecast(history)
    levels = np.linspace(-half, half, made.quantiles.shape[1])
    return history, replace(made, quantiles=np.tile(100 * (1 + levels), (20, 1)))


@pytest.mark.parametrize(
    ("half", "past", "rung"),
    [
        (0.05, 0.0, 0.4),
        (0.18, 0.0, 0.4),
        (0.39, 0.0, 0.4),
        (0.41, 0.0, 0.8),
        (0.1, 0.5, 0.8),
        (0.04, 0.0, 0.2),
        (0.01, 0.0, 0.1),
        (0.01, 0.15, 0.2),
        (0.79, 1.5, 5.0),
    ],
)
def test_calm_and_wild_shares_are_drawn_on_the_same_rung(half, past, rung):
    """40 % up and down serves nearly all; only what does not fit, or is a mere line, moves it."""
    assert rung_of([reaching(half, past=past)]) == rung


def test_the_pictures_of_an_album_share_the_rung_of_the_widest():
    """One wild ticker sets the scale of all."""
    assert rung_of([reaching(0.05), reaching(0.6)]) == 0.8


def test_what_came_fits_too():
    """A close beyond the fan moves the rung."""
    assert rung_of([reaching(0.1)], 0.5, -0.1) == 0.8


def test_equal_changes_are_equally_high_up_and_down():
    """Up to 80 % the scale is straight in per cent."""
    ladder = Ladder(50.0, 0.4, 100, 500)
    assert ladder.at(np.array([30.0, 40.0, 50.0, 60.0, 70.0])) == pytest.approx(
        [100, 200, 300, 400, 500]
    )
    assert sorted(ladder.marks()) == pytest.approx([-0.4, -0.2, -0.1, 0.1, 0.2, 0.4])


@pytest.mark.parametrize("rung", [0.1, 0.2, 0.4, 0.8, 2.0, 5.0, 100.0])
@pytest.mark.parametrize("height", [150, 430])
def test_printed_rungs_never_touch(rung, height):
    """The ends of the scale are printed first; others where there is room for a line of text."""
    ladder = Ladder(10.0, rung, 0, height)
    marks = ladder.marks()
    assert marks[0] == pytest.approx(rung)
    pixels = np.sort(ladder.at(10.0 * (1 + np.array([0.0, *marks]))))
    assert np.all(np.diff(pixels) >= 38)
    assert pixels[0] >= -1
    assert pixels[-1] <= height + 1


@pytest.mark.parametrize("case", CASES)
def test_smoothing_moves_no_quantile_at_a_session_and_crosses_no_edge(case):
    """Every sixth point is a session, and there the edge is the forecast's to the last bit."""
    _, made = CASES[case]()
    levels = (0.025, 0.1, 0.25, 0.75, 0.9, 0.975)
    edges = {
        level: np.array([made.close, *(made.at(h, level) for h in range(1, 21))])
        for level in levels
    }
    positions, curves = smooth_edges(edges)
    assert positions[::6].tolist() == list(range(21))
    for level in levels:
        assert np.array_equal(curves[level][::6], edges[level])
    rows = np.array([curves[level] for level in levels])
    assert np.all(np.diff(rows, axis=0) >= 0)


points = st.lists(st.floats(0.1, 100), min_size=4, max_size=12)


@given(points)
def test_edges_between_sessions_rise_and_fall_only_where_the_quantiles_do(values):
    """Inside, the curve is the one SciPy draws; nowhere does it overshoot its two neighbours."""
    x, y = np.sqrt(np.arange(len(values), dtype=float)), np.array(values)
    at = np.linspace(0, x[-1], 200)
    curve = monotone_cubic(x, y, at)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    low, high = np.minimum(y[piece], y[piece + 1]), np.maximum(y[piece], y[piece + 1])
    assert np.all((curve >= low - 1e-9) & (curve <= high + 1e-9))
    inner = (at >= x[1]) & (at <= x[-2])
    assert curve[inner] == pytest.approx(PchipInterpolator(x, y)(at[inner]), rel=1e-9)
