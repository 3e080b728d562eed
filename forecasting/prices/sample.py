"""Real prices that need no network: they come with libraries that are installed anyway.

GOOG 2004-2008 lies in matplotlib's sample data; the S&P 500 and the Nasdaq Composite 1999-2018 in
the `arch` package, where that is installed. All say what they are in their note.
"""

import csv
import gzip
from collections.abc import Callable
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from forecasting.errors import UnknownTickerError
from forecasting.listings import listing_of
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from forecasting.values import Bars

NAME = "sample"
_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")
_ARCH_FILES = {"^GSPC": "sp500", "^IXIC": "nasdaq"}


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
                readers = _readers()
                if ticker not in readers:
                    raise UnknownTickerError(ticker, NAME, tuple(readers))
                self._bars[ticker] = readers[ticker]()
        return closed_only(self._bars[ticker], now)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Return all tickers of the sample: there are few, and each may be tried."""
        return tuple(_readers())

    def tickers(self) -> tuple[str, ...]:
        """Return the tickers of the sample."""
        return tuple(_readers())


def _readers() -> dict[str, Callable[[], Bars]]:
    readers: dict[str, Callable[[], Bars]] = {"GOOG": _goog}
    folder = _arch_folder()
    if folder is not None:
        for ticker, file in _ARCH_FILES.items():
            path = folder / file / f"{file}.csv.gz"
            if path.exists():
                readers[ticker] = _index_reader(ticker, path)
    return readers


def _goog() -> Bars:
    from matplotlib import cbook  # noqa: PLC0415 (0.5 s that other sources do not need)

    archive: Any = cbook.get_sample_data("goog.npz")
    table = archive["price_data"]
    numbers = [table[name].astype(np.float64) for name in _COLUMNS]
    raw = RawBars(table["date"].astype("datetime64[D]"), *numbers)
    return clean(raw, _origin("GOOG", raw, "matplotlib"))


def _index_reader(ticker: str, path: Path) -> Callable[[], Bars]:
    def read() -> Bars:
        with gzip.open(path, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        days = np.array([_american(row["Date"]) for row in rows], dtype="datetime64[D]")
        names = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
        raw = RawBars(days, *(np.array([float(row[n]) for row in rows]) for n in names))
        return clean(raw, _origin(ticker, raw, "arch"))

    return read


def _american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _origin(ticker: str, raw: RawBars, library: str) -> Origin:
    first: date = raw.sessions[0].item()
    last: date = raw.sessions[-1].item()
    exchange, currency = listing_of(ticker)
    note = f"sample: {ticker} {first.year}-{last.year}, installed with {library}"
    return Origin(ticker, NAME, currency, exchange, note)


def _arch_folder() -> Path | None:
    """Find the package's data without importing it: that takes seconds and pandas."""
    found = find_spec("arch")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "data"
