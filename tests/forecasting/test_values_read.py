"""What is read off a forecast, and what a person's text means, is worked by hand."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.errors import InvalidTickerError
from forecasting.values import LEVELS, Forecast, parse_ticker
from tests.forecasting.by_hand import forecast


@pytest.mark.parametrize(
    ("horizon", "level", "expected"),
    [(1, 0.5, 100.0), (1, 0.9, 112.749685), (2, 0.9, 127.124915), (2, 0.1, 69.767633)],
)
def test_the_price_at_a_level_is_that_of_the_fan(horizon, level, expected):
    """100 e^0.12, 100 e^0.24 and 100 e^-0.36, by the table of exponentials."""
    assert forecast().at(horizon, level) == pytest.approx(expected, abs=1e-6)


def test_between_two_levels_a_price_is_interpolated():
    """Two thirds of the way from the price at 0.6 to that at 0.75 is 0.7."""
    fan = np.tile([80, 82, 84, 88, 90, 97, 100, 102, 108, 109, 112, 114, 116.0], (2, 1))
    assert forecast(quantiles=fan).at(1, 0.7) == pytest.approx(106.0)


def test_a_forecast_is_read_back_exactly_from_its_json():
    """Text and back: every field, also those that have a default."""
    widths = np.array([0.25, np.nan])
    fields = {"cautions": ("widened",), "note": "made up", "slice": "eve", "usual_width": widths}
    first = forecast(**fields)
    again = Forecast.from_json(json.loads(json.dumps(first.to_json())))
    for name in Forecast.__slots__:
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))
    assert again.targets == (date(2024, 3, 7), date(2024, 3, 8))
    assert again.canonical() == first.canonical()


def test_a_forecast_of_other_levels_keeps_them():
    """A ledger's row from a time of other levels is read with its own."""
    old = forecast(levels=LEVELS[:12], quantiles=np.tile(np.arange(1.0, 13.0), (2, 1)))
    assert Forecast.from_json(old.to_json()).levels == LEVELS[:12]


def test_whole_numbers_are_prices_like_any_other():
    """What a file holds as 80, 81, 82 is reckoned with as 80.0: a forecast has one kind of number."""
    whole = forecast(quantiles=np.tile(np.arange(80, 93), (2, 1)), usual_width=np.array([1, 2]))
    assert whole.quantiles.dtype == whole.usual_width.dtype == np.float64


def test_what_is_no_number_is_never_hashed():
    """NaN is no JSON: another program could not read the ledger's text."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        forecast(close=np.nan).canonical()


def test_the_text_that_is_hashed_is_fixed():
    """Sorted names, no blanks, unknown widths as null: the ledger's hashes rest on these bytes."""
    only = replace(
        forecast(),
        targets=(date(2024, 3, 7),),
        quantiles=np.arange(1.0, 14.0)[None, :],
        usual_width=np.array([np.nan]),
    )
    assert only.canonical() == (
        '{"as_of":"2024-03-06","cautions":[],"close":100.0,"currency":"USD","data_digest":"d",'
        '"levels":[0.025,0.05,0.1,0.2,0.25,0.4,0.5,0.6,0.75,0.8,0.9,0.95,0.975],'
        '"model_version":"m-1","note":"","quantiles":[[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,'
        '11.0,12.0,13.0]],"source":"made-up","targets":["2024-03-07"],"ticker":"AAA",'
        '"usual_width":[null]}'
    )


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        (" tsla\n", "TSLA"),
        ("$tsla", "TSLA"),
        ("brk.b", "BRK-B"),
        ("ABCDE.A", "ABCDE-A"),
        ("ABCDEF.A", "ABCDEF.A"),
        ("7203.T", "7203.T"),
        ("VOD.L", "VOD.L"),
        ("^gspc", "^GSPC"),
        ("eurusd=x", "EURUSD=X"),
        ("ABCDEFGHIJKLMN", "ABCDEFGHIJKLMN"),
    ],
)
def test_tickers_are_read_as_they_are_meant(text, ticker):
    """Case, blanks, a dollar sign and share classes of New York are understood."""
    assert parse_ticker(text) == ticker


@pytest.mark.parametrize(
    "text", ["", "$", "../etc", "A B", "ÄÖ", "-A", "^^A", "ABCDEFGHIJKLMNOPQRST", "$$A"]
)
def test_what_cannot_be_a_ticker_is_refused(text):
    """The error keeps what was typed."""
    with pytest.raises(InvalidTickerError) as caught:
        parse_ticker(text)
    assert caught.value.text == text
