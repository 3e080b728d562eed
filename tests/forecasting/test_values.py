"""No history and no forecast exists that breaks a rule; each rule is broken alone."""

import hashlib
import struct
from datetime import date

import numpy as np
import pytest

from forecasting.errors import InvalidBarsError
from forecasting.values import LEVELS, HeldBack
from tests.forecasting.by_hand import EDGES, MONDAY, bars, forecast


def changed(name, row, value):
    column = list(getattr(bars(), name))
    column[row] = value
    return {name: column}


def test_bars_that_keep_all_rules_are_built():
    """The three sessions that the other tests break are whole."""
    assert len(bars()) == 3
    assert bars().as_of == date(2024, 3, 6)
    assert bars().session(0) == date(2024, 3, 4)
    assert bars().close.tolist() == [102.0, 104.0, 103.0]
    assert bars().close.dtype == bars().volume.dtype == np.float64
    assert bars().sessions.dtype == np.dtype("datetime64[D]")


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "adj_close", "volume"])
def test_columns_of_another_length_are_refused(name):
    """A column that lost its last entry would shift every price after the gap."""
    with pytest.raises(InvalidBarsError) as caught:
        bars(**{name: getattr(bars(), name)[:2]})
    assert (caught.value.ticker, caught.value.rule) == ("AAA", "columns differ in length")


@pytest.mark.parametrize("days", [[0, 2, 1], [0, 1, 1], [2, 1, 0]])
def test_sessions_out_of_order_or_twice_are_refused(days):
    """The last bar is the newest, and no session counts twice."""
    with pytest.raises(InvalidBarsError) as caught:
        bars(sessions=MONDAY + np.array(days))
    assert caught.value.rule == "sessions are not sorted and unique"


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "adj_close"])
@pytest.mark.parametrize("price", [0.0, -1.0, np.nan, np.inf])
def test_prices_that_are_none_are_refused(name, price):
    """Logarithms are taken of every price."""
    with pytest.raises(InvalidBarsError) as caught:
        bars(**changed(name, 1, price))
    assert caught.value.rule == "a price is not positive and finite"


def test_prices_far_below_one_are_prices():
    """A share or a coin of a thousandth of a cent is traded like any other."""
    small = bars().scaled(1e-7)
    assert small.close[0] == pytest.approx(102e-7)


@pytest.mark.parametrize(
    "sessions",
    [
        ["2024-03-04", "2024-03-05", "2024-03-06"],
        [date(2024, 3, 4), date(2024, 3, 5), date(2024, 3, 6)],
        (MONDAY + np.arange(3)).astype("datetime64[ns]"),
    ],
)
def test_sessions_are_days_however_they_are_given(sessions):
    """Texts, dates and instants of midnight are the same days."""
    assert bars(sessions=sessions).digest() == bars().digest()
    assert bars(sessions=sessions).as_of == date(2024, 3, 6)


def test_whole_numbers_are_prices_and_volumes_like_any_other():
    """A file without a decimal point gives the same history, and the same digest."""
    whole = bars(close=np.array([102, 104, 103]), volume=np.array([10, 20, 30]))
    assert whole.close.dtype == whole.volume.dtype == np.float64
    assert whole.digest() == bars().digest()


def test_a_doubt_goes_with_the_bars_and_changes_no_price():
    """What is held back is told to the reader; the history itself stays the same."""
    doubt = HeldBack(date(2024, 3, 7), "split")
    doubtful = bars().holding_back(doubt)
    assert (doubtful.held_back, bars().held_back) == (doubt, None)
    assert doubtful.digest() == bars().digest()
    assert doubtful.as_of == date(2024, 3, 6)


@pytest.mark.parametrize("volume", [-1.0, np.nan, np.inf])
def test_volumes_that_are_none_are_refused(volume):
    """Zero stands for unknown; less than nothing was never traded."""
    with pytest.raises(InvalidBarsError) as caught:
        bars(**changed("volume", 1, volume))
    assert caught.value.rule == "a volume is negative or not finite"


@pytest.mark.parametrize(
    ("name", "price", "rule"),
    [
        ("high", 103.9, "a high is below open or close"),  # open 102, close 104
        ("low", 102.1, "a low is above open or close"),
        ("open", 105.1, "a high is below open or close"),
        ("open", 100.9, "a low is above open or close"),
        ("close", 105.1, "a high is below open or close"),
        ("close", 100.9, "a low is above open or close"),
    ],
)
def test_opens_and_closes_outside_the_range_are_refused(name, price, rule):
    """A session's high and low hold its open and its close."""
    with pytest.raises(InvalidBarsError) as caught:
        bars(**changed(name, 1, price))
    assert caught.value.rule == rule


def test_a_high_below_its_low_is_refused_where_both_are_as_good_as_the_close():
    """1.8 millionths apart the wrong way round, each within a millionth of open and close."""
    one = {"open": [100.0], "close": [100.0], "adj_close": [100.0], "volume": [0.0]}
    with pytest.raises(InvalidBarsError) as caught:
        bars(sessions=[MONDAY], high=[99.99991], low=[100.00009], **one)
    assert caught.value.rule == "a high is below its low"


def test_rounding_of_a_source_breaks_no_rule():
    """Half a millionth is how prices differ that were rounded one by one."""
    one = {"open": [100.0], "close": [100.0], "adj_close": [100.0], "volume": [0.0]}
    assert len(bars(sessions=[MONDAY], high=[99.99996], low=[99.99996], **one)) == 1
    assert len(bars(sessions=[MONDAY], high=[100.00004], low=[100.00004], **one)) == 1


