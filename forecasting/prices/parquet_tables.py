"""Parquet tables on disk, read into raw columns with little memory.

Pandas is kept out on purpose (it costs the bot 80 MB): pyarrow reads, and its arrays are taken over
through DLPack because `to_numpy` imports pandas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.prices.cells import days_of
from forecasting.prices.cleaning import RawBars
from forecasting.prices.file_faults import TableError, check_daily, check_one_ticker
from forecasting.prices.file_names import ticker_of_file
from forecasting.prices.layouts import COLUMNS, layout_of
from forecasting.sessions import exchange_of, zone_of

_BATCH_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class _OpenTable:
    """An open file, and where in it what is.

    Attributes:
        file: pyarrow's handle.
        names: The file's own column names by ours; `date` and `close` at least.
        ticker: Whose rows they are where no column says it.
    """

    file: Any
    names: dict[str, str]
    ticker: str

    @property
    def wanted(self) -> list[str]:
        """The file's names of dates and numbers, in one order."""
        return [self.names[name] for name in ("date", *COLUMNS) if name in self.names]

    @property
    def zone(self) -> str | None:
        """The time zone that the dates are written in, None for plain ones."""
        found: str | None = getattr(
            self.file.schema_arrow.field(self.names["date"]).type, "tz", None
        )
        return found


def parquet_tickers(path: Path) -> frozenset[str]:
    """Return the tickers in a parquet file.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    table = _open(path)
    if "ticker" not in table.names:
        return frozenset([table.ticker])
    found: set[str] = set()
    for group in range(table.file.num_row_groups):
        found.update(_codes(table, group)[1])
    return frozenset(found)


def read_parquet_ticker(path: Path, ticker: str) -> RawBars | None:
    """Return one ticker's rows of a parquet file, None where it has none.

    Row groups whose statistics leave the ticker out are skipped, the others are decoded in small
    batches, so that memory stays at a few MB however large the file is.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    table = _open(path)
    parts: list[list[NDArray[Any]]] = []
    for group in range(table.file.num_row_groups):
        if _may_hold(table, group, ticker):
            parts.extend(_group_parts(table, group, ticker))
    _give_back()
    if not parts:
        return None
    return _raw(table, ticker, [np.concatenate(column) for column in zip(*parts, strict=True)])


def read_parquet(path: Path) -> Iterator[tuple[str, RawBars]]:
    """Yield all tickers of a parquet file with their rows, reading the file once.

    Raises:
        ValueError: It is not a parquet file with the columns of a price table.
        OSError: It cannot be read.
    """
    table = _open(path)
    parts = [_codes(table, group) for group in range(table.file.num_row_groups)]
    names = sorted(set().union(*(own for _, own in parts)))
    position = {name: i for i, name in enumerate(names)}
    codes = np.concatenate(
        [np.array([position[n] for n in own], dtype=np.int64)[c] for c, own in parts]
    )
    columns = _arrays(table, table.file.read(columns=table.wanted).combine_chunks().to_batches()[0])
    if np.any(np.diff(codes) < 0):
        order = np.argsort(codes, kind="stable")
        codes, columns = codes[order], [column[order] for column in columns]
    ends = np.searchsorted(codes, np.arange(len(names) + 1))
    for i, name in enumerate(names):
        rows = slice(ends[i], ends[i + 1])
        yield name, _raw(table, name, [column[rows] for column in columns])


def _open(path: Path) -> _OpenTable:
    import pyarrow.parquet as pq  # noqa: PLC0415 (35 MB that CSV files do not need)

    file = pq.ParquetFile(path, buffer_size=1 << 16, pre_buffer=False)
    names = [str(name) for name in file.schema_arrow.names]
    layout = layout_of(names)
    if not layout.is_prices:
        raise TableError("no-columns", ", ".join(names)[:60])
    found = {what: names[at] for what, at in layout.positions.items() if what != "period"}
    return _OpenTable(file, found, ticker_of_file(path))


