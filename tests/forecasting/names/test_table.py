"""The shipped names: short, complete where it counts, and cheap to have."""

import subprocess
import sys

import pytest

from forecasting.names import build
from forecasting.names.table import MADE, OWN, by_ticker, name_of, read
from forecasting.values import parse_ticker


@pytest.mark.parametrize(
    ("ticker", "name"),
    [
        ("TSLA", "Tesla"),
        ("KO", "Coca-Cola"),
        ("^GSPC", "S&P 500"),
        ("BTC-USD", "Bitcoin"),
        ("GC=F", "Gold"),
        ("EURUSD=X", "Euro / US dollar"),
        ("MMM", "3M"),
        ("BRK-B", "Berkshire Hathaway B"),
        ("SAP.DE", "SAP"),
        ("SBER.ME", "Sberbank"),
        ("WMT", "Walmart"),
        ("NONE-OF-OURS", None),
    ],
)
def test_a_chart_can_say_who_it_is_about(ticker, name):
    """A name is the one people use, without its legal form; unknown tickers have none."""
    assert name_of(ticker) == name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("The Boeing Company", "Boeing"),
        ("Apple Inc.", "Apple"),
        ("Ichor Holdings, Ltd.", "Ichor"),
        ("Mitsui & Co.", "Mitsui"),
        ("Nestlé SA", "Nestlé"),
        ("AT&T", "AT&T"),
        ("3i", "3i"),
        ("The Gap, Inc.", "Gap"),
        ("News Corp (Class A)", "News"),
        ("T. Rowe Price", "T. Rowe Price"),
    ],
)
def test_legal_forms_are_left_out(name, short):
    """Nobody says "Incorporated"."""
    assert build.short_name(name) == short


def test_a_symbol_without_exchange_is_believed_of_american_companies_only():
    """`JST` of a German company is not the company of that ticker in New York."""
    stocks: list[dict[str, str | None]] = [
        {"name": "Jost Werke", "symbol": "JST"},
        {"name": "Tesla, Inc.", "symbol": "TSLA"},
        {"name": "SAP", "symbol": "SAP.DE"},
        {"name": "Without", "symbol": None},
    ]
    made = build.companies(stocks, frozenset({"Tesla, Inc."}))
    assert list(made) == [("SAP.DE", "SAP"), ("TSLA", "Tesla")]


def test_every_line_is_a_ticker_once_and_a_short_name():
    """A slip of the pen in a hand-written line is seen here, not by a person who asks."""
    for path in (MADE, OWN):
        lines = list(read(path))
        tickers = [named.ticker for named in lines]
        assert len(tickers) == len(set(tickers))
        for named in lines:
            assert parse_ticker(named.ticker) == named.ticker
            assert 0 < len(named.name) <= 55, named
            assert all(alias == alias.lower() for alias in named.aliases), named
    assert len(by_ticker()) > 1800


def test_names_cost_no_library():
    """A chart's title must not load a table reader."""
    script = (
        "import sys, forecasting.names.table as t; t.name_of('KO'); "
        "sys.exit(bool({'pandas', 'numpy', 'rapidfuzz', 'pytickersymbols'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
