"""The shipped model says nothing about which way a price will go."""

import numpy as np
import pytest

from forecasting.features.model_inputs import inputs_at
from forecasting.model.serving import load_pretrained
from forecasting.values import MEDIAN
from tests.forecasting.simulated import garch_walk


@pytest.mark.parametrize("seed", range(4))
def test_the_shipped_model_bets_on_no_direction(seed):
    """At every horizon the median is no change, and each level lies as far up as its mirror down."""
    bars = garch_walk(900, seed, ticker="AAA")
    fans = load_pretrained().run(inputs_at(bars, np.array([500, 700, 899]), None))
    np.testing.assert_allclose(fans[:, :, MEDIAN], 0.0, atol=1e-7)
    np.testing.assert_allclose(fans + fans[:, :, ::-1], 0.0, atol=1e-5)
    assert (np.diff(fans, axis=2) > 0).all()
