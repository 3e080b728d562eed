"""Rows that no exchange printed leave no trace; what was traded stays."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.errors import ClashingPricesError
from forecasting.prices.odd_rows import odd_rows_mended
from forecasting.values import Bars
from tests.forecasting.prices.market import make_bars
from tests.forecasting.prices.planted import scaled

TRUE = make_bars(n=400)
COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


def with_row(bars: Bars, day: str, **values: float) -> Bars:
    """Return the bars with one more row: the newest of the days before it, some values changed."""
    at = int(np.searchsorted(bars.sessions, np.datetime64(day)))
    columns: dict[str, Any] = {
        name: np.insert(getattr(bars, name), at, values.get(name, getattr(bars, name)[at - 1]))
        for name in COLUMNS
    }
    return replace(bars, sessions=np.insert(bars.sessions, at, np.datetime64(day)), **columns)


def test_healthy_history_is_the_same_object():
    """Where nothing is odd nothing is copied."""
    assert odd_rows_mended(TRUE) is TRUE


@settings(max_examples=30, deadline=None)
@given(row=st.integers(20, 398), factor=st.sampled_from([0.1, 0.3, 0.5, 0.6, 1.5, 2.0, 3.0, 9.0]))
def test_bar_elsewhere_between_two_days_that_agree_is_dropped(row: int, factor: float):
    """A row of half or three times the price, of yesterday or of last year, is no session."""
    mended = odd_rows_mended(scaled(TRUE, slice(row, row + 1), factor))
    assert np.array_equal(mended.close, np.delete(TRUE.close, row))


def test_fall_and_rebound_with_trading_stay():
    """What many traded in happened, however odd it looks."""
    volume = TRUE.volume.copy()
    volume[200] *= 30
    shown = replace(scaled(TRUE, slice(200, 201), 0.6), volume=volume)
    assert odd_rows_mended(shown) is shown


@settings(max_examples=30, deadline=None)
@given(row=st.integers(20, 399), factor=st.sampled_from([1.6, 3.0, 100.0]))
def test_high_and_low_that_no_usual_day_reaches_are_not_believed(row: int, factor: float):
    """A slip of the keys in the range must not widen forecasts: open and close bound the day."""
    high, low = TRUE.high.copy(), TRUE.low.copy()
    high[row], low[row] = high[row] * factor, low[row] / factor
    mended = odd_rows_mended(replace(TRUE, high=high, low=low))
    assert mended.high[row] == max(TRUE.open[row], TRUE.close[row])
    assert mended.low[row] == min(TRUE.open[row], TRUE.close[row])
    assert np.array_equal(np.delete(mended.high, row), np.delete(TRUE.high, row))


def test_wide_day_with_trading_keeps_its_range():
    """A share that doubled within a heavy day and came back did so."""
    high, volume = TRUE.high.copy(), TRUE.volume.copy()
    high[300], volume[300] = high[300] * 2, volume[300] * 30
    shown = replace(TRUE, high=high, volume=volume)
    assert odd_rows_mended(shown).high[300] == high[300]


def test_rows_that_repeat_the_day_before_are_no_sessions():
    """A service that has nothing new sometimes sends the old numbers under new dates."""
    stale = {name: getattr(TRUE, name).copy() for name in COLUMNS}
    for column in stale.values():
        column[-3:] = column[-4]
    assert odd_rows_mended(replace(TRUE, **stale)).as_of == TRUE.session(-4)


def test_row_without_range_on_a_holiday_is_no_session():
    """Christmas 2023, filled with the close of the Friday before."""
    close = float(TRUE.close[TRUE.sessions < np.datetime64("2023-12-25")][-1])
    filled = with_row(TRUE, "2023-12-25", open=close, high=close, low=close, volume=0.0)
    assert np.array_equal(odd_rows_mended(filled).sessions, TRUE.sessions)


def test_special_session_with_trading_stays():
    """A Saturday on which an exchange traded for once, as calendars do not always know."""
    kept = with_row(TRUE, "2024-03-02", volume=5e5)
    assert odd_rows_mended(kept) is kept


def test_dates_that_are_a_day_off_are_refused():
    """A fifth of such rows falls on Sundays: Friday's close must not be told as Thursday's."""
    early = replace(TRUE, sessions=TRUE.sessions - np.timedelta64(1, "D"))
    with pytest.raises(ClashingPricesError, match="54 of 250") as caught:
        odd_rows_mended(early)
    assert (caught.value.clash, caught.value.day) == ("closed-days", date(2024, 6, 9))


@pytest.mark.parametrize("shares", [10.0, 3.0, 0.1])
def test_split_of_long_ago_that_nobody_listed_scales_all_before(shares: float):
    """It says nothing of today, so the share is answered, from returns that happened."""
    mended = odd_rows_mended(scaled(TRUE, slice(0, 60), shares))
    assert np.array_equal(mended.close[60:], TRUE.close[60:])
    returns = np.diff(np.log(mended.adj_close)) - np.diff(np.log(TRUE.adj_close))
    assert np.max(np.abs(returns)) < 0.03
