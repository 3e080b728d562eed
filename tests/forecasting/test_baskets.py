"""Baskets against what the normal distribution says, and against cases worked by hand."""

import numpy as np
import pytest
from scipy import stats

from forecasting.baskets import basket_of, drawn, risk_shares
from forecasting.values import LEVELS
from tests.forecasting.by_hand import forecast
from tests.forecasting.test_together import history, normal

RNG = np.random.default_rng(11)
APART = [history(name, 0.01 * RNG.standard_normal(300)) for name in ("A", "B")]


def small(ticker: str, spread: float):
    """A forecast so narrow that growth is as good as normal."""
    return normal(ticker, spread)


def test_one_ticker_alone_is_its_own_basket():
    """Nothing is added, so that the quantiles are those of the forecast."""
    made = forecast()
    basket = basket_of([(APART[0], made)], [7.0], 20)
    assert basket.days == made.targets
    assert basket.quantiles == pytest.approx(made.quantiles / 100, rel=2e-3)
    assert basket.risk == pytest.approx([1.0])


def test_apart_spreads_add_like_their_squares():
    """0.5 of 0.02 and 0.5 of 0.02 have a spread of 0.02 / sqrt(2) where they move apart."""
    items = [(APART[0], small("A", 0.02)), (APART[1], small("B", 0.02))]
    basket = basket_of(items, [1, 1], 2)
    expected = np.exp(0.02 / np.sqrt(2) * stats.norm.ppf(LEVELS))
    assert basket.apart == pytest.approx(expected, abs=1e-3)
    assert basket.weights == pytest.approx([0.5, 0.5])
    assert basket.risk == pytest.approx([0.5, 0.5], abs=0.03)


def test_the_same_ticker_twice_spreads_nothing():
    """Tied nearly wholly, two of one are as wide as one; apart they would be narrower."""
    items = [(APART[0], small("A", 0.1)), (APART[0], small("B", 0.1))]
    basket = basket_of(items, [40, 60], 2)
    one = items[0][1].quantiles[1] / 100
    assert basket.at(0.9) - basket.at(0.1) == pytest.approx(one[10] - one[2], rel=0.06)
    assert basket.apart[10] - basket.apart[2] < 0.8 * (one[10] - one[2])


def test_shares_of_the_risk_are_covariances_with_the_whole():
    """Growths (1, 0), (0, 1), (1, 1), (0, 0) with weights 3 and 1: variances 9 to 1 of 10."""
    growth = np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]])
    assert risk_shares(growth, np.array([3.0, 1.0])) == pytest.approx([0.9, 0.1])


def test_a_basket_is_drawn_as_an_index_of_today():
    """Its history ends at 100 and weighs the moves of each; cautions of all are on it."""
    items = [
        (APART[0], small("A", 0.02)),
        (APART[1], forecast(ticker="B", cautions=("no-dates",))),
    ]
    basket = basket_of(items, [25, 75], 2)
    bars, made = drawn(items, basket)
    assert (made.close, bars.close[-1], made.cautions) == (100.0, 100.0, ("no-dates",))
    moves = [(one.adj_close[-2] / one.adj_close[-1]) for one in APART]
    assert bars.close[-2] == pytest.approx(25 * moves[0] + 75 * moves[1])
    assert made.at(2, 0.9) == pytest.approx(100 * basket.at(0.9))