def test_bars_hold_copies_that_nobody_can_change():
    """An array that is changed after a history was built, changes no history."""
    mine = np.array([102.0, 104.0, 103.0])
    built = bars(close=mine)
    mine[0] = 1.0
    assert built.close[0] == 102.0
    with pytest.raises(ValueError, match="read-only"):
        built.close[0] = 1.0
    assert not built.sessions.flags.writeable


@pytest.mark.parametrize(
    ("start", "end", "closes"),
    [
        (None, None, [102, 104, 103]),
        (date(2024, 3, 5), None, [104, 103]),
        (None, date(2024, 3, 5), [102, 104]),
        (date(2024, 3, 5), date(2024, 3, 5), [104]),
        (date(2024, 3, 7), None, []),
        (None, date(2024, 3, 3), []),
    ],
)
def test_between_includes_both_days(start, end, closes):
    """From Tuesday to Tuesday is one session."""
    part = bars().between(start, end)
    assert part.close.tolist() == closes
    assert (part.ticker, part.currency) == ("AAA", "USD")


def test_rows_cut_every_column_alike():
    """The middle bar alone is the middle of each column."""
    part = bars().rows(slice(1, 2))
    assert part.sessions.tolist() == [date(2024, 3, 5)]
    named = ("open", "high", "low", "close", "adj_close", "volume")
    assert [getattr(part, name).tolist() for name in named] == [
        [102.0], [105.0], [101.0], [104.0], [52.0], [0.0],
    ]  # fmt: skip


def test_a_split_scales_all_prices_and_no_volume():
    """Four shares for one quarter every price."""
    part = bars().scaled(0.25).rows(slice(2, 3))
    named = ("open", "high", "low", "close", "adj_close", "volume")
    assert [getattr(part, name).tolist() for name in named] == [
        [26.0], [26.5], [25.5], [25.75], [12.875], [30.0],
    ]  # fmt: skip
    whole = bars()
    assert whole.scaled(1.0) is whole


def test_the_digest_is_that_of_ticker_days_and_prices():
    """Sixteen digits of a SHA-256 over the ticker, days as integers and prices as floats."""
    days = [19786, 19787, 19788]  # since 1970
    columns = ([100, 102, 104], [103, 105, 106], [99, 101, 102], [102, 104, 103], [51, 52, 51.5])
    packed = b"AAA" + struct.pack("<3q", *days)
    packed += b"".join(struct.pack("<3f", *column) for column in columns)
    assert bars().digest() == hashlib.sha256(packed).hexdigest()[:16]
    assert bars(volume=[1, 1, 1], currency="EUR").digest() == bars().digest()


def test_a_forecast_that_keeps_all_rules_is_built():
    """The two sessions that the other tests break are whole."""
    assert forecast().quantiles.shape == (2, 13)
    assert forecast().levels == LEVELS


@pytest.mark.parametrize(
    "fields",
    [
        {"quantiles": 100 * np.exp(EDGES)[None, :]},
        {"quantiles": 100 * np.exp(np.stack([EDGES, EDGES, EDGES]))},
        {"quantiles": 100 * np.exp(np.stack([EDGES, EDGES]))[:, :12]},
        {"usual_width": np.array([0.2])},
        {"levels": LEVELS[:12]},
    ],
)
def test_fans_of_another_shape_are_refused(fields):
    """Each session has a row, each level a column, each session its usual width."""
    with pytest.raises(ValueError, match=r"^AAA: quantiles \(.*\), expected \(2, 1[23]\)$"):
        forecast(**fields)


def test_a_forecast_of_no_session_is_refused():
    """What says nothing about any day is no forecast."""
    with pytest.raises(ValueError, match=r"^AAA: a target is not after 2024-03-06$"):
        forecast(targets=(), quantiles=np.empty((0, 13)), usual_width=np.empty(0))


@pytest.mark.parametrize("first", [date(2024, 3, 6), date(2024, 3, 5)])
def test_a_target_that_is_not_after_the_as_of_is_refused(first):
    """A day whose close is known is not forecast."""
    with pytest.raises(ValueError, match=r"^AAA: a target is not after 2024-03-06$"):
        forecast(targets=(first, date(2024, 3, 8)))


@pytest.mark.parametrize("second", [date(2024, 3, 8), date(2024, 3, 7)])
def test_targets_that_do_not_rise_are_refused(second):
    """The second session comes after the first."""
    with pytest.raises(ValueError, match=r"^AAA: targets are not rising$"):
        forecast(targets=(date(2024, 3, 8), second))


@pytest.mark.parametrize("price", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("place", [(0, 0), (1, 12)])
def test_quantiles_that_are_no_price_are_refused(price, place):
    """Every number of a fan can be shown as a price."""
    fan = 100 * np.exp(np.stack([EDGES, EDGES]))
    fan[place] = price
    with pytest.raises(ValueError, match=r"^AAA: a quantile is not a positive price$"):
        forecast(quantiles=fan)


def test_quantiles_that_cross_are_refused_and_equal_ones_are_not():
    """What is reached with 60 % is not above what is reached with 75 %."""
    fan = 100 * np.exp(np.stack([EDGES, EDGES]))
    fan[1, 7] = fan[1, 8]
    assert forecast(quantiles=fan).quantiles[1, 7] == fan[1, 8]
    fan[1, 7] = fan[1, 8] + 0.01
    with pytest.raises(ValueError, match=r"^AAA: quantiles cross$"):
        forecast(quantiles=fan)
