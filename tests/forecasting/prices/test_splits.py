"""A listed split is taken off earlier prices just once, wherever the service stopped half-way."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.errors import BadAnswerError
from forecasting.prices.splits import splits_mended
from forecasting.values import Bars
from tests.forecasting.prices.market import make_bars
from tests.forecasting.prices.planted import scaled

AT = 200


@pytest.fixture
def true() -> Bars:
    return make_bars("ACME", n=300)


@pytest.mark.parametrize("shares", [4.0, 2.0, 0.1, 1 / 190])
@pytest.mark.parametrize(
    ("wrong", "times"),
    [
        (slice(0, AT), 1),  # not applied at all
        (slice(0, AT - 1), 1),  # applied to the day before only
        (slice(AT - 1, AT), 1),  # applied to all but the day before
        (slice(0, AT + 1), 1),  # the prices changed a day after the listed one
        (slice(0, AT), -1),  # applied twice
    ],
)
def test_prices_before_a_split_are_divided_once(true, shares, wrong, times):
    """Whatever the service did, each price ends in the shares of today."""
    shown = scaled(true, wrong, shares**times)
    mended = splits_mended(shown, [(true.session(AT), shares)])
    assert np.allclose(mended.close, true.close)
    assert np.allclose(mended.adj_close, true.adj_close)
    assert np.allclose(mended.low, true.low)


def test_split_that_was_applied_changes_nothing(true):
    """Most histories are right, and stay the same object."""
    assert splits_mended(true, [(true.session(AT), 4.0)]) is true


def test_reverse_split_in_a_fall_by_a_third_is_applied(true):
    """A jump 131 times up is a split of 190 and a fall of 31 %, not the other way round."""
    fallen = scaled(true, slice(AT, None), 0.69)
    shown = scaled(fallen, slice(0, AT), 1 / 190)
    mended = splits_mended(shown, [(true.session(AT), 1 / 190)])
    assert np.allclose(mended.close, fallen.close)


def test_what_may_be_a_split_or_a_fall_is_refused_by_name(true):
    """A listed 2:1 and a fall of 37 % that day: nobody can tell what the days before were."""
    shown = scaled(true, slice(0, AT), 1 / 0.63)
    with pytest.raises(BadAnswerError, match=f"split of {true.session(AT)} are not adjusted"):
        splits_mended(shown, [(true.session(AT), 2.0)])


def test_volumes_count_the_shares_of_today(true):
    """A split multiplies the shares that changed hands before it."""
    shown = scaled(true, slice(0, AT), 4.0)
    mended = splits_mended(shown, [(true.session(AT), 4.0)])
    assert np.allclose(mended.volume[:AT], true.volume[:AT] * 4)
    assert np.allclose(mended.volume[AT:], true.volume[AT:])


def test_adjusted_closes_that_were_right_stay(true):
    """Some answers go wrong in the closes alone."""
    shown = scaled(true, slice(0, AT), 4.0, ("open", "high", "low", "close"))
    mended = splits_mended(shown, [(true.session(AT), 4.0)])
    assert np.allclose(mended.adj_close, true.adj_close)


def test_small_stock_dividends_are_left_to_the_service(true):
    """A jump by a tenth is an ordinary day for many shares."""
    shown = replace(scaled(true, slice(0, AT), 1.1))
    assert splits_mended(shown, [(true.session(AT), 1.1)]) is shown
