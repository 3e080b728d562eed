"""Files and folders of prices: which hold a ticker, what each gives, and why one gives nothing."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from forecasting.errors import NoConnectionError, PriceError, UnreadableFileError
from forecasting.prices.cleaning import RawBars
from forecasting.prices.csv_tables import names_tickers, read_csv
from forecasting.prices.file_faults import TableError
from forecasting.prices.file_names import is_parquet, is_table, ticker_of_file
from forecasting.prices.parquet_tables import parquet_tickers, read_parquet, read_parquet_ticker

_SOURCE = "files"


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files that some files and folders are, folders sorted by name.

    Raises:
        OSError: A folder cannot be listed.
    """
    return [file for path in paths for file in _inside(path)]


def _inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    # By their names, not as paths: of thousands that takes a tenth of the time.
    return sorted((p for p in path.iterdir() if is_table(p.name)), key=lambda p: p.name)


def may_hold_several(path: Path) -> bool:
    """Return whether a file says in its rows whose they are, so that its name does not."""
    try:
        return is_parquet(path) or names_tickers(path)
    except OSError:
        return False


def read_ticker(path: Path, ticker: str) -> list[RawBars]:
    """Return the rows of a ticker in a file; empty where it holds none.

    Raises:
        NoConnectionError: The file cannot be opened.
        UnreadableFileError: It is no table of daily prices.
    """
    try:
        if is_parquet(path):
            raw = read_parquet_ticker(path, ticker)
            return [] if raw is None else [raw]
        return [raw for name, raw in read_csv(path, ticker_of_file(path)) if name == ticker]
    except (ValueError, OSError, csv.Error) as err:
        raise unreadable(ticker, path, err) from err


def read_every(path: Path) -> Iterator[tuple[str, RawBars]]:
    """Yield each ticker of a file with its rows.

    Raises:
        PriceError: As for `read_ticker`; about the ticker that the file is named after.
    """
    named = ticker_of_file(path)
    try:
        yield from read_parquet(path) if is_parquet(path) else read_csv(path, named)
    except (ValueError, OSError, csv.Error) as err:
        raise unreadable(named, path, err) from err


def tickers_in(path: Path) -> frozenset[str]:
    """Return the tickers that a file holds; by its name where its rows do not say.

    Raises:
        PriceError: As for `read_ticker`.
    """
    try:
        if is_parquet(path):
            return parquet_tickers(path)
    except (ValueError, OSError) as err:
        raise unreadable("all", path, err) from err
    if may_hold_several(path):
        return frozenset(name for name, _ in read_every(path))
    return frozenset([ticker_of_file(path)])


def file_problems(paths: Sequence[Path]) -> list[PriceError]:
    """Return what is wrong with each file that cannot be read, for operators.

    Raises:
        OSError: A folder cannot be listed.
    """
    problems = []
    for path in files_in(paths):
        try:
            for _ in read_every(path):
                pass
        except PriceError as err:
            problems.append(err)
    return problems


def unreadable(ticker: str, path: Path, err: Exception) -> PriceError:
    """Return the price error that stands for what reading a file raised."""
    if isinstance(err, TableError):
        return UnreadableFileError(ticker, _SOURCE, path.name, err.reason, err.shown)
    if isinstance(err, OSError) and err.errno is not None:
        return NoConnectionError(ticker, _SOURCE, f"cannot read {path.name}: {err.strerror}")
    return UnreadableFileError(ticker, _SOURCE, path.name, "damaged", type(err).__name__)
