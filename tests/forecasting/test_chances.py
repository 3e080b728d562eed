"""Chances of large moves, read off quantiles: worked by hand, the tails too."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.chances import chance_above, chance_beyond
from forecasting.values import HORIZONS, LEVELS
from tests.forecasting.by_hand import forecast as skewed
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


@pytest.mark.parametrize(
    ("move", "horizon", "expected"),
    [
        (0.12, 1, 0.1),  # stands at the level 0.9
        (-0.18, 1, 0.9),  # stands at the level 0.1
        (0.05, 1, 0.2875),  # three quarters of the way from level 0.6 to 0.75
        (-0.06, 1, 0.675),  # half-way from level 0.25 to 0.4
        (0.12, 2, 0.25),  # the second session's fan is twice as wide: level 0.75
        (0.16, 1, 0.025),  # the outermost level itself
        (0.18, 1, 0.0125),  # the last two levels are 0.02 apart: half of 2.5 % a step beyond
        (0.24, 1, 0.0015625),  # four steps beyond: 2.5 % / 16
        (-0.30, 1, 0.975),
        (-0.36, 1, 0.9875),  # below, the last two are 0.06 apart: half of 2.5 % a step beyond
        (-0.42, 1, 0.99375),
        (-0.42, 2, 0.925),  # twice as wide: half-way from level 0.05 at -0.48 to 0.1 at -0.36
    ],
)
def test_the_chance_above_a_price_is_right_on_a_skewed_fan(move, horizon, expected):
    """The fan is long below and short above; its tails go on as they ended, each by its own pace."""
    price = 100 * np.exp(move)
    assert chance_above(skewed(), price, horizon) == pytest.approx(expected, abs=1e-12)


def test_a_price_of_nothing_is_always_exceeded():
    """Zero and less need no logarithm."""
    assert chance_above(skewed(), 0.0, 1) == 1.0
    assert chance_above(skewed(), -3.0, 1) == 1.0


def test_chances_fall_as_the_price_rises():
    """However far out: never level, never rising, never outside 0 to 1."""
    found = [chance_above(skewed(), price, 2) for price in np.geomspace(20, 500, 200)]
    assert np.all(np.diff(found) < 0)
    assert 0 < found[-1] < found[0] < 1
