"""Sessions of exchanges: half days, clock changes, year ends, calendars that end, days without rest."""

import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from forecasting.errors import CalendarError
from forecasting.sessions import (
    SETTLE,
    exchange_of,
    is_open,
    is_session,
    last_closed,
    next_close,
    next_session,
    next_sessions,
    previous_session,
    session_close,
    session_open,
    sessions_between,
    sessions_old,
    zone_of,
)
from forecasting.ticker_notation import listing_of
from tests.forecasting.prices.market import FRIDAY, NOW, make_bars


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("ticker", "exchange"),
    [
        ("TSLA", "XNYS"), ("BRK-B", "XNYS"), ("SPY", "XNYS"), ("^GSPC", "XNYS"), ("^IXIC", "XNYS"),
        ("^DJI", "XNYS"), ("^VIX", "XNYS"), ("VOD.L", "XLON"), ("^FTSE", "XLON"), ("7203.T", "XTKS"),
        ("^N225", "XTKS"), ("SAP.DE", "XETR"), ("SAP.F", "XFRA"), ("^GDAXI", "XETR"),
        ("0700.HK", "XHKG"), ("^HSI", "XHKG"), ("RELIANCE.NS", "XBOM"), ("RELIANCE.BO", "XBOM"),
        ("^NSEI", "XBOM"), ("^BSESN", "XBOM"), ("SHOP.TO", "XTSE"), ("ABC.V", "XTSE"),
        ("BHP.AX", "XASX"), ("^AXJO", "XASX"), ("MC.PA", "XPAR"), ("ASML.AS", "XAMS"),
        ("NESN.SW", "XSWX"), ("ENI.MI", "XMIL"), ("005930.KS", "XKRX"), ("2330.TW", "XTAI"),
        ("600519.SS", "XSHG"), ("D05.SI", "XSES"), ("PETR4.SA", "BVMF"), ("TEVA.TA", "XTAE"),
        ("2222.SR", "XSAU"), ("BTC-USD", "24/7"), ("ETH-EUR", "24/7"), ("ETH-BTC", "24/7"),
        ("EURUSD=X", "24/5"), ("JPY=X", "24/5"), ("GC=F", "US_FUTURES"), ("^CNXIT", "XBOM"), ("VNM.VN", "weekdays"),
        ("^SET.BK", "XBKK"), ("^ISEQ", "XDUB"), ("^N100", "XPAR"), ("^TASI.SR", "XSAU"), ("^NOSUCH", "weekdays"),
        ("TRUMP35336-USD", "24/7"), ("FARTCOIN33597-USD", "24/7"), ("COMI.CA", "XCAI"), ("ZAIN.KW", "XKUW"),
    ],
)  # fmt: skip
def test_yahoos_notation_names_the_exchange(ticker: str, exchange: str):
    """`7203.T` trades in Tokyo, and Tokyo's calendar dates its forecast."""
    assert exchange_of(ticker) == exchange
    assert next_sessions(exchange, FRIDAY, 20).days[0] > FRIDAY


@pytest.mark.parametrize(
    ("ticker", "currency"),
    [
        ("TSLA", "USD"), ("7203.T", "JPY"), ("VOD.L", ""), ("SAP.DE", "EUR"), ("BTC-EUR", "EUR"),
        ("ETH-BTC", ""), ("EURUSD=X", "USD"), ("JPY=X", "JPY"), ("GC=F", "USD"), ("^N225", ""), ("^GSPC", ""), ("^SET.BK", ""),
        ("VNM.VN", ""),
    ],
)  # fmt: skip
def test_yahoos_notation_names_the_currency_where_it_is_sure(ticker: str, currency: str):
    """No dollar sign stands before a price in yen."""
    assert listing_of(ticker)[1] == currency


