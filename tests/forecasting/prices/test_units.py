"""Pounds and pence, and days that slipped from one to the other."""

import numpy as np
import pytest

from forecasting.prices.units import MINOR_UNITS, factor_near, main_unit, slips_mended
from tests.forecasting.prices.market import make_bars
from tests.forecasting.prices.planted import scaled


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        ("GBp", ("GBP", 0.01)),
        ("ZAc", ("ZAR", 0.01)),
        ("ILA", ("ILS", 0.01)),
        ("USX", ("USD", 0.01)),
        ("KWF", ("KWD", 0.001)),
        ("USD", ("USD", 1.0)),
        ("GBP", ("GBP", 1.0)),
        ("", ("", 1.0)),
    ],
)
def test_minor_units_are_known(quoted: str, expected: tuple[str, float]):
    """A price is told in the currency that people pay with."""
    assert main_unit(quoted) == expected


def test_every_unit_that_yfinance_knows_is_in_the_table():
    """The library that brings the prices names no unit that we would take for a currency."""
    import yfinance.scrapers.history as library

    theirs: dict[str, float] = vars(library)["_CURRENCY_CONVERSIONS"]
    assert {code: main_unit(code)[1] for code in theirs} == theirs
    assert set(theirs) <= set(MINOR_UNITS)


@pytest.mark.parametrize("rows", [1, 3, 20])
@pytest.mark.parametrize("factor", [100.0, 0.01, 1000.0])
def test_stretch_in_another_unit_is_scaled_back(rows: int, factor: float):
    """Both ends show the same factor, so the days between are known."""
    true = make_bars("ACME.L", n=300)
    mended = slips_mended(scaled(true, slice(150, 150 + rows), factor))
    assert np.allclose(mended.close, true.close)
    assert np.allclose(mended.adj_close, true.adj_close)


def test_adjusted_closes_that_did_not_slip_stay():
    """Some answers slip in the closes alone."""
    true = make_bars("ACME.L", n=300)
    shown = scaled(true, slice(150, 153), 0.01, ("open", "high", "low", "close"))
    assert np.allclose(slips_mended(shown).adj_close, true.adj_close)


def test_change_of_unit_long_ago_scales_all_before():
    """A service that went from pounds to pence shows one share, not a hundredfold rise."""
    true = make_bars("ACME.L", n=300)
    assert np.allclose(slips_mended(scaled(true, slice(0, 100), 0.01)).close, true.close)


def test_newest_days_in_another_unit_are_not_guessed():
    """Nothing after them says which side is right."""
    shown = scaled(make_bars("ACME.L", n=300), slice(-3, None), 0.01)
    assert np.array_equal(slips_mended(shown).close, shown.close)


def test_coin_that_lost_nearly_all_is_left_alone():
    """It happened, within a day."""
    shown = scaled(make_bars("LOST-USD", n=300), slice(100, None), 0.01)
    assert slips_mended(shown) is shown


@pytest.mark.parametrize(("ratio", "expected"), [(105.0, 100.0), (0.0098, 0.01), (40.0, None)])
def test_factors_between_units_are_told_from_moves(ratio: float, expected: float | None):
    """A share may also have moved by some percent that day."""
    assert factor_near(float(np.log(ratio))) == expected
