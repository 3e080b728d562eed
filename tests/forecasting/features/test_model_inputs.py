"""Features depend on the past alone, the same whether asked for one at a time or for many."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.features.daily_series import signals
from forecasting.features.market import cross_section, market_of
from forecasting.features.model_inputs import MEMORY, MIN_SESSIONS, feature_names, inputs_at
from forecasting.values import Bars
from tests.forecasting.simulated import garch_walk, random_walk

PARTS = ("sequence", "static", "seasons", "scale")


def _last(bars: Bars) -> np.ndarray:
    return np.array([len(bars) - 1])


@pytest.mark.parametrize("row", [MIN_SESSIONS - 1, 200, 700, 1399, 1499])
def test_one_forecasts_inputs_are_those_of_the_batch(row):
    """The tail that one forecast looks at gives what the whole history gives."""
    bars, market = garch_walk(1500, 1), random_walk(1500, 2, daily=0.01)
    batch = inputs_at(bars, np.arange(MIN_SESSIONS - 1, 1500), market)
    tail = bars.rows(slice(max(0, row + 1 - MEMORY), row + 1))
    known = market.between(None, tail.as_of)
    single = inputs_at(tail, _last(tail), known.rows(slice(max(0, len(known) - MEMORY), None)))
    for part in PARTS:
        np.testing.assert_allclose(
            getattr(single, part)[0],
            getattr(batch, part)[row - MIN_SESSIONS + 1],
            rtol=1e-4,
            atol=1e-4,
        )


def test_a_changed_future_moves_no_earlier_input():
    """Multiplying all later prices and volumes leaves every earlier input bit for bit as it was."""
    bars, market = garch_walk(900, 3), random_walk(900, 4)
    rows = np.arange(300, 600, 7)
    factor = np.where(np.arange(900) > 594, 7.7, 1.0)
    names = ("open", "high", "low", "close", "adj_close", "volume")
    changed, other = (
        replace(b, **{n: getattr(b, n) * factor for n in names}) for b in (bars, market)
    )
    before, after = inputs_at(bars, rows, market), inputs_at(changed, rows, other)
    for part in PARTS:
        np.testing.assert_array_equal(getattr(before, part), getattr(after, part))


def test_inputs_do_not_know_the_currency():
    """A price in cents gives the inputs of the price in dollars, the scale included."""
    bars = garch_walk(500, 5)
    names = ("open", "high", "low", "close", "adj_close")
    cents = replace(bars, **{n: getattr(bars, n) * 100 for n in names})
    for part in PARTS:
        np.testing.assert_allclose(
            getattr(inputs_at(bars, _last(bars), None), part),
            getattr(inputs_at(cents, _last(cents), None), part),
            atol=1e-4,
        )


def _quoted(bars: Bars, wide: float) -> Bars:
    """The same closes, but opens and ranges that nobody traded at, as of quoted currencies."""
    rng = np.random.default_rng(8)
    opened = bars.close * np.exp(wide * rng.standard_normal(len(bars)))
    high, low = (pick(bars.close, opened) for pick in (np.maximum, np.minimum))
    return replace(bars, open=opened, high=high * np.exp(wide), low=low * np.exp(-wide))


def test_ranges_that_contradict_the_closes_do_not_widen_the_scale():
    """Opens and ranges of twice the variance: the scale stays near the volatility of closes."""
    bars = random_walk(1500, 9)
    plain, quoted = signals(bars), signals(_quoted(bars, 0.03))
    assert np.all(plain.trust[300:] == 1.0)
    ratio = quoted.variance.mean() / (quoted.log_return**2).mean()
    assert ratio > 3
    assert 1.4 < quoted.trust[-1] * ratio < 2
    assert np.median(quoted.scale / plain.scale) < 1.3


@pytest.mark.parametrize("at", [2, 40, 250])
def test_a_strange_day_changes_no_trust(at):
    """When a forecast can be asked for, one broken bar or a first day of trading says nothing."""
    bars = random_walk(400, 10)
    wide = _quoted(bars, 0.03)
    names = ("open", "high", "low")
    day = np.arange(400) == at
    some = replace(bars, **{n: np.where(day, getattr(wide, n), getattr(bars, n)) for n in names})
    assert np.all(signals(some).trust[MIN_SESSIONS:] == 1.0)


def test_all_inputs_are_finite_for_a_history_that_hardly_moves():
    """Zero volume, equal prices and one jump give numbers, not infinities."""
    n = 300
    price = np.where(np.arange(n) < 280, 1.0, 3.0)
    bars = Bars(
        "FLAT", np.busday_offset("2020-01-01", np.arange(n), roll="forward"),
        price, price, price, price, price, np.zeros(n), "USD", "test", "XNYS",
    )  # fmt: skip
    inputs = inputs_at(bars, np.arange(MIN_SESSIONS - 1, n), None)
    assert all(np.all(np.isfinite(getattr(inputs, part))) for part in PARTS)


def test_every_feature_has_its_own_name():
    """Names are as many as columns and unique."""
    bars = garch_walk(200, 6)
    names = feature_names(bars)
    assert len(set(names)) == len(names) == inputs_at(bars, _last(bars), None).static.shape[1]


def test_a_stale_market_counts_as_missing():
    """A market that ended weeks before the as-of is not used."""
    bars, market = garch_walk(700, 7), random_walk(700, 8)
    stale = inputs_at(bars, _last(bars), market.rows(slice(0, 680)))
    missing = inputs_at(bars, _last(bars), None)
    np.testing.assert_array_equal(stale.static, missing.static)
    fresh = inputs_at(bars, _last(bars), market)
    assert (fresh.static[0, -1], missing.static[0, -1]) == (1.0, 0.0)


def test_tokyo_does_not_see_new_yorks_bar_of_the_same_date():
    """New York closes after Tokyo, so its bar of the same date was not known yet."""
    bars, market = garch_walk(700, 9), random_walk(700, 10)
    tokyo = replace(bars, exchange="XTKS")
    whole = inputs_at(tokyo, _last(bars), market)
    without_today = inputs_at(tokyo, _last(bars), market.rows(slice(0, 699)))
    np.testing.assert_array_equal(whole.static, without_today.static)
    assert not np.array_equal(whole.static, inputs_at(bars, _last(bars), market).static)


def test_the_market_is_spy_then_the_index_then_a_cross_section():
    """The best stand-in among the histories is taken; too few tickers give none."""
    many = [random_walk(400, i, ticker=f"T{i}") for i in range(25)]
    spy, index = random_walk(400, 90, ticker="SPY"), random_walk(400, 91, ticker="^GSPC")
    assert market_of([*many, index, spy]) is spy
    assert market_of([*many, index]) is index
    assert market_of(many[:5]) is None
    made = cross_section(many)
    assert made is not None
    moves = np.diff(np.log(made.close))
    expected = np.mean([np.diff(np.log(b.close)) for b in many], axis=0)[1:]
    np.testing.assert_allclose(moves, expected, atol=1e-9)
