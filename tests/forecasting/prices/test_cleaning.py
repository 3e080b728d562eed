"""What is mended in a source's rows, what is dropped, and when the whole is refused."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.errors import BadAnswerError, TooLittleHistoryError
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from tests.forecasting.prices.market import AT_NOON, FRIDAY, NOW, make_bars

ORIGIN = Origin("ACME", "test", "USD", "XNYS")
NAN = float("nan")


def raw_bars(n: int = 100) -> RawBars:
    bars = make_bars(n=n)
    return RawBars(
        bars.sessions.copy(), bars.open.copy(), bars.high.copy(), bars.low.copy(),
        bars.close.copy(), bars.adj_close.copy(), bars.volume.copy(),
    )  # fmt: skip


def test_sound_rows_pass_unchanged():
    """Not one number of a hundred whole sessions is touched."""
    raw = raw_bars()
    bars = clean(raw, ORIGIN)
    for ours, theirs in zip(
        (bars.sessions, bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume),
        raw.columns(),
        strict=True,
    ):
        assert np.array_equal(ours, theirs)
    assert (bars.ticker, bars.source, bars.currency, bars.exchange) == (
        "ACME",
        "test",
        "USD",
        "XNYS",
    )


def test_any_order_and_doubled_days_become_sorted_unique_the_last_one_counting():
    """Rows backwards, and one day twice: sorted, and the later word on that day counts."""
    raw = raw_bars(20)
    doubled = raw.pick(np.array([*range(19, -1, -1), 7]))
    doubled.close[-1] *= 1.001
    bars = clean(doubled, ORIGIN)
    assert np.array_equal(bars.sessions, raw.sessions)
    assert bars.close[7] == pytest.approx(raw.close[7] * 1.001)


def test_rows_without_a_close_are_dropped_however_many():
    """Eighty of a hundred rows without a close leave the twenty that have one."""
    raw = raw_bars(100)
    raw.close[10:90] = NAN
    assert len(clean(raw, ORIGIN)) == 20


def test_missing_or_zero_open_high_low_come_from_the_prices_that_are_there():
    """A fund with a close alone has a bar of that close; a known high stays."""
    raw = raw_bars(10)
    raw.open[3] = raw.high[3] = raw.low[3] = 0.0
    raw.open[4] = NAN
    bars = clean(raw, ORIGIN)
    assert bars.open[3] == bars.high[3] == bars.low[3] == bars.close[3]
    assert bars.open[4] == bars.close[4]
    assert bars.high[4] == raw.high[4]


def test_missing_adjusted_closes_take_the_factor_that_follows():
    """The dividends' factor of the next known day fills a gap; at the end it is one."""
    raw = raw_bars(10)
    raw.adj_close[:5] *= 0.8
    raw.adj_close[[2, 9]] = NAN
    bars = clean(raw, ORIGIN)
    assert bars.adj_close[2] / bars.close[2] == pytest.approx(0.8)
    assert bars.adj_close[9] == pytest.approx(bars.close[9])


def test_without_any_adjusted_close_the_close_stands_in():
    """A source that knows no dividends gives returns of the close itself."""
    raw = raw_bars(10)
    raw.adj_close[:] = NAN
    bars = clean(raw, ORIGIN)
    assert np.array_equal(bars.adj_close, bars.close)


def test_unknown_volume_is_zero():
    """Nothing, less than nothing, infinity and 1e308 shares traded all mean: not known."""
    raw = raw_bars(10)
    raw.volume[:4] = NAN, -5.0, np.inf, 1e308
    assert np.array_equal(clean(raw, ORIGIN).volume[:4], [0.0, 0.0, 0.0, 0.0])


def test_high_and_low_are_widened_by_what_rounding_left_out():
    """A high half a per cent below its close becomes that close: no day is lost."""
    raw = raw_bars(10)
    raw.high[5] = max(raw.open[5], raw.close[5]) * 0.995
    raw.low[6] = min(raw.open[6], raw.close[6]) * 1.005
    bars = clean(raw, ORIGIN)
    assert len(bars) == 10
    assert bars.high[5] == max(raw.open[5], raw.close[5])
    assert bars.low[6] == min(raw.open[6], raw.close[6])


