"""Price tables on disk, CSV and parquet, read into raw columns with little memory.

Pandas is kept out on purpose (it costs the bot 80 MB): CSV is read by the standard library, parquet
by pyarrow, whose arrays are taken over through DLPack because `to_numpy` imports pandas.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.prices.cleaning import RawBars
from forecasting.values import Float1D

_CSV_COLUMNS = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
_COLUMNS = ("date", "open", "high", "low", "close", "adj_close", "volume")
_BATCH_ROWS = 16_384


def read_csv(path: Path) -> RawBars:
    """Return a table in Yahoo's columns: Date, Open, High, Low, Close, Adj Close, Volume.

    Args:
        path: A CSV file with a header; dates in ISO form, further columns are ignored, what is not
            a number is missing, and so is a whole column except `Date` and `Close`.

    Raises:
        ValueError: It is not such a file.
        OSError: It cannot be read.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        if "Date" not in header or "Close" not in header:
            raise ValueError(f"{path.name} has no columns Date and Close")
        cells = [row for row in rows if len(row) == len(header)]
    columns = dict(zip(header, zip(*cells, strict=True), strict=True)) if cells else {}
    # Not left to NumPy, which reads "today" and "" as dates too.
    days = [date.fromisoformat(text[:10]) for text in columns.get("Date", ())]
    dates = np.array(days, dtype="datetime64[D]")
    missing = np.full(len(dates), np.nan)
    numbers = [_numbers(columns[n]) if n in columns else missing for n in _CSV_COLUMNS]
    return RawBars(dates, *numbers)


def _numbers(texts: tuple[str, ...]) -> Float1D:
    try:
        return np.array(texts, dtype=np.float64)
    except ValueError:
        return np.array([_number(text) for text in texts], dtype=np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def parquet_tickers(path: Path) -> frozenset[str]:
    """Return the tickers in a parquet file.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    file = _open(path)
    found: set[str] = set()
    for group in range(file.num_row_groups):
        found.update(_codes(file, group)[1])
    return frozenset(found)


def read_parquet_ticker(path: Path, ticker: str) -> RawBars | None:
    """Return one ticker's rows of a parquet file, None where it has none.

    Row groups whose statistics leave the ticker out are skipped, the others are decoded in small
    batches, so that memory stays at a few MB however large the file is.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    file = _open(path)
    parts: list[list[NDArray[Any]]] = []
    for group in range(file.num_row_groups):
        if _may_hold(file, group, ticker):
            parts.extend(_group_parts(file, group, ticker))
    _give_back()
    if not parts:
        return None
    return RawBars(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def read_parquet(path: Path) -> Iterator[tuple[str, RawBars]]:
    """Yield all tickers of a parquet file with their rows, reading the file once.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    file = _open(path)
    parts = [_codes(file, group) for group in range(file.num_row_groups)]
    names = sorted(set().union(*(own for _, own in parts)))
    position = {name: i for i, name in enumerate(names)}
    codes = np.concatenate(
        [np.array([position[n] for n in own], dtype=np.int64)[c] for c, own in parts]
    )
    columns = _arrays(file.read(columns=list(_COLUMNS)).combine_chunks().to_batches()[0])
    if np.any(np.diff(codes) < 0):
        order = np.argsort(codes, kind="stable")
        codes, columns = codes[order], [column[order] for column in columns]
    ends = np.searchsorted(codes, np.arange(len(names) + 1))
    for i, name in enumerate(names):
        rows = slice(ends[i], ends[i + 1])
        days, *numbers = (column[rows] for column in columns)
        yield name, RawBars(days, *(column.astype(np.float64) for column in numbers))


def _open(path: Path) -> Any:
    import pyarrow.parquet as pq  # noqa: PLC0415 (35 MB that CSV files do not need)

    file = pq.ParquetFile(path, buffer_size=1 << 16, pre_buffer=False)
    lacking = {*_COLUMNS, "ticker"} - set(file.schema_arrow.names)
    if lacking:
        raise ValueError(f"{path.name} has no column {', '.join(sorted(lacking))}")
    return file


def _give_back() -> None:
    """Hand the decoder's memory back: arrow's allocator would keep some 60 MB for next time."""
    import pyarrow as pa  # noqa: PLC0415

    pa.default_memory_pool().release_unused()


def _may_hold(file: Any, group: int, ticker: str) -> bool:
    column = file.schema_arrow.names.index("ticker")
    statistics = file.metadata.row_group(group).column(column).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return bool(statistics.min <= ticker <= statistics.max)


def _codes(file: Any, group: int) -> tuple[NDArray[Any], list[str]]:
    """Return a row group's tickers as positions in a list of names."""
    table = file.read_row_group(group, columns=["ticker"], use_threads=False)
    coded = table.column(0).combine_chunks()
    if not hasattr(coded, "dictionary"):
        coded = coded.dictionary_encode()
    codes = np.from_dlpack(coded.indices.cast("int64"))
    return codes, [str(name) for name in coded.dictionary.to_pylist()]


def _group_parts(file: Any, group: int, ticker: str) -> Iterator[list[NDArray[Any]]]:
    codes, names = _codes(file, group)
    if ticker not in names:
        return
    wanted = codes == names.index(ticker)
    rows = np.flatnonzero(wanted)
    start = 0
    for batch in file.iter_batches(_BATCH_ROWS, [group], list(_COLUMNS), use_threads=False):
        if not len(rows) or start > rows[-1]:
            return
        end = start + batch.num_rows
        if wanted[start:end].any():
            numbers = _arrays(batch)
            yield [column[wanted[start:end]].copy() for column in numbers]
        start = end


def _arrays(batch: Any) -> list[NDArray[Any]]:
    days = batch.column("date").cast("timestamp[us]").cast("date32", safe=False).cast("int32")
    prices = [_plain(batch.column(name)) for name in _COLUMNS[1:]]
    return [np.from_dlpack(days).astype("datetime64[D]"), *prices]


def _plain(column: Any) -> NDArray[Any]:
    numbers = column if str(column.type) in {"float", "double"} else column.cast("double")
    if not numbers.null_count:
        return np.from_dlpack(numbers)
    # `fill_null` would import pandas.
    kind = np.dtype(np.float32 if str(numbers.type) == "float" else np.float64)
    values = np.frombuffer(numbers.buffers()[1], kind, len(numbers), numbers.offset * kind.itemsize)
    valid = np.from_dlpack(numbers.is_valid().cast("uint8")).astype(bool)
    return np.where(valid, values, kind.type(np.nan))
