"""The recorded calendars: what the package knows, what is guessed, how an operator renews them."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from forecasting import calendars
from forecasting.sessions import (
    exchange_of,
    is_session,
    next_sessions,
    session_close,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def check_against_package(name: str) -> None:
    try:
        expected = calendars.compute(name)
    except (NotImplementedError, ValueError) as err:
        pytest.skip(f"the installed pandas cannot compute {name}: {err}")
    table = calendars.read(name)
    # With pandas 3 the package loses special weekend sessions (India's of 2024-01-20 and others).
    lost = np.setdiff1d(table["days"], expected["days"])
    assert all(day.weekday() >= 5 for day in lost.tolist())
    kept = ~np.isin(table["days"], lost)
    for column in ("days", "opens", "closes"):
        assert np.array_equal(table[column][kept], expected[column]), column
    assert str(table["zone"]) == str(expected["zone"])


@pytest.mark.parametrize("name", ["XNYS", "XLON", "24/7", "US_FUTURES"])
def test_table_is_what_the_package_knows(name: str):
    """Fails when `exchange_calendars` has learnt something: run `python -m forecasting.calendars`."""
    check_against_package(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", calendars.names())
def test_whole_table_is_what_the_package_knows(name: str):
    """All exchanges, not only those that most people ask about."""
    check_against_package(name)


@pytest.mark.parametrize("ticker", ["VNM.VN", "^NOSUCH", "COMI.CA", "ZAIN.KW", "QNBK.QA"])
def test_days_of_exchanges_that_nobody_records_are_guessed(ticker: str):
    """Their holidays are not known, and a forecast says so."""
    assert next_sessions(exchange_of(ticker), date(2026, 11, 24), 20).guessed


def test_kuwait_trades_from_sunday_to_thursday():
    """November 27 and 28, 2026 are a Friday and a Saturday."""
    days = next_sessions("XKUW", date(2026, 11, 26), 2).days
    assert days == (date(2026, 11, 29), date(2026, 11, 30))
    assert session_close("XKUW", days[0]) == utc("2026-11-29T09:40")


@pytest.mark.parametrize("day", ["2026-06-03", "2026-07-17", "2027-05-03", "2027-07-19"])
def test_one_day_closures_of_korea_are_known(day: str):
    """An election and holidays that were added late."""
    assert not is_session("XKRX", date.fromisoformat(day))


def test_index_in_bangkok_trades_on_thanksgiving():
    """It follows Thailand's days, not New York's."""
    assert date(2026, 11, 26) in next_sessions(exchange_of("^SET.BK"), date(2026, 11, 24), 20).days


def test_operator_renews_the_table_without_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The command writes what the installed package knows; what it cannot build stays."""
    from forecasting import calendars
    from forecasting.__main__ import main

    monkeypatch.setenv("TICKERCAST_CALENDARS", "")
    path = tmp_path / "calendars.npz"
    monkeypatch.setattr(calendars, "compute", calendars.read)
    assert main(["calendars", "--out", str(path)]) == 0
    calendars.use_renewed(path)
    monkeypatch.setattr(calendars, "TABLE", tmp_path / "not there")
    assert len(calendars.names()) > 60
    assert "calendars in" in capsys.readouterr().err
