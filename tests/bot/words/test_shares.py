"""Whole numbers out of 100 that a reader may add up."""

import pytest

from bot.words.shares import out_of_100


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        ((0.356, 0.318, 0.326), (36, 32, 32)),
        ((0.355, 0.319, 0.326), (35, 32, 33)),
        ((1 / 3, 1 / 3, 1 / 3), (34, 33, 33)),
        ((0.4, 0.6), (40, 60)),
        ((1.0, 0.0), (100, 0)),
        ((0.004, 0.996), (0, 100)),
        ((1.024, -0.024), (102, -2)),
    ],
)
def test_shares_of_one_whole_sum_to_100(shares, whole):
    """36, 32 and 33 of 100 cases would be one case too many."""
    assert out_of_100(shares) == whole