@pytest.mark.parametrize(
    ("exchange", "as_of", "following"),
    [
        ("XNYS", "2024-03-28", "2024-04-01"),  # Good Friday
        ("XNYS", "2026-12-31", "2027-01-04"),  # year end
        ("XNYS", "2024-02-28", "2024-02-29"),  # leap day
        ("XNYS", "2024-02-29", "2024-03-01"),
        ("XNYS", "2025-01-08", "2025-01-10"),  # a day of mourning
        ("XTKS", "2026-05-01", "2026-05-07"),  # Golden Week
        ("XTKS", "2019-04-26", "2019-05-07"),  # the ten days of 2019
        ("XLON", "2026-12-24", "2026-12-29"),  # Boxing Day moved
        ("XHKG", "2026-02-16", "2026-02-20"),  # Lunar New Year
        ("XBOM", "2026-11-09", "2026-11-11"),  # Diwali
        ("XBOM", "2025-01-31", "2025-02-01"),  # the budget, on a Saturday
        ("XETR", "2026-12-23", "2026-12-28"),
        ("XTSE", "2026-06-30", "2026-07-02"),  # Canada Day
        ("XASX", "2026-01-23", "2026-01-27"),  # Australia Day
        ("24/7", "2024-02-28", "2024-02-29"),
        ("24/7", "2026-12-25", "2026-12-26"),
        ("24/5", "2026-12-24", "2026-12-25"),
        ("ASEX", "2026-04-09", "2026-04-14"),  # Orthodox Easter
    ],
)
def test_next_session_skips_what_is_closed(exchange: str, as_of: str, following: str):
    """Weekends, holidays and year ends of each exchange."""
    day, after = date.fromisoformat(as_of), date.fromisoformat(following)
    assert next_session(exchange, day) == after
    assert previous_session(exchange, after) == day
    assert is_session(exchange, after)
    assert sessions_between(exchange, day, after) == 1
    assert not any(
        is_session(exchange, day + timedelta(days=i)) for i in range(1, (after - day).days)
    )


@pytest.mark.parametrize(
    ("exchange", "day", "opens", "closes"),
    [
        ("XNYS", "2026-03-06", "2026-03-06T14:30", "2026-03-06T21:00"),  # before the clock change
        ("XNYS", "2026-03-09", "2026-03-09T13:30", "2026-03-09T20:00"),  # after
        ("XNYS", "2026-11-27", "2026-11-27T14:30", "2026-11-27T18:00"),  # half day
        ("XLON", "2026-12-24", "2026-12-24T08:00", "2026-12-24T12:30"),  # half day
        ("XLON", "2026-03-30", "2026-03-30T07:00", "2026-03-30T15:30"),
        ("XTKS", "2026-06-12", "2026-06-12T00:00", "2026-06-12T06:30"),  # longer since Nov 2024
        ("XHKG", "2025-12-24", "2025-12-24T01:30", "2025-12-24T04:00"),  # half day
        ("XASX", "2026-01-05", "2026-01-04T23:00", "2026-01-05T05:00"),  # opens the UTC day before
        ("XBOM", "2026-06-12", "2026-06-12T03:45", "2026-06-12T10:00"),
        ("24/7", "2024-02-29", "2024-02-29T00:00", "2024-03-01T00:00"),
        ("US_FUTURES", "2026-06-12", "2026-06-11T22:00", "2026-06-12T22:00"),
    ],
)
def test_sessions_open_and_close_at_the_exchanges_own_hours(
    exchange: str, day: str, opens: str, closes: str
):
    """Half days and clock changes included, told in UTC."""
    session = date.fromisoformat(day)
    assert session_open(exchange, session) == utc(opens)
    assert session_close(exchange, session) == utc(closes)
    assert is_open(exchange, utc(opens))
    assert is_open(exchange, utc(closes) - timedelta(minutes=1))
    if exchange not in {"24/7", "US_FUTURES"}:  # these have no pause
        assert not is_open(exchange, utc(opens) - timedelta(minutes=1))
        assert not is_open(exchange, utc(closes))


def test_session_has_closed_when_its_price_has_settled():
    """A bell alone is not a price: some minutes later it is."""
    bell = utc("2026-11-27T18:00")
    assert last_closed("XNYS", bell + SETTLE - timedelta(seconds=1)) == date(2026, 11, 25)
    assert last_closed("XNYS", bell + SETTLE) == date(2026, 11, 27)
    assert last_closed("XNYS", bell, settle=timedelta(0)) == date(2026, 11, 27)
    assert next_close("XNYS", utc("2026-11-26T12:00")) == bell + SETTLE


def test_crypto_closes_at_midnight_of_each_day():
    """What trades without rest has sessions of a UTC day."""
    assert last_closed("24/7", utc("2026-12-26T00:19")) == date(2026, 12, 24)
    assert last_closed("24/7", utc("2026-12-26T00:20")) == date(2026, 12, 25)
    assert is_open("24/7", utc("2026-12-26T00:00"))


