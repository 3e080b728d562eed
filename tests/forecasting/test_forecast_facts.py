"""What a forecast is made from and what it says of itself, against rows and days chosen by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from forecasting.announcements.known import Announcements
from forecasting.announcements.source import NoAnnouncements
from forecasting.errors import CalendarError, TooLittleHistoryError, UnusableHistoryError
from forecasting.features.model_inputs import Inputs, inputs_at
from forecasting.forecast import check_usable, make_forecasts, usable_rows
from forecasting.values import LEVELS, Forecast
from tests.forecasting.simulated import garch_walk, random_walk


class Witness:
    """A forecaster that keeps what it was asked, and gives one fan for all."""

    version = "witness"

    def run(self, inputs: Inputs):
        self.asked = inputs
        return np.tile(np.linspace(-0.1, 0.1, len(LEVELS)), (len(inputs), 20, 1))

    def strange(self, inputs: Inputs):
        return np.zeros(len(inputs), dtype=bool)


@pytest.fixture
def witness():
    return Witness()


def made(witness, bars, market=None, known=None) -> Forecast:
    (answer,) = make_forecasts(witness, [bars], market, known)
    assert isinstance(answer, Forecast)
    return answer


def announced(ticker, source):
    days = np.array(["2015-02-04", "2015-05-06", "2015-08-05"], dtype="datetime64[D]")
    return {ticker: Announcements(ticker, days, np.ones(3, dtype=np.int8), source)}


def test_a_forecast_and_its_twelve_months_before_are_asked_at_once(witness):
    """1,500 bars: the last, then 21, 42 ... 252 sessions before, with market and announcements."""
    bars, market = garch_walk(1500, 1), random_walk(1500, 2, daily=0.01)
    known = announced("SIM", "files")
    made(witness, bars, market, known)
    rows = np.array([1499, *range(1478, 1246, -21)])
    assert len(rows) == 13
    expected = inputs_at(bars, rows, market, known["SIM"])
    for name in ("sequence", "static", "seasons", "scale"):
        got, wanted = getattr(witness.asked, name), getattr(expected, name)
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(witness.asked.group, expected.group)


@pytest.mark.parametrize(("bars", "asked"), [(140, 1), (141, 2), (161, 2), (162, 3)])
def test_a_month_counts_from_the_120th_bar_on(witness, bars, asked):
    """With 141 bars the as-of 21 sessions back has 120 of them, the least that is asked about."""
    made(witness, garch_walk(bars, 1))
    assert len(witness.asked) == asked


def test_a_forecast_names_its_ticker_prices_and_source(witness):
    """Each fact of the history is handed on as it is."""
    bars = replace(garch_walk(300, 1, ticker="ABC"), currency="CHF", source="files", note="mended")
    got = made(witness, bars)
    assert (got.ticker, got.currency, got.source, got.note) == ("ABC", "CHF", "files", "mended")
    assert (got.data_digest, got.as_of) == (bars.digest(), bars.as_of)


@pytest.mark.parametrize(
    ("ticker", "known", "said"),
    [
        ("ABC", None, "dates-unasked"),
        (
            "ABC",
            {"ABC": NoAnnouncements().announcements("ABC", datetime(2016, 1, 4, tzinfo=UTC))},
            "dates-unasked",
        ),
        ("ABC", announced("ABC", ""), "no-dates"),
        ("ABC", announced("ABC", "yahoo"), ""),
        ("ABC", announced("ABD", "yahoo"), "no-dates"),
        ("EURUSD=X", None, ""),
        ("SPY", announced("SPY", ""), ""),
        ("VFINX", announced("VFINX", ""), ""),
        ("^GSPC", None, ""),
    ],
)
def test_a_company_without_dates_says_so(witness, ticker, known, said):
    """Funds, indexes and currencies announce nothing; who asks nobody is not nagged about it."""
    got = made(witness, garch_walk(1500, 1, ticker=ticker), known=known)
    about = [name for name in got.cautions if "dates" in name]
    assert about == ([said] if said else [])


def test_the_market_is_missed_only_where_it_is_missing(witness):
    """Its bars are looked at, or the answer says that they were not there."""
    bars, market = garch_walk(1500, 1), random_walk(1500, 2, daily=0.01)
    assert "no-market" in made(witness, bars).cautions
    assert "no-market" not in made(witness, bars, market).cautions


def test_days_beyond_the_published_calendar_are_called_guessed(witness):
    """Exchanges publish their holidays some years ahead."""
    bars = garch_walk(300, 1)
    assert "calendar-guessed" not in made(witness, bars).cautions
    later = replace(bars, sessions=bars.sessions + np.timedelta64(40 * 365, "D"))
    assert "calendar-guessed" in made(witness, later).cautions


def test_a_ticker_without_a_calendar_spoils_no_other(witness):
    """Its place in the answer holds the reason."""
    good = garch_walk(300, 1)
    late = replace(good, sessions=good.sessions + np.timedelta64(50 * 365, "D"))
    broken, answered = make_forecasts(witness, [late, good], None)
    assert isinstance(broken, CalendarError)
    assert isinstance(answered, Forecast)


def still(count, moves_until):
    """`count` bars of which the last stand still: the returns from `moves_until` on are zero."""
    bars = garch_walk(count, 1)
    kept = np.minimum(np.arange(count), moves_until)
    close = bars.close[kept]
    ranges = {"open": close, "high": close, "low": close, "close": close, "adj_close": close}
    return replace(bars, **ranges)


@pytest.mark.parametrize(("unmoved", "usable"), [(39, True), (40, False), (66, False)])
def test_a_quarter_that_stands_still_three_days_in_five_is_not_traded(unmoved, usable):
    """0.6 of 66 returns are 39.6."""
    bars = still(300, 299 - unmoved)
    assert usable_rows(bars, np.array([299])).tolist() == [usable]


@pytest.mark.parametrize(
    ("back", "days", "usable"),
    [(1, 31, False), (1, 30, True), (66, 31, False), (67, 31, True)],
)
def test_a_halt_of_more_than_thirty_days_counts_for_a_quarter(back, days, usable):
    """After 66 sessions of trading it is forgotten."""
    bars = garch_walk(300, 1)
    sessions = bars.sessions.copy()
    first = len(bars) - back
    sessions[first:] += days - (sessions[first] - sessions[first - 1]).astype(int)
    halted = replace(bars, sessions=sessions)
    assert usable_rows(halted, np.array([299])).tolist() == [usable]


def test_the_120th_bar_is_the_first_to_forecast_from():
    """Counted from nought it is bar 119."""
    assert usable_rows(garch_walk(200, 1), np.array([118, 119])).tolist() == [False, True]


def test_a_refusal_names_ticker_source_and_reason():
    """Whoever reads the log knows whose data was refused and why."""
    with pytest.raises(TooLittleHistoryError) as short:
        check_usable(garch_walk(119, 1, ticker="ABC"))
    assert (short.value.ticker, short.value.source) == ("ABC", "simulated")
    with pytest.raises(UnusableHistoryError) as flat:
        check_usable(replace(still(300, 100), ticker="ABC"))
    assert (flat.value.ticker, flat.value.source) == ("ABC", "simulated")
    assert flat.value.detail == "flat or halted within the last quarter"
