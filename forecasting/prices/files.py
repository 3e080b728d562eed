"""Prices from files: CSV in Yahoo's columns, one ticker each, and parquet tables of many."""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from forecasting.errors import BadAnswerError, NoConnectionError, PriceError, UnknownTickerError
from forecasting.prices.adjust import spliced
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from forecasting.prices.first_prices import mended
from forecasting.prices.recent import Recent
from forecasting.prices.tables import (
    parquet_tickers,
    read_csv,
    read_parquet,
    read_parquet_ticker,
)
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

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
        self._paths = tuple(paths)
        self._recent: Recent[Bars] = Recent(len)
        self._stamp: tuple[object, ...] = ()
        self._names: frozenset[str] = frozenset()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:  # noqa: ARG002
        """Return the closed sessions of a ticker; `known` is not needed, files are at hand.

        Raises:
            UnknownTickerError: No file holds the ticker; with similar ones that some file holds.
            BadAnswerError: A file is not a price table, or too many of its rows are broken.
            NoConnectionError: A file or folder cannot be read.
        """
        files = self._refresh(ticker)
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
            PriceError: A file cannot be read.
        """
        return tuple(sorted(self._all_names(self._refresh("all"))))

    def _refresh(self, ticker: str) -> list[Path]:
        """Return the files there are, and forget what was read when one of them has changed."""
        try:
            files = _files(self._paths)
            stamp = tuple((p, s.st_mtime_ns, s.st_size) for p in files for s in (p.stat(),))
        except OSError as err:
            raise NoConnectionError(ticker, NAME, f"cannot read {err.filename}") from err
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._names = stamp, frozenset()
                self._recent.clear()
        return files

    def _read(self, ticker: str, files: list[Path]) -> Bars:
        found = [raw for raw in (_read_one(path, ticker) for path in files) if raw is not None]
        if not found:
            raise UnknownTickerError(ticker, NAME, self._similar(ticker, files))
        return _combined(ticker, found)

    def _similar(self, ticker: str, files: list[Path]) -> tuple[str, ...]:
        return tuple(difflib.get_close_matches(ticker, sorted(self._all_names(files)), n=5))

    def _all_names(self, files: list[Path]) -> frozenset[str]:
        with self._lock:
            if not self._names:
                self._names = frozenset().union(*(_tickers(path) for path in files))
            return self._names


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
        PriceError: A file cannot be read at all.
    """
    files = _files(paths)
    if tickers is not None and len(tickers) <= _FEW:
        found = {t: [raw for p in files if (raw := _read_one(p, t)) is not None] for t in tickers}
    else:
        found = _read_all(files, tickers)
    for ticker in sorted(found) if tickers is None else tickers:
        try:
            yield _combined(ticker, found.pop(ticker, []))
        except PriceError as err:
            yield err


def _read_all(files: list[Path], tickers: Sequence[str] | None) -> dict[str, list[RawBars]]:
    wanted = None if tickers is None else frozenset(tickers)
    found: dict[str, list[RawBars]] = defaultdict(list)
    for path in files:
        try:
            rows = read_parquet(path) if _is_parquet(path) else [(_stem(path), read_csv(path))]
            for ticker, raw in rows:
                if wanted is None or ticker in wanted:
                    found[ticker].append(raw)
        except (ValueError, OSError) as err:
            raise _unreadable("all", path, err) from err
    return found


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
    return mended(spliced(parts))


def _files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in _inside(path)]


def _inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.iterdir() if p.suffix.lower() in {".csv", ".parquet"})


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def _stem(path: Path) -> str:
    return path.stem.upper()


def _tickers(path: Path) -> frozenset[str]:
    if not _is_parquet(path):
        return frozenset([_stem(path)])
    try:
        return parquet_tickers(path)
    except (ValueError, OSError) as err:
        raise _unreadable("all", path, err) from err


def _read_one(path: Path, ticker: str) -> RawBars | None:
    try:
        if _is_parquet(path):
            return read_parquet_ticker(path, ticker)
        return read_csv(path) if _stem(path) == ticker else None
    except (ValueError, OSError) as err:
        raise _unreadable(ticker, path, err) from err


def _unreadable(ticker: str, path: Path, err: Exception) -> PriceError:
    if isinstance(err, OSError) and err.errno is not None:
        return NoConnectionError(ticker, NAME, f"cannot read {path.name}: {err.strerror}")
    return BadAnswerError(ticker, NAME, f"{path.name}: {err}"[:200])