@pytest.mark.parametrize(
    "exchange", ["XNYS", "XLON", "XTKS", "XETR", "XHKG", "XBOM", "XTSE", "XASX", "24/7", "24/5"]
)
def test_last_closed_changes_just_at_next_close(exchange: str):
    """Between two closes the same bar is the newest."""
    now = utc("2026-10-20T00:00")
    for _ in range(30):
        moment = next_close(exchange, now)
        before = last_closed(exchange, moment - timedelta(seconds=1))
        assert moment > now
        assert last_closed(exchange, now) == before
        assert last_closed(exchange, moment) == next_session(exchange, before)
        now = moment


@pytest.mark.parametrize("exchange", ["XBOM", "XSHG", "XSES"])
def test_sessions_beyond_the_recorded_calendar_are_guessed_and_said_so(exchange: str):
    """A forecast into an unpublished year carries a caution."""
    found = next_sessions(exchange, date(2026, 12, 18), 20)
    assert found.guessed
    assert len(found.days) == 20
    assert all(a < b for a, b in pairwise(found.days))
    assert all(day.weekday() < 5 for day in found.days)
    assert not next_sessions(exchange, date(2026, 11, 2), 5).guessed


def test_guesses_follow_the_exchanges_own_week():
    """Riyadh's week is Sunday to Thursday, guessed or not."""
    days = next_sessions("XSAU", date(2030, 1, 10), 10).days
    assert {day.weekday() for day in days} == {6, 0, 1, 2, 3}


def test_long_before_the_calendar_weekdays_stand_in():
    """Old histories can be dated although nobody recorded their holidays."""
    found = next_sessions("XNYS", date(1929, 10, 25), 2)
    assert found.days == (date(1929, 10, 28), date(1929, 10, 29))
    assert found.guessed


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2030])
def test_new_york_has_some_250_sessions_a_year(year: int):
    """A year of the table is a year of trading."""
    assert 249 <= sessions_between("XNYS", date(year - 1, 12, 31), date(year, 12, 31)) <= 252


def test_sessions_between_counts_backwards_too():
    """The same number with the other sign."""
    assert sessions_between("XNYS", FRIDAY, FRIDAY) == 0
    assert sessions_between("XNYS", date(2024, 6, 18), FRIDAY) == -2


def test_sessions_old_counts_what_closed_since_the_last_bar():
    """How old an answer says it is: holidays do not count, and a future bar is not old."""
    bars = make_bars("ACME", FRIDAY, n=5)
    assert sessions_old(bars, NOW) == 0
    assert sessions_old(bars, NOW + timedelta(days=3)) == 1
    assert sessions_old(bars, utc("2024-06-20T22:00")) == 3  # Juneteenth between
    assert sessions_old(bars, utc("2024-06-10T22:00")) == 0
    assert sessions_old(make_bars("BTC-USD", FRIDAY, n=5), utc("2024-06-20T22:00")) == 5


def test_zone_is_the_exchanges():
    """A close is told in the exchange's own time."""
    assert str(zone_of("XNYS")) == "America/New_York"
    assert str(zone_of("24/7")) == "UTC"


def test_what_is_no_session_or_no_calendar_is_an_error():
    """Thanksgiving has no close, and an unknown exchange none at all."""
    with pytest.raises(CalendarError):
        session_close("XNYS", date(2026, 11, 26))
    with pytest.raises(CalendarError):
        next_sessions("NOWHERE", FRIDAY, 1)
    with pytest.raises(CalendarError):
        next_sessions("XNYS", date(1900, 1, 1), 1)
    with pytest.raises(CalendarError):
        next_sessions("XNYS", date(2059, 12, 20), 20)


def test_answers_travel_between_processes():
    """What a worker process says of sessions is equal after pickling."""
    found = next_sessions("XNYS", FRIDAY, 3)
    assert pickle.loads(pickle.dumps(found)) == found


def test_no_pandas_is_loaded_for_a_calendar():
    """The bot's process stays small: the table is read by NumPy alone."""
    code = (
        "import sys; from datetime import date; from forecasting.sessions import next_sessions;"
        "next_sessions('XNYS', date(2024, 6, 14), 20);"
        "sys.exit('pandas' in sys.modules or 'exchange_calendars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
