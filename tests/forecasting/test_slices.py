"""The slice of days that a forecast is in, and how often ranges held there."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.announcements.known import POST, PRE, Announcements
from forecasting.evaluation.backtest import origins
from forecasting.evaluation.case_scores import SCORED
from forecasting.evaluation.slice_shares import cases_by_slice, slice_shares
from forecasting.features.slicing import slice_of
from forecasting.forecast import make_forecasts
from forecasting.model.artifact import Scorecard, SliceQuality, held_in_slice, read_card
from forecasting.model.serving import load_pretrained
from forecasting.slices import SLICES
from forecasting.values import Forecast
from tests.forecasting.evaluation.test_backtest import END, START
from tests.forecasting.simulated import garch_walk

MONDAY = date(2024, 3, 4)
WEEK = [date(2024, 3, day) for day in (5, 6, 7, 8, 11)]
USUAL = 1.0


def told(*days: str, time: int = PRE) -> Announcements:
    return Announcements("AAA", np.array(days, "datetime64[D]"), np.full(len(days), time, np.int8))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-03-04", "eve"),
        ("2024-03-05", "eve"),
        ("2024-03-06", "near"),
        ("2024-03-11", "near"),
        ("2024-03-12", "other"),
        ("2024-07-01", "undated"),
    ],
)
def test_a_known_date_says_how_near_it_is(day, expected):
    """The day itself and the session before are eves; the fifth session ahead is the last near."""
    assert slice_of("AAA", MONDAY, WEEK, told("2023-12-05", day, time=POST), USUAL) == expected


def test_what_only_the_past_lets_expect_is_no_eve():
    """A year and a day less after 2023-03-08 is 2024-03-06; the listed 2024-03-05 is not seen."""
    listed = told("2023-03-08", "2023-06-07", "2023-09-06", "2023-12-06", "2024-03-05")
    assert slice_of("AAA", MONDAY, WEEK, listed, USUAL) == "eve"
    assert slice_of("AAA", MONDAY, WEEK, listed.past_alone(), USUAL) == "expected"
    assert slice_of("AAA", date(2024, 3, 5), WEEK, listed.past_alone(), USUAL) == "expected"


@pytest.mark.parametrize(
    ("ticker", "widening", "expected"),
    [
        ("AAA", 1.16, "wild"),
        ("AAA", 0.86, "calm"),
        ("AAA", 1.15, "undated"),
        ("AAA", float("nan"), "undated"),
        ("BTC-USD", 1.5, "crypto"),
        ("EURUSD=X", 1.0, "fx"),
        ("^GSPC", 1.0, "index"),
        ("GC=F", 1.0, "future"),
    ],
)
def test_without_a_date_near_kind_and_width_say_the_slice(ticker, widening, expected):
    """Kinds come before widths; a width between the marks, or none to compare with, says nothing."""
    assert slice_of(ticker, MONDAY, WEEK, None, widening) == expected


def test_a_date_near_goes_before_a_wide_range():
    """What makes the range wide is told, not that it is wide."""
    assert slice_of("AAA", MONDAY, WEEK, told("2024-03-05"), 2.0) == "eve"


def test_a_forecast_keeps_its_slice_and_older_ones_stay_as_they_were():
    """The slice survives the ledger's text; a text without one is written again byte for byte."""
    (made,) = make_forecasts(load_pretrained(), [garch_walk(700, 3)], None)
    assert isinstance(made, Forecast)
    assert made.slice in SLICES
    assert Forecast.from_json(json.loads(made.canonical())).slice == made.slice
    old = replace(made, slice=None).canonical()
    assert "slice" not in old
    assert Forecast.from_json(json.loads(old)).canonical() == old


def test_a_card_says_how_often_ranges_of_a_slice_held():
    """The nearest horizon measured; nothing of a slice with few cases or of none."""
    card = load_pretrained().card
    entries = (
        SliceQuality("eve", 1, 400, 0.794, 0.95),
        SliceQuality("eve", 5, 400, 0.742, 0.94),
        SliceQuality("fx", 5, 99, 0.9, 0.99),
    )
    scored = Scorecard("2021-12-31", "2022-01-01", "2023-12-31", 9, (), entries)
    card = read_card(replace(card, quality=scored).to_bytes())
    found = held_in_slice(card, "eve", 3)
    assert found is not None
    assert (found.horizon, found.held, found.cases) == (1, 79, 400)
    assert held_in_slice(card, "eve", 20) == replace(found, horizon=5, held=74)
    assert held_in_slice(card, "fx", 5) is None
    assert held_in_slice(card, None, 5) is None
    assert held_in_slice(replace(card, quality=None), "eve", 5) is None


def test_the_measured_slice_is_the_one_the_forecast_carries():
    """A backtest slices an as-of as `/predict` would have on that day."""
    model, bars = load_pretrained(), garch_walk(1400, 5, ticker="AAA")
    known = Announcements("AAA", bars.sessions[100::63], np.full(21, PRE, np.int8), "files")
    found = origins(bars, START, END, every=7)
    assert found is not None
    measured = cases_by_slice(model, found, None, known)
    for place in (0, 3, 8, len(found.rows) - 1):
        seen = bars.rows(slice(None, int(found.rows[place]) + 1))
        (made,) = make_forecasts(model, [seen], None, {"AAA": known})
        assert isinstance(made, Forecast)
        assert measured.slice[place] == made.slice


def test_shares_count_every_forecast_once_and_guessed_days_apart():
    """Cases of all slices but the guessed one are the as-ofs; each horizon has its share."""
    model, bars = load_pretrained(), garch_walk(1400, 5, ticker="AAA")
    known = Announcements("AAA", bars.sessions[100::63], np.full(21, PRE, np.int8), "files")
    found = origins(bars, START, END, every=7)
    assert found is not None
    shares = slice_shares(model, [bars], None, {"AAA": known}, (START, END), every=7)
    first = [entry for entry in shares if entry.horizon == SCORED[0]]
    assert sum(e.cases for e in first if e.slice != "expected") == len(found.rows)
    assert all(0.0 <= entry.held_80 <= entry.held_95 <= 1.0 for entry in shares)
    assert {entry.horizon for entry in shares} == set(SCORED)
