"""Real prices that need no network: they come with libraries that are installed anyway.

GOOG 2004-2008 lies in matplotlib's sample data; the S&P 500 and the Nasdaq Composite 1999-2018 in
the `arch` package, where that is installed. All say what they are in their note. Only the files are
read: importing the libraries would cost a second or more.
"""

import csv
import gzip
from collections.abc import Callable
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import numpy as np

from forecasting.errors import UnknownTickerError
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

NAME = "sample"
_FILES = {
    "GOOG": ("matplotlib", "mpl-data/sample_data/goog.npz"),
    "^GSPC": ("arch", "data/sp500/sp500.csv.gz"),
    "^IXIC": ("arch", "data/nasdaq/nasdaq.csv.gz"),
}
"""Library, and the file inside it, by ticker."""


class SampleSource:
    """Answers the tickers whose history some installed library happens to carry."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._bars: dict[str, Bars] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:  # noqa: ARG002
        """Return the closed sessions of GOOG, ^GSPC or ^IXIC; `known` is not needed.

        Raises:
            UnknownTickerError: The ticker is another; with those that there are.
            TooLittleHistoryError: The sample begins after `now`.
        """
        with self._lock:
            if ticker not in self._bars:
                self._bars[ticker] = _read(ticker)
        return closed_only(self._bars[ticker], now)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Return all tickers of the sample: there are few, and each may be tried."""
        return self.tickers()

    def tickers(self) -> tuple[str, ...]:
        """Return the tickers of the sample."""
        return tuple(ticker for ticker in _FILES if _path_of(ticker) is not None)


def _read(ticker: str) -> Bars:
    path = _path_of(ticker)
    if path is None:
        raise UnknownTickerError(ticker, NAME, SampleSource().tickers())
    readers: dict[str, Callable[[Path], RawBars]] = {".npz": _read_arrays, ".gz": _read_table}
    raw = readers[path.suffix](path)
    first: date = raw.sessions[0].item()
    last: date = raw.sessions[-1].item()
    exchange, currency = listing_of(ticker)
    note = f"sample: {ticker} {first.year}-{last.year}, installed with {_FILES[ticker][0]}"
    return clean(raw, Origin(ticker, NAME, currency, exchange, note))


def _path_of(ticker: str) -> Path | None:
    library, inside = _FILES.get(ticker, ("", ""))
    found = find_spec(library) if library else None
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / inside
    return path if path.exists() else None


def _read_arrays(path: Path) -> RawBars:
    with np.load(path, allow_pickle=False) as archive:
        table = archive["price_data"]
    names = ("open", "high", "low", "close", "adj_close", "volume")
    numbers = [table[name].astype(np.float64) for name in names]
    return RawBars(table["date"].astype("datetime64[D]"), *numbers)


def _read_table(path: Path) -> RawBars:
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    days = np.array([_american(row["Date"]) for row in rows], dtype="datetime64[D]")
    names = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
    return RawBars(days, *(np.array([float(row[name]) for row in rows]) for name in names))


def _american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)
