"""Round numbers on axes, and prices printed no finer than they are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.charts.scale import (
    LinearScale,
    LogScale,
    around,
    percent_decimals,
    price_decimals,
    tick_decimals,
)

lows = st.floats(1e-5, 1e6)
ratios = st.floats(1.0001, 1e4)


@given(lows, ratios)
def test_every_axis_has_a_few_round_labels_inside(low, ratio):
    """One to seven numbers, rising, each once, none beyond the prices shown."""
    scale = LogScale(low, low * ratio, 0, 400)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 7
    assert all(low <= tick <= low * ratio for tick in ticks)
    assert ticks == sorted(set(ticks))
    assert tick_decimals(ticks) <= 10


@given(lows, ratios)
def test_labels_of_an_axis_are_never_closer_than_a_line_of_text(low, ratio):
    """26 pixels lie between any two numbers, whatever the prices."""
    scale = LogScale(low, low * ratio, 0, 400)
    assert np.all(np.diff(scale.at(np.array(scale.ticks()))) >= 26)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (90, 110, [90, 95, 100, 105, 110]),
        (215, 520, [250, 300, 400, 500]),
        (1, 1000, [1, 10, 100, 1000]),
        (0.6, 20, [1, 2, 5, 10, 20]),
    ],
)
def test_round_numbers_are_those_a_person_would_choose(low, high, ticks):
    """From 215 to 520: 250, 300, 400 and 500, by eye."""
    assert LogScale(low, high, 0, 400).ticks() == pytest.approx(ticks)


def test_equal_percentages_are_equally_high():
    """From 20 to 40 is as far as from 40 to 80."""
    at = LogScale(10, 1000, 0, 400).at(np.array([20.0, 40.0, 80.0]))
    assert np.diff(at)[0] == pytest.approx(np.diff(at)[1])


@given(lows, st.floats(0, 3))
def test_all_prices_lie_within_the_axis(low, spread):
    """The lowest and the highest price keep clear of the picture's edge."""
    prices = np.array([low, low * (1 + spread)])
    scale = around(prices, 100, 500)
    assert np.all((scale.at(prices) > 100) & (scale.at(prices) < 500))


@pytest.mark.parametrize(
    ("spread", "decimals"), [(25_000, 0), (70, 0), (7, 1), (0.7, 2), (0.07, 3), (0.0007, 5)]
)
def test_prices_are_printed_to_two_digits_of_what_is_not_known(spread, decimals):
    """A range of 70 dollars needs no cents, one of seven cents needs a tenth of them."""
    assert price_decimals(spread) == decimals


def test_percentages_gain_decimals_as_ranges_narrow():
    """20 % and 5 % are whole, 2 % has one decimal, 0.2 % two."""
    assert [percent_decimals(x) for x in (0.2, 0.05, 0.02, 0.002)] == [0, 0, 1, 2]


def test_linear_axes_label_their_ends():
    """From 0 to 1 in fifths, 0 and 1 included."""
    assert LinearScale(0, 1, 0, 400).ticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