def _raw(table: _OpenTable, ticker: str, columns: list[NDArray[Any]]) -> RawBars:
    """Return one ticker's rows; what the file lacks is missing."""
    days, *numbers = columns
    have = dict(zip([n for n in COLUMNS if n in table.names], numbers, strict=True))
    missing = np.full(len(days), np.nan)
    plain = [have[n].astype(np.float64) if n in have else missing for n in COLUMNS]
    raw = RawBars(_days_there(days, table.zone, ticker), *plain)
    check_one_ticker(raw)
    check_daily(raw)
    return raw


def _days_there(days: NDArray[Any], zone: str | None, ticker: str) -> NDArray[Any]:
    """Return the exchange's own days of instants; plain days stay as they are."""
    if zone is None:
        return days
    instants = [
        datetime.fromtimestamp(s, UTC) for s in days.astype("datetime64[s]").astype(int).tolist()
    ]
    exchange = zone_of(exchange_of(ticker))
    return np.array(days_of(instants, exchange, ZoneInfo(zone)), dtype="datetime64[D]")


def _give_back() -> None:
    """Hand the decoder's memory back: arrow's allocator would keep some 60 MB for next time."""
    import pyarrow as pa  # noqa: PLC0415

    pa.default_memory_pool().release_unused()


def _may_hold(table: _OpenTable, group: int, ticker: str) -> bool:
    if "ticker" not in table.names:
        return ticker == table.ticker
    file = table.file
    column = file.schema_arrow.names.index(table.names["ticker"])
    statistics = file.metadata.row_group(group).column(column).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return bool(statistics.min <= ticker <= statistics.max)


def _codes(table: _OpenTable, group: int) -> tuple[NDArray[Any], list[str]]:
    """Return a row group's tickers as positions in a list of names."""
    if "ticker" not in table.names:
        rows = table.file.metadata.row_group(group).num_rows
        return np.zeros(rows, dtype=np.int64), [table.ticker]
    own = [table.names["ticker"]]
    coded = (
        table.file.read_row_group(group, columns=own, use_threads=False).column(0).combine_chunks()
    )
    if not hasattr(coded, "dictionary"):
        coded = coded.dictionary_encode()
    codes = np.from_dlpack(coded.indices.cast("int64"))
    return codes, [str(name) for name in coded.dictionary.to_pylist()]


def _group_parts(table: _OpenTable, group: int, ticker: str) -> Iterator[list[NDArray[Any]]]:
    codes, names = _codes(table, group)
    if ticker not in names:
        return
    wanted = codes == names.index(ticker)
    rows = np.flatnonzero(wanted)
    start = 0
    for batch in table.file.iter_batches(_BATCH_ROWS, [group], table.wanted, use_threads=False):
        if not len(rows) or start > rows[-1]:
            return
        end = start + batch.num_rows
        if wanted[start:end].any():
            numbers = _arrays(table, batch)
            yield [column[wanted[start:end]].copy() for column in numbers]
        start = end


def _arrays(table: _OpenTable, batch: Any) -> list[NDArray[Any]]:
    first, *others = table.wanted
    prices = [_plain(batch.column(name)) for name in others]
    if table.zone is not None:
        import pyarrow as pa  # noqa: PLC0415

        instants = batch.column(first).cast(pa.timestamp("us", "UTC"), safe=False).cast("int64")
        return [np.from_dlpack(instants).astype("datetime64[us]"), *prices]
    days = _timestamps(batch.column(first)).cast("date32", safe=False).cast("int32")
    return [np.from_dlpack(days).astype("datetime64[D]"), *prices]


def _timestamps(column: Any) -> Any:
    try:
        return column.cast("timestamp[us]", safe=False)
    except (ValueError, NotImplementedError) as err:
        raise TableError("rows", str(column.type)) from err


def _plain(column: Any) -> NDArray[Any]:
    numbers = column if str(column.type) in {"float", "double"} else column.cast("double")
    if not numbers.null_count:
        return np.from_dlpack(numbers)
    # `fill_null` would import pandas.
    kind = np.dtype(np.float32 if str(numbers.type) == "float" else np.float64)
    values = np.frombuffer(numbers.buffers()[1], kind, len(numbers), numbers.offset * kind.itemsize)
    valid = np.from_dlpack(numbers.is_valid().cast("uint8")).astype(bool)
    return np.where(valid, values, kind.type(np.nan))
