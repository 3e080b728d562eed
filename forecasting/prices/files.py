"""Prices from files: CSV of one ticker or many in all usual layouts, and parquet tables."""

import difflib
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from forecasting.errors import NoConnectionError, PriceError, UnknownTickerError
from forecasting.names.table import name_of
from forecasting.prices.adjust import spliced
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from forecasting.prices.doubts import believed
from forecasting.prices.file_listing import FileListing
from forecasting.prices.file_names import ticker_of_file
from forecasting.prices.file_reading import (
    files_in,
    may_hold_several,
    read_every,
    read_ticker,
    tickers_in,
)
from forecasting.prices.mending import mended_prices
from forecasting.prices.recent import Recent
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

log = logging.getLogger(__name__)

NAME = "files"
_FEW = 12  # so many tickers are picked out one by one rather than by reading whole tables


class FilesSource:
    """Answers from files; where several hold a ticker, their histories are joined if they agree.

    The one with the newest bar is the history (of two alike, the longer); bars of an older file
    that lie before it are put in front when both move alike where they overlap (see
    `adjust.spliced`). Files may be replaced while the source is in use.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take files and folders; nothing is read before the first question."""
        self._recent: Recent[Bars] = Recent(len)
        self._listing = FileListing(paths, self._forget)
        self._names: frozenset[str] = frozenset()
        self._several: tuple[Path, ...] | None = None
        self._warned: set[Path] = set()
        self._lock, self._reading = Lock(), Lock()

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:  # noqa: ARG002
        """Return the closed sessions of a ticker; `known` is not needed, files are at hand.

        Raises:
            UnknownTickerError: No file holds the ticker; with similar ones that some file holds.
            UnreadableFileError: The ticker's own file is no table of daily prices; others do not
                matter.
            BadAnswerError: Too many of its rows are broken.
            NoConnectionError: A file or folder cannot be read.
        """
        files = self._refresh(ticker)
        bars = self._recent.get(ticker)
        if bars is None:
            # Reading a table computes: several threads would only keep each other, and all others,
            # from the interpreter.
            with self._reading:
                bars = self._recent.get(ticker)
                if bars is None:
                    bars = self._read(ticker, files)
                    self._recent.put(ticker, bars)
        return closed_only(bars, now)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Return tickers of the files that look like `text`, best first."""
        try:
            names = self._all_names(self._refresh(text))
        except PriceError:
            return ()
        wanted = text.strip().upper()
        starting = sorted(name for name in names if wanted and name.startswith(wanted))
        similar = difflib.get_close_matches(wanted, sorted(names), n=5, cutoff=0.6)
        return tuple(dict.fromkeys([*starting[:5], *similar]))[:5]

    def tickers(self) -> tuple[str, ...]:
        """Return all tickers of the files, sorted.

        Raises:
            PriceError: A folder cannot be read.
        """
        return tuple(sorted(self._all_names(self._refresh("all"))))

    def examples(self, liked: Sequence[str], most: int) -> tuple[str, ...]:
        """Return some tickers of the files to show people, empty where none can be read.

        Args:
            liked: Those to prefer, the best first; then come those that the table names.
            most: How many at most.
        """
        try:
            names = self._all_names(self._refresh("all"))
        except PriceError:
            return ()
        place = {name: number for number, name in enumerate(liked)}
        by_use = sorted(names, key=lambda n: (place.get(n, len(place)), name_of(n) is None, n))
        return tuple(by_use[:most])

    def _refresh(self, ticker: str) -> list[Path]:
        """Return the files there are, and forget what was read when one of them has changed."""
        try:
            self._listing.renew(ticker)
        except OSError as err:
            raise NoConnectionError(ticker, NAME, f"cannot read {err.filename}") from err
        return self._listing.files

    def _forget(self) -> None:
        with self._lock:
            self._names, self._several = frozenset(), None
            self._warned.clear()
            self._recent.clear()

    def _read(self, ticker: str, files: list[Path]) -> Bars:
        found: list[RawBars] = []
        errors: list[PriceError] = []
        for path in self._candidates(ticker, files):
            try:
                found.extend(read_ticker(path, ticker))
            except PriceError as err:
                self._warn(path, err)
                if ticker_of_file(path) == ticker:
                    errors.append(err)
        if found:
            return _combined(ticker, found)
        raise (
            errors[0] if errors else UnknownTickerError(ticker, NAME, self._similar(ticker, files))
        )

    def _candidates(self, ticker: str, files: list[Path]) -> list[Path]:
        """Return the files that may hold a ticker: by their names, or by their rows."""
        own = self._listing.named(ticker)
        with self._lock:
            if self._several is None:
                self._several = tuple(path for path in files if may_hold_several(path))
            several = self._several
        if not several:
            return list(own)
        wanted = {*several, *own}
        return [path for path in files if path in wanted]

    def _warn(self, path: Path, err: PriceError) -> None:
        """Log once what is wrong with a file, until one of them changes."""
        with self._lock:
            told = path in self._warned
            self._warned.add(path)
        if not told:
            log.warning("price_file_unreadable file=%s reason=%r", path.name, err.detail)

    def _similar(self, ticker: str, files: list[Path]) -> tuple[str, ...]:
        return tuple(difflib.get_close_matches(ticker, sorted(self._all_names(files)), n=5))

    def _all_names(self, files: list[Path]) -> frozenset[str]:
        with self._lock:
            known = self._names
        if not known:
            names: set[str] = set()
            for path in files:
                try:
                    names |= tickers_in(path)
                except PriceError as err:
                    self._warn(path, err)
            known = frozenset(names)
            with self._lock:
                self._names = known
        return known


def read_histories(
    paths: Sequence[Path], tickers: Sequence[str] | None = None
) -> Iterator[Bars | PriceError]:
    """Yield whole histories from files in one pass, for training and evaluation.

    Args:
        paths: As for `FilesSource`.
        tickers: Which ones; None yields all, sorted by name.

    Yields:
        A ticker's bars, or the error that stands for them.

    Raises:
        OSError: A folder cannot be listed.
    """
    found, errors = _read_all(files_in(paths), tickers)
    for ticker in sorted({*found, *errors}) if tickers is None else tickers:
        if ticker in errors and ticker not in found:
            yield errors[ticker]
            continue
        try:
            yield believed(_combined(ticker, found.pop(ticker, [])))
        except PriceError as err:
            yield err


def _read_all(
    files: list[Path], tickers: Sequence[str] | None
) -> tuple[dict[str, list[RawBars]], dict[str, PriceError]]:
    """Return what the files hold by ticker, and what is wrong with those that cannot be read."""
    wanted = None if tickers is None else frozenset(tickers)
    few = wanted is not None and len(wanted) <= _FEW
    found: dict[str, list[RawBars]] = defaultdict(list)
    errors: dict[str, PriceError] = {}
    for path in files:
        try:
            for ticker, raw in _picked(path, wanted) if wanted and few else read_every(path):
                if wanted is None or ticker in wanted:
                    found[ticker].append(raw)
        except PriceError as err:
            errors[ticker_of_file(path)] = err
    return found, errors


def _picked(path: Path, wanted: frozenset[str]) -> Iterator[tuple[str, RawBars]]:
    there = wanted if may_hold_several(path) else wanted & {ticker_of_file(path)}
    for name in sorted(there):
        for raw in read_ticker(path, name):
            yield name, raw


def _combined(ticker: str, found: list[RawBars]) -> Bars:
    if not found:
        raise UnknownTickerError(ticker, NAME)
    exchange, currency = listing_of(ticker)
    origin = Origin(ticker, NAME, currency, exchange)
    parts, errors = [], []
    for raw in found:
        try:
            parts.append(clean(raw, origin))
        except PriceError as err:
            errors.append(err)
    if not parts:
        raise errors[0]
    return mended_prices(spliced(parts))
