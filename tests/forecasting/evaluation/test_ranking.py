"""Ranks come from widths and from how assets move together; the score is M6's."""

import numpy as np
import pytest
from scipy.stats import norm

from forecasting.evaluation.ranking import Round, fifths, probabilities, score
from forecasting.values import LEVELS

NORMAL = norm.ppf(np.asarray(LEVELS))


def _round(scales: np.ndarray, correlation: float = 0.0) -> Round:
    count = len(scales)
    together = np.full((count, count), correlation) + (1 - correlation) * np.eye(count)
    return Round(scales[:, None] * NORMAL, together, np.arange(count, dtype=float))


def test_fifths_are_of_equal_size():
    """Ten values in order: two in each fifth."""
    assert fifths(np.arange(10.0)).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_saying_nothing_scores_what_m6_said():
    """Twenty per cent for each fifth: 0.16 over all five outcomes, by hand."""
    one = _round(np.ones(10))
    # Per asset, sums of (k/5 - [fifth <= k])^2: 0.24, 0.14... mean over the fifths is 0.16.
    assert score(one, np.full((10, 5), 0.2)) == pytest.approx(0.16)


def test_alike_assets_have_alike_chances():
    """Independent assets of one width are in each fifth one time in five."""
    found = probabilities(_round(np.ones(20)))
    np.testing.assert_allclose(found, 0.2, atol=0.04)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


def test_a_wild_asset_ends_in_the_outer_fifths():
    """Five times the width: the first and last fifth hold nearly everything."""
    found = probabilities(_round(np.array([5.0, *np.ones(19)])))
    assert found[0, 0] + found[0, 4] > 0.8
    assert found[0, 0] == pytest.approx(found[0, 4], abs=0.05)
