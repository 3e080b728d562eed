"""Currency bars that close at the day's first price are known by two signs and mended."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.prices.first_prices import first_price_rows, lead_of, mended
from forecasting.values import Bars
from tests.forecasting.prices.currencies import as_yahoo_shows, honest
from tests.forecasting.prices.market import make_bars


def test_each_close_becomes_the_next_open():
    """The close of such a day is where the next one opens, and its range holds it."""
    true, shown = honest(), as_yahoo_shows(honest())
    bars = mended(shown)
    assert np.allclose(bars.close, true.close[:-1], rtol=2e-5)
    assert np.all(bars.high >= bars.close)
    assert np.all(bars.low <= bars.close)
    assert np.array_equal(bars.adj_close, bars.close)


def test_newest_close_comes_from_the_live_quote():
    """A live quote inside the newest bar's range is that day's close."""
    true, shown = honest(), as_yahoo_shows(honest())
    bars = mended(shown, quote=float(true.close[-1]))
    assert bars.as_of == shown.as_of
    assert bars.close[-1] == true.close[-1]


@pytest.mark.parametrize("quote", [None, 110.0, 0.011])
def test_newest_bar_without_a_believable_quote_is_left_out(quote: float | None):
    """What the day ended at is not known, so the day is not shown as ended."""
    shown = as_yahoo_shows(honest())
    assert mended(shown, quote).as_of == shown.session(-2)


def test_only_the_years_of_that_kind_are_mended():
    """Earlier closes, from before the service changed, stay as they are."""
    true, shown = honest(800), as_yahoo_shows(honest(800), since=400)
    bars = mended(shown)
    assert np.array_equal(bars.close[:380], true.close[:380])
    assert np.allclose(bars.close[420:], true.close[420:-1], rtol=2e-5)


def test_mended_twice_is_mended_once():
    """A cached history that was mended is left as it is, its newest bar too."""
    once = mended(as_yahoo_shows(honest()))
    assert mended(once) is once


def test_ranges_of_what_is_mended_go_with_their_own_day():
    """The measure that finds the leak shows it gone."""
    before, after = lead_of(as_yahoo_shows(honest())), lead_of(mended(as_yahoo_shows(honest())))
    assert (before.following > 0.8, before.own < 0.2) == (True, True)
    assert (after.following < 0.2, after.own > 0.8) == (True, True)
    assert (before.found, after.found) == (True, False)


@pytest.mark.parametrize("bars", [honest(), make_bars("EURUSD=X", n=400), make_bars(n=400)])
def test_healthy_histories_stay_as_they_are(bars: Bars):
    """Neither a healthy currency, nor one with invented opens, nor a share is touched."""
    assert mended(bars) is bars


def test_another_ticker_of_that_kind_is_found_but_not_changed():
    """Only of currencies is it known what the bars mean; others are flagged."""
    shown = replace(as_yahoo_shows(honest()), ticker="ODD")
    assert lead_of(shown).found
    assert mended(shown) is shown


def test_few_bars_decide_nothing():
    """A history too short to tell of which kind it is stays as it is."""
    assert not first_price_rows(as_yahoo_shows(honest(30))).any()
