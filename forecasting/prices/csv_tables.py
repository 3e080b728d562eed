"""CSV files as people have them, read into raw columns by what the file itself shows.

Read by the standard library: some milliseconds a file, without the megabytes of pandas or pyarrow
(`docs/decisions/csv-reader.md`). A file is read whole or refused, never half.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forecasting.prices.cells import decimal_mark, read_dates, read_numbers
from forecasting.prices.cleaning import RawBars
from forecasting.prices.file_faults import TableError, check_daily, check_one_ticker
from forecasting.prices.file_names import ticker_in
from forecasting.prices.layouts import COLUMNS, Layout, layout_of, plain_name
from forecasting.sessions import exchange_of, zone_of

_HEADER_WITHIN = 12
_MOST_UNREADABLE = 0.01
_MOST_FOOTER = 5
_PEEK = 4096
_GZIP = b"\x1f\x8b"
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}

Row = list[str]


@dataclass(frozen=True, slots=True)
class _Table:
    layout: Layout
    rows: list[Row]
    delimiter: str
    ticker: str | None
    """What the header itself names, as yfinance's second row does."""


def read_csv(path: Path, ticker: str) -> Iterator[tuple[str, RawBars]]:
    """Yield each ticker of a file with its rows.

    Args:
        path: The file; plain or gzip, in any usual encoding.
        ticker: What the file's name says it holds, where the file itself names none.

    Raises:
        TableError: It is no table of daily prices, or too much of it cannot be read.
        OSError: It cannot be read.
    """
    table = _table(_text(path))
    where = table.layout.positions.get("ticker")
    if where is None:
        yield ticker, _columns(table, table.rows, ticker)
        return
    by_ticker: dict[str, list[Row]] = {}
    for row in table.rows:
        if row[where].strip():
            by_ticker.setdefault(ticker_in(row[where]), []).append(row)
    for name, rows in by_ticker.items():
        yield name, _columns(table, rows, name)


def names_tickers(path: Path) -> bool:
    """Return whether a file's header has a column of tickers; only its first lines are looked at.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_PEEK)
    if start.startswith(_GZIP):
        start = zlib.decompressobj(wbits=31).decompress(start)
    for line in _decoded(start, "replace").splitlines()[:_HEADER_WITHIN]:
        layout = layout_of(_cells([line], _delimiter(line)))
        if layout.is_prices:
            return "ticker" in layout.positions
    return False


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(_GZIP):
        try:
            content = gzip.decompress(content)
        except (EOFError, zlib.error, OSError) as err:
            raise TableError("damaged", "gzip") from err
    try:
        return _decoded(content)
    except UnicodeDecodeError as err:
        raise TableError("damaged", err.encoding) from err


def _decoded(content: bytes, errors: str = "strict") -> str:
    """Return text by its byte order mark; without one UTF-8, or what Windows writes."""
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if encoding is None and content[1:2] == b"\x00":
        encoding = "utf-16-le"
    if encoding is not None:
        return content.decode(encoding, errors)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(line: str) -> str:
    return max(";\t|,", key=line.count)


def _table(text: str) -> _Table:
    lines = text.splitlines()
    for at, line in enumerate(lines[:_HEADER_WITHIN]):
        delimiter = _delimiter(line)
        header, second = (
            _cells(part, delimiter) for part in (lines[at : at + 1], lines[at + 1 : at + 2])
        )
        if _is_yfinance(header, second):
            return _yfinance(header, _cells_of(lines[at + 1 :], delimiter), delimiter)
        layout = layout_of(header)
        if layout.is_prices:
            rows = _cells_of(lines[at + 1 :], delimiter)
            return _Table(layout, _whole(rows, len(header)), delimiter, None)
    shown = lines[0][:60] if lines else ""
    raise TableError("no-columns", shown)


def _cells(lines: Sequence[str], delimiter: str) -> Row:
    return next(iter(_cells_of(lines, delimiter)), [])


def _cells_of(lines: Sequence[str], delimiter: str) -> list[Row]:
    return list(csv.reader(lines, delimiter=delimiter))


def _is_yfinance(header: Row, second: Row) -> bool:
    """Return whether a second row names the ticker of each column."""
    return len(header) > 1 and len(second) > 1 and plain_name(second[0]) == "ticker"


def _yfinance(header: Row, below: list[Row], delimiter: str) -> _Table:
    tickers = {cell.strip() for cell in below[0][1:] if cell.strip()}
    if len(tickers) != 1:
        raise TableError("two-tickers", ", ".join(sorted(tickers)[:3]))
    layout = layout_of(["Date", *header[1:]])
    if not layout.is_prices:
        raise TableError("no-columns", delimiter.join(header)[:60])
    rows = below[2:] if len(below) > 1 and plain_name(below[1][0]) == "date" else below[1:]
    return _Table(layout, _whole(rows, len(header)), delimiter, tickers.pop())


def _whole(rows: Sequence[Row], width: int) -> list[Row]:
    """Return the rows at one width: trailing delimiters give more cells, footers fewer."""
    fitted = []
    for row in rows:
        if len(row) == width and row[0] and row[-1]:
            fitted.append(row)
            continue
        if not any(cell.strip() for cell in row):
            continue
        extra = any(cell.strip() for cell in row[width:])
        cells = [cell.strip() for cell in row[:width]]
        fitted.append([""] * width if extra else cells + [""] * (width - len(cells)))
    return fitted


def _columns(table: _Table, rows: list[Row], ticker: str) -> RawBars:
    rows = _daily_only(table, rows)
    at = table.layout.positions
    dates = read_dates([row[at["date"]].strip() for row in rows], zone_of(exchange_of(ticker)))
    while rows and dates[-1] is None and len(table.rows) - len(rows) < _MOST_FOOTER:
        rows, dates = rows[:-1], dates[:-1]
    if not rows:
        raise TableError("rows", "0")
    cells = list(zip(*rows, strict=True))
    texts = {name: cells[at[name]] for name in COLUMNS if name in at}
    prices = [column for name, column in texts.items() if name != "volume"]
    mark = decimal_mark(prices, table.delimiter)
    numbers = {name: read_numbers(column, mark) for name, column in texts.items()}
    _check_readable(rows, dates.count(None), numbers["close"][1])
    good = np.array([day is not None for day in dates])
    days = np.array([day for day in dates if day is not None], dtype="datetime64[D]")
    missing = np.full(len(rows), np.nan)
    columns = [numbers[name][0] if name in numbers else missing for name in COLUMNS]
    raw = RawBars(days, *(column[good] for column in columns))
    check_one_ticker(raw)
    check_daily(raw)
    return raw


def _daily_only(table: _Table, rows: list[Row]) -> list[Row]:
    """Return the rows of days, where a table says of each what it spans."""
    where = table.layout.positions.get("period")
    return rows if where is None else [row for row in rows if row[where].upper() in {"D", ""}]


def _check_readable(rows: Sequence[Row], undated: int, unpriced: int) -> None:
    unreadable = max(undated, unpriced)
    if unreadable > _MOST_UNREADABLE * len(rows):
        raise TableError("rows", f"{unreadable}/{len(rows)}")
