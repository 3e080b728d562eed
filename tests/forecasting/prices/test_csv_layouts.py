"""Files as people have them are read right, by what the file shows, or refused with the reason."""

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import UnreadableFileError
from forecasting.prices.files import FilesSource
from forecasting.values import Bars
from tests.forecasting.prices.market import FRIDAY, NOW, make_bars

TRUE = make_bars("ACME", n=120, start_price=1500.0)
MONTHS = dict(
    enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
)


def rows(form: str, *, descending: bool = False, german: bool = False, thousands: bool = False):
    """Lines of the true prices: `{d}` a date, `{o} {h} {l} {c} {v}` numbers."""

    def number(value: float) -> str:
        text = f"{value:,.2f}" if thousands else f"{value:.2f}"
        return text.translate(str.maketrans(",.", ".,")) if german else text

    lines = []
    for i in range(len(TRUE)):
        day = TRUE.session(i)
        lines.append(
            form.format(
                iso=day, us=f"{day:%m/%d/%Y}", eu=f"{day:%d.%m.%Y}", gb=f"{day:%d/%m/%Y}",
                compact=f"{day:%Y%m%d}", word=f"{MONTHS[day.month]} {day.day:02}, {day.year}",
                o=number(TRUE.open[i]), h=number(TRUE.high[i]), l=number(TRUE.low[i]),
                c=number(TRUE.close[i]), v=int(TRUE.volume[i]),
            )
        )  # fmt: skip
    return lines[::-1] if descending else lines


def text(header: str, lines: list[str], footer: str = "") -> str:
    return "\n".join([header, *lines, *([footer] if footer else [])]) + "\n"


YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume"
PLAIN = "{iso},{o},{h},{l},{c},{c},{v}"
LAYOUTS: dict[str, str] = {
    "yahoo": text(YAHOO, rows(PLAIN)),
    "descending": text(YAHOO, rows(PLAIN, descending=True)),
    "trailing comma": text(YAHOO, rows(PLAIN + ",")),
    "footer": text(YAHOO, rows(PLAIN), "Source: somewhere"),
    "title above": "My prices\n\n" + text(YAHOO, rows(PLAIN)),
    "quotes": text('"' + YAHOO.replace(",", '","') + '"', rows('"{iso}","{o}","{h}","{l}","{c}","{c}","{v}"')),
    "thousands": text(YAHOO, rows('{iso},"{o}","{h}","{l}","{c}","{c}","{v:,}"', thousands=True)),
    "yfinance": text(
        "Price,Close,High,Low,Open,Volume\nTicker,ACME,ACME,ACME,ACME,ACME\nDate,,,,,",
        rows("{iso},{c},{h},{l},{o},{v}"),
    ),
    "nasdaq.com": text("Date,Close/Last,Volume,Open,High,Low", rows("{us},${c},{v},${o},${h},${l}", descending=True)),
    "investing.com": text(
        '"Date","Price","Open","High","Low","Vol.","Change %"',
        rows('"{us}","{c}","{o}","{h}","{l}","1.25M","-0.31%"', descending=True, thousands=True),
    ),
    "stooq": text("Date,Open,High,Low,Close,Volume", rows("{iso},{o},{h},{l},{c},{v}")),
    "stooq bulk": text(
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        rows("ACME.US,D,{compact},000000,{o},{h},{l},{c},{v},0"),
    ),
    "alpha vantage": text("timestamp,open,high,low,close,volume", rows("{iso},{o},{h},{l},{c},{v}", descending=True)),
    "excel": text(YAHOO.replace(",", ";"), rows("{eu};{o};{h};{l};{c};{c};{v}", german=True)),
    "excel with points": text(
        "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen", rows("{eu};{o};{h};{l};{c};{v}", german=True, thousands=True)
    ),
    "day first": text(YAHOO, rows("{gb},{o},{h},{l},{c},{c},{v}")),
    "months in words": text(YAHOO, rows('"{word}",{o},{h},{l},{c},{c},{v}')),
    "tabs": text(YAHOO.replace(",", "\t"), rows(PLAIN.replace(",", "\t"))),
    "midnight UTC": text(YAHOO, rows("{iso} 00:00:00+00:00,{o},{h},{l},{c},{c},{v}")),
    "New York's midnight": text(YAHOO, rows("{iso} 00:00:00-05:00,{o},{h},{l},{c},{c},{v}")),
}  # fmt: skip


def read(folder: Path, content: bytes, name: str = "ACME.csv", ticker: str = "ACME") -> Bars:
    (folder / name).write_bytes(content)
    return FilesSource([folder]).history(ticker, NOW)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_read_right(tmp_path: Path, layout: str):
    """Each gives the same 120 sessions."""
    bars = read(tmp_path, LAYOUTS[layout].encode())
    assert (len(bars), bars.as_of) == (120, FRIDAY)
    assert np.array_equal(bars.sessions, TRUE.sessions)
    for name in ("open", "high", "low", "close"):
        assert np.allclose(getattr(bars, name), getattr(TRUE, name), atol=0.006)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encoding_is_seen_in_the_file(tmp_path: Path, encoding: str):
    """Excel writes several, none of them says which but by its bytes."""
    content = LAYOUTS["excel with points"].encode(encoding)
    assert read(tmp_path, content).close[-1] == pytest.approx(TRUE.close[-1], abs=0.006)


