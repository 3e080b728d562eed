"""An as-of close that has changed by half a per cent or more is a split, by less a correction."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.evaluation.outcomes import Promise, settle
from tests.forecasting.by_hand import bars, forecast


def settled(issued):
    """Settle one session from a close of 102 that was 102 times `issued` when it was issued."""
    made = replace(forecast(), close=102.0 * issued)
    return settle(bars(), [Promise(made, 1, 0, 1)])[0]


@pytest.mark.parametrize("ratio", [1.1, 0.95, 1.05, 1.006, 0.994])
def test_a_small_split_since_is_undone(ratio):
    """Eleven shares for ten made of 110 a 100: the target's 104 counted 104 * 1.1 then."""
    assert settled(ratio).close == pytest.approx(104.0 * ratio)


@pytest.mark.parametrize("ratio", [1.004, 0.996, 1.0])
def test_a_correction_moves_no_close(ratio):
    """A source that corrects a close by less than half a per cent has split nothing."""
    assert settled(ratio).close == 104.0


def test_a_promise_settled_by_hand():
    """From 102 to 104 with a fan that has its median at 100: each figure by pencil."""
    got = settled(1.0)
    assert got.log_return == pytest.approx(np.log(52 / 51))
    assert got.abs_error == pytest.approx(4 / 102)
    assert got.naive_abs_error == pytest.approx(2 / 102)
    # log(1.04) = 0.03922 lies 0.48 of the way from level 0.6 at 0.02 to level 0.75 at 0.06
    assert got.pit == pytest.approx(0.6 + 0.15 * (np.log(1.04) - 0.02) / 0.04)
    assert (got.in_50, got.in_80, got.in_95) == (True, True, True)
