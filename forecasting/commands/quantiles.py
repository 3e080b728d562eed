"""`python -m forecasting quantiles`: rolling forecasts of the served model, for others to score."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.commands.inputs import (
    announcements_option,
    at_least_one,
    read_all,
    read_known,
    wanted_tickers,
)
from forecasting.features.dataset import join_inputs
from forecasting.features.model_inputs import Inputs, inputs_at
from forecasting.forecast import usable_rows
from forecasting.model.serving import Model, load_model, load_pretrained
from forecasting.values import HORIZONS, LEVELS, Bars

_GROUP = 4096  # forecasts in one run of the network and one group of rows in the file
_SCHEMA = pa.schema(
    {
        "ticker": pa.dictionary(pa.int32(), pa.string()),
        "as_of": pa.date32(),
        "horizon": pa.int8(),
        "level": pa.float64(),
        "log_return": pa.float32(),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    ticker: str
    days: NDArray[np.datetime64]
    inputs: Inputs


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--prices", nargs="+", type=Path, required=True, metavar="PATH")
    announcements_option(parser)
    parser.add_argument("--tickers", default="all", help="A,B,C or all")
    parser.add_argument("--start", type=date.fromisoformat, help="first as-of date")
    parser.add_argument("--end", type=date.fromisoformat, help="last as-of date")
    parser.add_argument("--every", type=at_least_one, default=5, help="sessions between as-ofs")
    parser.add_argument("--model", type=Path, help="folder of another model than the shipped one")
    parser.add_argument("--out", type=Path, required=True, help="parquet file to write")


def run(options: Namespace) -> int:
    """Write the forecasts asked for; return the exit status."""
    model = load_model(options.model) if options.model else load_pretrained()
    histories, market = read_all(options.prices)
    chosen = wanted_tickers(histories, options.tickers)
    known = read_known(options.announcements)
    asked = _asked(chosen, market, known, options)
    count = write(model, asked, options.out)
    told = f"{count} forecasts in {options.out}" if count else "no forecast: nothing was written"
    print(told, file=sys.stderr)
    return 0 if count else 1


def _rows(bars: Bars, options: Namespace) -> NDArray[np.int64]:
    first = len(bars.between(None, options.start)) if options.start else 0
    if options.start and first and bars.session(first - 1) == options.start:
        first -= 1
    last = len(bars.between(None, options.end)) if options.end else len(bars)
    rows = np.arange(first, last, max(1, options.every), dtype=np.int64)
    return rows[usable_rows(bars, rows)] if len(bars) > 1 else rows[:0]


def _asked(
    histories: Sequence[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements],
    options: Namespace,
) -> Iterator[_Asked]:
    for bars in histories:
        rows = _rows(bars, options)
        if len(rows):
            inputs = inputs_at(bars, rows, market, known.get(bars.ticker))
            yield _Asked(bars.ticker, bars.sessions[rows], inputs)
        else:
            print(f"{bars.ticker}: skipped, no usable history there", file=sys.stderr)


def write(model: Model, asked: Iterator[_Asked], out: Path) -> int:
    """Write forecasts to a parquet file in groups, none where there is none; return how many.

    Args:
        model: The served model.
        asked: Inputs of each ticker.
        out: The file.
    """
    groups = _groups(asked)
    first = next(groups, None)
    if first is None:
        return 0
    with pq.ParquetWriter(out, _SCHEMA, compression="zstd", use_dictionary=True) as file:
        return sum(_flush(model, group, file) for group in chain([first], groups))


def _groups(asked: Iterable[_Asked]) -> Iterator[list[_Asked]]:
    waiting: list[_Asked] = []
    for entry in asked:
        waiting.append(entry)
        if sum(len(e.inputs) for e in waiting) >= _GROUP:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _flush(model: Model, waiting: Sequence[_Asked], file: pq.ParquetWriter) -> int:
    quantiles = model.run(join_inputs([entry.inputs for entry in waiting]))
    sizes = [len(entry.inputs) for entry in waiting]
    cells = len(HORIZONS) * len(LEVELS)
    codes = np.repeat(np.arange(len(waiting), dtype=np.int32), np.multiply(sizes, cells))
    names = pa.array([entry.ticker for entry in waiting])
    days = np.concatenate([entry.days for entry in waiting]).astype("datetime64[D]")
    count = len(quantiles)
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(codes), names),
        pa.array(np.repeat(days, cells)),
        pa.array(np.tile(np.repeat(np.array(HORIZONS, np.int8), len(LEVELS)), count)),
        pa.array(np.tile(LEVELS, count * len(HORIZONS))),
        pa.array(quantiles.astype(np.float32).ravel()),
    ]
    file.write_table(pa.Table.from_arrays(columns, schema=_SCHEMA))
    return count