@pytest.mark.parametrize("name", ["ACME.csv.gz", "ACME.csv", "acme_us_d.csv", "acme.us.txt"])
def test_name_and_packing_do_not_matter(tmp_path: Path, name: str):
    """A gzip file is known by its content."""
    packed = gzip.compress(LAYOUTS["yahoo"].encode())
    assert len(read(tmp_path, packed, name)) == 120


def test_share_class_with_a_point_is_answered(tmp_path: Path):
    """`/predict BRK.B` asks for BRK-B, as Yahoo writes it."""
    assert len(read(tmp_path, LAYOUTS["yahoo"].encode(), "BRK.B.csv", "BRK-B")) == 120


def test_volumes_of_thousands_and_millions_are_counted(tmp_path: Path):
    """`1.25M` is a number of shares."""
    assert read(tmp_path, LAYOUTS["investing.com"].encode()).volume[-1] == 1_250_000


def test_first_column_without_a_name_is_the_date(tmp_path: Path):
    """pandas writes an index that nobody named so."""
    unnamed = LAYOUTS["yahoo"].replace("Date,", ",", 1)
    assert np.array_equal(read(tmp_path, unnamed.encode()).sessions, TRUE.sessions)


def test_bulk_file_holds_many_tickers(tmp_path: Path):
    """Its rows say whose they are."""
    both = LAYOUTS["stooq bulk"] + "\n".join(
        line.replace("ACME.US", "BETA.US") for line in LAYOUTS["stooq bulk"].splitlines()[1:]
    )
    assert len(read(tmp_path, both.encode(), "all.txt", "BETA")) == 120
    assert FilesSource([tmp_path]).tickers() == ("ACME", "BETA")


def refused(folder: Path, content: str) -> tuple[str, str]:
    with pytest.raises(UnreadableFileError) as caught:
        read(folder, content.encode())
    return caught.value.reason, caught.value.shown


def test_ambiguous_dates_are_refused_with_an_example(tmp_path: Path):
    """Days up to the twelfth only: no row says which number is the month."""
    lines = [f"0{d}/04/2021,1,1,1,1,1,1" for d in range(1, 10)]
    assert refused(tmp_path, text(YAHOO, lines)) == ("ambiguous-dates", "01/04/2021")


@pytest.mark.parametrize(("step", "reason"), [(7, "weekly"), (30, "monthly")])
def test_weeks_and_months_are_no_sessions(tmp_path: Path, step: int, reason: str):
    """Daily ranges cannot be made of them."""
    days = [date.fromordinal(date(2020, 1, 6).toordinal() + step * i) for i in range(40)]
    lines = [f"{day},10,11,9,10,10,100" for day in days]
    assert refused(tmp_path, text(YAHOO, lines))[0] == reason


def test_two_tickers_under_one_name_are_refused(tmp_path: Path):
    """Two files in one, each day twice and far apart."""
    other = [f"{TRUE.session(i)},10,11,9,10,10,100" for i in range(len(TRUE))]
    assert refused(tmp_path, text(YAHOO, [*rows(PLAIN), *other]))[0] == "two-tickers"
    two = "Price,Close,Close\nTicker,ACME,BETA\nDate,,\n2024-06-13,1,2\n"
    assert refused(tmp_path, two) == ("two-tickers", "ACME, BETA")


def test_file_is_never_half_read(tmp_path: Path):
    """More than one row in a hundred that cannot be read refuses the file."""
    lines = rows(PLAIN)
    lines[50] = lines[50].replace(lines[50][11:], "oops,x,x,x,x,x")
    assert len(read(tmp_path, text(YAHOO, lines).encode())) == 119
    lines[60] = "not a day,1,1,1,1,1,1"
    lines[61] = "nor this,1,1,1,1,1,1"
    assert refused(tmp_path, text(YAHOO, lines)) == ("rows", "2/120")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", None])
@pytest.mark.parametrize("in_index", [True, False])
def test_parquet_of_pandas_is_filed_under_the_exchanges_own_day(
    tmp_path: Path, zone: str | None, in_index: bool
):
    """Midnight in Frankfurt is the evening before in UTC."""
    frankfurt = make_bars("SAP.DE", n=120)
    index = pd.DatetimeIndex(frankfurt.sessions.astype("datetime64[ns]"), name="Date")
    if zone is not None:
        index = index.tz_localize("Europe/Berlin").tz_convert(zone)
    columns = {"Open": frankfurt.open, "High": frankfurt.high, "Low": frankfurt.low}
    frame = pd.DataFrame({**columns, "Close": frankfurt.close, "Volume": frankfurt.volume}, index)
    frame = frame if in_index else frame.reset_index()
    frame.to_parquet(tmp_path / "SAP.DE.parquet")
    bars = FilesSource([tmp_path]).history("SAP.DE", NOW)
    assert np.array_equal(bars.sessions, frankfurt.sessions)
    assert np.allclose(bars.close, frankfurt.close)


def test_instants_in_utc_count_for_tokyos_day(tmp_path: Path):
    """15:00 UTC is midnight in Tokyo."""
    tokyo = make_bars("7203.T", n=120)
    lines = []
    for i in range(len(tokyo)):
        before = date.fromordinal(tokyo.session(i).toordinal() - 1)
        price = f"{tokyo.close[i]:.2f}"
        lines.append(f"{before} 15:00:00+00:00,{price},{price},{price},{price},{price},1")
    bars = read(tmp_path, text(YAHOO, lines).encode(), "7203.T.csv", "7203.T")
    assert np.array_equal(bars.sessions, tokyo.sessions)