@pytest.mark.parametrize(
    "spoil", ["negative close", "high far below", "low far above", "lone jump", "infinite"]
)
def test_a_few_broken_rows_are_dropped(spoil: str):
    """One impossible day of a hundred goes, and the 99 others are answered."""
    raw = raw_bars(100)
    if spoil == "negative close":
        raw.close[50] = -37.63
    elif spoil == "high far below":
        raw.high[50] *= 0.5
    elif spoil == "low far above":
        raw.low[50] *= 1.5
    elif spoil == "lone jump":
        for column in (raw.open, raw.high, raw.low, raw.close, raw.adj_close):
            column[50] *= 100
    else:
        raw.close[50] = np.inf
    bars = clean(raw, ORIGIN)
    assert len(bars) == 99
    assert raw.sessions[50] not in bars.sessions


def test_jump_that_stays_is_kept():
    """Twenty times the price from one day on is an event, not an error of one row."""
    raw = raw_bars(100)
    for column in (raw.open, raw.high, raw.low, raw.close, raw.adj_close):
        column[50:] *= 20
    assert len(clean(raw, ORIGIN)) == 100


def test_many_broken_rows_refuse_the_whole():
    """Ten impossible days of a hundred: such a source is not believed for the rest."""
    raw = raw_bars(100)
    raw.high[::10] *= 0.5
    with pytest.raises(BadAnswerError, match="10 of 100"):
        clean(raw, ORIGIN)


def test_nothing_left_is_refused():
    """Three rows without a close are no history of length nothing."""
    raw = raw_bars(3)
    raw.close[:] = NAN
    with pytest.raises(BadAnswerError, match="no row"):
        clean(raw, ORIGIN)


def test_rows_after_the_last_session_are_dropped_before_they_are_judged():
    """What lies behind the closed sessions, broken or not, says nothing about them."""
    raw = raw_bars(100)
    raw.high[90:] *= 0.5
    assert clean(raw, ORIGIN, until=raw.sessions[89].item()).as_of == raw.sessions[89].item()
    with pytest.raises(TooLittleHistoryError):
        clean(raw, ORIGIN, until=raw.sessions[0].item().replace(year=2000))


def test_closed_only_hides_later_sessions_and_else_returns_the_same_object():
    """Where nothing is hidden nothing is copied; before the first session there is nothing."""
    bars = make_bars()
    assert closed_only(bars, NOW) is bars
    assert closed_only(bars, AT_NOON).as_of < FRIDAY
    with pytest.raises(TooLittleHistoryError):
        closed_only(bars, datetime(2001, 1, 1, tzinfo=UTC))


def test_input_is_left_alone():
    """The caller's own arrays are not mended under its hands."""
    raw = raw_bars(10)
    raw.high[5] *= 0.995
    copy = replace(raw, high=raw.high.copy())
    clean(raw, ORIGIN)
    assert np.array_equal(raw.high, copy.high)


ANY_PRICE = st.one_of(
    st.floats(0.5, 500.0), st.sampled_from([NAN, 0.0, -1.0, np.inf, 1e-300, 1e300])
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 60), *[ANY_PRICE] * 6), max_size=40))
def test_whatever_comes_is_bars_or_an_error_of_ours(rows: list[tuple[float, ...]]):
    """Any 40 rows of any prices, days and nonsense: never an exception that nobody named."""
    days = np.array([row[0] for row in rows], dtype="datetime64[D]")
    columns = [np.array([row[i] for row in rows], dtype=np.float64) for i in range(1, 7)]
    try:
        bars = clean(RawBars(days, *columns), ORIGIN)
    except BadAnswerError:
        return
    assert 0 < len(bars) <= len(rows)
    assert set(bars.sessions.tolist()) <= set(days.tolist())
