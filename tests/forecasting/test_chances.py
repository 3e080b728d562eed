"""Chances of large moves, read off quantiles: worked by hand, the tails too."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.chances import chance_beyond
from forecasting.values import HORIZONS, LEVELS
from tests.storage.samples import forecast

NORMAL_LIKE = np.linspace(-0.12, 0.12, len(LEVELS))
"""Log moves at the thirteen levels: 0.02 apart, the outermost at 0.12."""


def fan():
    given = forecast()
    rows = given.close * np.exp(np.tile(NORMAL_LIKE, (len(HORIZONS), 1)))
    return replace(given, quantiles=rows)


def test_inside_the_fan_both_sides_are_added():
    """At log moves of 0.10 lie the levels 0.05 and 0.95; a share of 0.1 is log 0.0953 and -0.1054.

    Above: between 0.08 (0.9) and 0.10 (0.95) at 0.76551, so 0.938275, leaving 0.061725. Below: from
    0.10 (0.05) to 0.12 (0.025) at 0.26803, so 0.043299. Together 0.105024.
    """
    assert chance_beyond(fan(), 0.1, 5) == pytest.approx(0.105024, abs=2e-6)


def test_beyond_the_outermost_level_the_tail_halves_every_step():
    """The last levels leave 5 and 2.5 % and lie 0.02 apart: a tail that halves every 0.02.

    Up: log 1.2 is 0.182322, 3.11608 steps past 0.12: 0.025 / 2 ** 3.11608 = 0.0028834. Down: log 0.8
    is -0.223144, 5.15718 steps past: 0.025 / 2 ** 5.15718 = 0.00070060.
    """
    assert chance_beyond(fan(), 0.2, 1) == pytest.approx(0.0028834 + 0.0007006, abs=1e-6)
