"""What the newest bars must be to be acted upon: real moves pass, wrong prices wait."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.prices.doubts import believed, doubt_of, split_left_in
from forecasting.values import Bars, HeldBack
from tests.forecasting.prices.market import make_bars
from tests.forecasting.prices.planted import scaled


def newest(ticker: str = "ACME", factor: float = 1.0, rows: int = 1) -> Bars:
    """A history whose last rows lie elsewhere."""
    return scaled(make_bars(ticker, n=300), slice(-rows, None), factor)


def trading(bars: Bars, volume: float, reach: float) -> Bars:
    """The same with a multiple of the usual volume and a wide range on the newest day."""
    last = np.arange(len(bars)) == len(bars) - 1
    return replace(
        bars,
        volume=np.where(last, bars.volume * volume, bars.volume),
        high=np.where(last, bars.high * (1 + reach), bars.high),
        low=np.where(last, bars.low * (1 - reach), bars.low),
    )


def test_ordinary_days_are_believed():
    """A healthy history is returned as it is."""
    bars = make_bars(n=300)
    assert believed(bars) is bars


@pytest.mark.parametrize("factor", [0.01, 100.0, 0.001])
@pytest.mark.parametrize("rows", [1, 3, 20])
def test_another_unit_is_held_back_however_long_it_lasts(factor: float, rows: int):
    """Pounds for pence do not become true on the second day."""
    bars = newest("ACME.L", factor, rows)
    left = believed(bars)
    assert left.as_of == bars.session(-rows - 1)
    assert left.held_back == HeldBack(bars.session(-rows), "unit")


@pytest.mark.parametrize("shares", [2.0, 3.0, 4.0, 10.0, 0.1, 1 / 190])
def test_split_that_nobody_listed_is_held_back(shares: float):
    """A price that lies elsewhere as a whole, with nothing traded, is no move."""
    doubt = doubt_of(newest(factor=1 / shares))
    assert doubt is not None
    assert doubt.reason in {"split", "unit"}


def test_crash_on_news_passes_the_same_day():
    """60 % down with ten times the volume and a wide day is a real move."""
    assert doubt_of(trading(newest(factor=0.4), 10, 0.15)) is None


def test_halving_on_news_passes_the_same_day():
    """Also where the fall is just the ratio of a split."""
    assert doubt_of(trading(newest(factor=0.5), 12, 0.15)) is None


def test_jump_without_trading_is_used_once_a_second_session_confirms_it():
    """A third off with nothing traded may be wrong; two days of it are not."""
    once, twice = newest(factor=0.6), newest(factor=0.6, rows=2)
    assert doubt_of(once) == HeldBack(once.as_of, "jump")
    assert doubt_of(twice) is None


def test_coin_may_lose_a_third_in_a_day():
    """Coins do, and it is believed; what four fifths are lost of is not."""
    assert doubt_of(newest("ACME-USD", 0.6)) is None
    assert doubt_of(newest("ACME-USD", 0.2)) is not None


def test_what_is_held_back_is_named_with_the_bars():
    """Whoever gets the bars can tell a person why they end early."""
    left = believed(newest(factor=0.25))
    assert left.held_back == HeldBack(date(2024, 6, 14), "split")
    assert left.as_of == date(2024, 6, 13)


def test_split_of_last_year_that_nobody_listed_is_noticed():
    """Prices of two scales make no forecast."""
    bars = make_bars(n=300)
    assert split_left_in(scaled(bars, slice(0, 200), 4.0)) == HeldBack(bars.session(200), "split")
    assert split_left_in(scaled(bars, slice(0, 290), 4.0)) is None
    assert split_left_in(bars) is None
