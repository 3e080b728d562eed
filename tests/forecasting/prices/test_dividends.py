"""Adjusted closes move as closes and dividends do, or the history is refused by name."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.errors import BadAnswerError
from forecasting.prices.dividends import dividends_mended
from forecasting.values import Bars
from tests.forecasting.prices.market import make_bars

AT = 200


def paying(part: float, true_part: float | None = None) -> Bars:
    """A share that the service adjusts for a payment of `part` of the price on one day."""
    bars = make_bars("ACME", n=300)
    factor = np.where(np.arange(300) < AT, 1 - part, 1.0)
    close = bars.close
    if true_part is not None:
        close = np.where(np.arange(300) < AT, close, close * (1 - true_part))
    high, low = np.maximum(bars.high, close), np.minimum(bars.low, close)
    return replace(bars, close=close, high=high, low=low, adj_close=close * factor)


def largest_return(bars: Bars) -> float:
    return float(np.abs(np.diff(np.log(bars.adj_close))).max())


def test_ordinary_payments_stay():
    """A payment of 2 % is none of our business."""
    bars = paying(0.02)
    assert dividends_mended(bars) is bars


def test_great_payment_that_the_close_bears_out_stays():
    """A company that pays out half of its price falls by half."""
    bars = paying(0.5, true_part=0.5)
    assert dividends_mended(bars) is bars


@pytest.mark.parametrize("listed", [True, False])
def test_payment_a_hundred_times_too_large_counts_a_hundredth(listed: bool):
    """3 pence in the list as 300: the close did not fall by them."""
    bars = paying(0.6)
    paid = {bars.sessions[AT]: float(bars.close[AT - 1] * 0.6)} if listed else None
    mended = dividends_mended(bars, paid)
    assert largest_return(mended) < 0.05
    assert mended.adj_close[0] / mended.close[0] == pytest.approx(1 - 0.006)
    assert mended.adj_close[-1] == bars.adj_close[-1]


def test_list_that_names_the_true_payment_is_believed():
    """The list and the close agree against the factor."""
    bars = paying(0.6)
    mended = dividends_mended(bars, {bars.sessions[AT]: float(bars.close[AT - 1] * 0.02)})
    assert mended.adj_close[0] / mended.close[0] == pytest.approx(0.98)


def test_adjusted_closes_that_run_away_are_counted_anew_from_the_list():
    """An adjusted close never lies above its close."""
    bars = make_bars("ACME", n=300)
    away = np.exp(0.04 * np.maximum(AT - np.arange(300), 0))
    mended = dividends_mended(replace(bars, adj_close=bars.close * away), {})
    assert np.allclose(mended.adj_close, bars.close)


def test_adjusted_closes_that_run_away_without_a_list_are_refused_by_name():
    """Nobody can say what was paid."""
    bars = make_bars("ACME", n=300)
    away = np.exp(0.04 * np.maximum(AT - np.arange(300), 0))
    with pytest.raises(BadAnswerError, match="adjusted closes before"):
        dividends_mended(replace(bars, adj_close=bars.close * away))


def test_contradiction_of_long_ago_counts_as_no_payment():
    """It moves no forecast, and the history since is sound."""
    bars = make_bars("ACME", n=900)
    factor = np.where(np.arange(900) < 100, 9.0, 1.0)
    mended = dividends_mended(replace(bars, adj_close=bars.close * factor))
    assert np.allclose(mended.adj_close, bars.close)
