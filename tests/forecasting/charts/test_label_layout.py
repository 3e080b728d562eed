"""Labels pushed apart, as little as can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.charts.label_layout import spread

labels = st.lists(st.tuples(st.floats(-100, 600), st.floats(5, 60)), min_size=1, max_size=8).map(
    sorted
)


@given(labels)
def test_labels_keep_order_distance_and_the_ends(pairs):
    """Whatever is asked for, no label covers another, changes places or leaves the picture."""
    wanted, sizes = [p[0] for p in pairs], np.array([p[1] for p in pairs])
    placed = spread(wanted, list(sizes), 0, 500)
    gaps = np.diff(placed) - (sizes[1:] + sizes[:-1]) / 2
    assert np.all(gaps >= -1e-6)
    assert placed[0] - sizes[0] / 2 >= -1e-6
    assert placed[-1] + sizes[-1] / 2 <= 500 + 1e-6


@given(labels, st.floats(-3, 3), st.integers(0, 7))
def test_no_small_move_of_one_label_would_bring_it_nearer(pairs, move, which):
    """Least squares: nudging one label that stays clear of the others only makes things worse."""
    wanted = np.array([p[0] for p in pairs])
    sizes = np.array([p[1] for p in pairs])
    placed = spread(list(wanted), list(sizes), 0, 500)
    nudged = placed.copy()
    nudged[which % len(pairs)] += move
    lower, upper = nudged - sizes / 2, nudged + sizes / 2
    if lower[0] >= 0 and upper[-1] <= 500 and np.all(lower[1:] >= upper[:-1]):
        assert ((nudged - wanted) ** 2).sum() >= ((placed - wanted) ** 2).sum() - 1e-6


def test_labels_with_room_stay_where_they_belong():
    """Where nothing touches nothing moves."""
    assert spread([100, 200, 300], [30, 30, 30], 0, 500).tolist() == [100, 200, 300]


def test_two_labels_at_one_place_part_evenly():
    """Both wanted 100: half their heights, 40, lie between them, 20 on either side."""
    assert spread([100, 100], [30, 50], 0, 500).tolist() == [80, 120]


def test_more_labels_than_room_is_an_error():
    """Two labels of 300 on 500 pixels cannot be drawn apart, and are not drawn over each other."""
    with pytest.raises(ValueError, match="do not fit"):
        spread([1, 2], [300, 300], 0, 500)
