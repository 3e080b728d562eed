"""Splits, dividends and units: when histories may be joined, and how."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.errors import BadAnswerError
from forecasting.prices.adjust import (
    carried_on,
    joined,
    past_stands,
    spliced,
    split_adjusted,
)
from tests.forecasting.prices.market import FRIDAY, after_dividend, after_split, make_bars
from tests.forecasting.simulated import garch_walk

PRICES = ("open", "high", "low", "close", "adj_close")


def test_past_stands_until_a_split_or_a_dividend_changes_it():
    """Halved or a thousandth lower on shared days, everything is fetched anew."""
    bars = make_bars(n=50)
    known, tail = bars.rows(slice(0, 45)), bars.rows(slice(35, 50))
    assert past_stands(known, tail)
    assert not past_stands(known, after_split(tail, 2))
    assert not past_stands(known, after_dividend(tail, FRIDAY, 0.001))


def test_past_does_not_stand_on_nothing_or_on_the_newest_session_alone():
    """Without a shared day but the newest, which may still be corrected, nothing is proved."""
    bars = make_bars(n=50)
    assert not past_stands(bars.rows(slice(0, 40)), bars.rows(slice(40, 50)))
    assert not past_stands(bars.rows(slice(0, 41)), bars.rows(slice(40, 50)))


def test_joined_takes_the_fetched_rows_where_both_have_them():
    """The newer word on a session counts, and no session stands twice."""
    bars = make_bars(n=50)
    tail = bars.rows(slice(40, 50)).scaled(1.0001)
    both = joined(bars.rows(slice(0, 45)), tail, "one")
    assert (len(both), both.source) == (50, "one")
    assert np.array_equal(both.close[40:], tail.close)
    assert np.array_equal(both.close[:40], bars.close[:40])


def test_two_splits_divide_prices_and_multiply_volumes():
    """2:1 and then 3:1: before both a price is a sixth, a volume six times what was traded."""
    bars = make_bars(n=30)
    days = [(bars.sessions[10], 2.0), (bars.sessions[20], 3.0)]
    done = split_adjusted(bars, days)
    assert np.allclose(done.close * np.repeat([6.0, 3.0, 1.0], 10), bars.close)
    assert np.allclose(done.volume, bars.volume * np.repeat([6.0, 3.0, 1.0], 10))
    assert np.allclose(done.adj_close, done.close)


def test_carrying_on_keeps_the_dividend_factor():
    """Ten sessions added behind dividends of 3 % are adjusted by the same 3 %."""
    bars = make_bars(n=60)
    known = replace(bars.rows(slice(0, 50)), adj_close=bars.adj_close[:50] * 0.97)
    longer = carried_on(known, bars.rows(slice(30, 60)), split_since=1.0)
    assert len(longer) == 60
    assert np.allclose(longer.adj_close / longer.close, 0.97)


def test_carrying_on_over_a_split_rescales_the_past():
    """A history from before a split of 4:1 is quartered and goes on without a jump."""
    bars = make_bars(n=60)
    longer = carried_on(
        after_split(bars.rows(slice(0, 50)), 0.25), bars.rows(slice(30, 60)), split_since=4.0
    )
    assert np.allclose(longer.close, bars.close)
    assert np.allclose(longer.volume, bars.volume)


@pytest.mark.parametrize("factor", [0.25, 0.97, 1.5, 50.0])
def test_carrying_on_what_does_not_fit_is_refused(factor: float):
    """A quarter, 3 % less, half as much more, fifty times: none of it is the same share."""
    bars = make_bars(n=60)
    with pytest.raises(BadAnswerError):
        carried_on(bars.rows(slice(0, 50)).scaled(factor), bars.rows(slice(30, 60)), 1.0)


def test_carrying_on_with_nothing_newer_changes_nothing():
    """A tail that ends before the known history does adds no session and no source's name."""
    bars = make_bars(n=60)
    same = carried_on(bars, bars.rows(slice(30, 59)), split_since=1.0)
    assert np.array_equal(same.close, bars.close)
    assert same.source == bars.source


def test_splicing_puts_an_older_file_in_front_of_a_newer_one():
    """Fifty shared sessions give the factor by which the older hundred are brought in line."""
    bars = make_bars(n=200)
    older = bars.rows(slice(0, 150)).scaled(0.8)
    whole = spliced([older, bars.rows(slice(100, 200))])
    assert len(whole) == 200
    assert np.allclose(whole.close, bars.close)
    assert np.allclose(whole.adj_close, bars.adj_close)


def test_splicing_leaves_out_another_share_of_the_same_name():
    """Prices that wander by 5 % a day against each other are two shares: the newer stays alone."""
    bars = make_bars(n=200)
    other = make_bars(n=200).rows(slice(0, 150))
    noise = np.random.default_rng(1).normal(0, 0.05, 150)
    wild = replace(other, **{c: getattr(other, c) * np.exp(noise) for c in PRICES})
    assert len(spliced([wild, bars.rows(slice(100, 200))])) == 100


def test_splicing_with_a_gap_keeps_the_newest():
    """Ten sessions that neither of two tables holds: who knows what happened there."""
    bars = make_bars(n=200)
    assert len(spliced([bars.rows(slice(0, 100)), bars.rows(slice(110, 200))])) == 90


def test_of_two_alike_the_longer_leads():
    """Nothing is copied where one table holds all that the other does."""
    bars = make_bars(n=200)
    assert spliced([bars.rows(slice(50, 200)), bars]) is bars


def test_a_table_that_goes_on_where_another_ended_is_put_behind_it():
    """No shared session, but two days and no jump between them: one history, unscaled."""
    whole = garch_walk(400, 3)
    found = spliced([whole.rows(slice(0, 250)), whole.rows(slice(250, 400))])
    assert len(found) == 400
    np.testing.assert_array_equal(found.close, whole.close)


@pytest.mark.parametrize("start", [260, 250])
def test_what_does_not_go_on_is_left_out(start):
    """Two weeks between them, or half the price (a split nobody told): the newer one alone."""
    whole = garch_walk(400, 3)
    newer = whole.rows(slice(start, 400))
    found = spliced([whole.rows(slice(0, 250)), newer.scaled(1.0 if start == 260 else 0.5)])
    assert len(found) == 400 - start
