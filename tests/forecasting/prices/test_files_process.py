"""Parquet tables are read in another process, and the bot does not notice but in its memory."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from forecasting.errors import UnknownTickerError
from forecasting.prices.files import FilesSource
from forecasting.prices.files_process import example_tickers, files_source
from forecasting.prices.subprocess_source import SubprocessSource

NOW = datetime(2022, 1, 3, tzinfo=UTC)


def table(path: Path) -> Path:
    days = pd.bdate_range("2021-06-01", "2021-12-31")
    frame = pd.DataFrame({"date": days, "ticker": "ABC", "volume": 1000})
    for column in ("open", "high", "low", "close", "adj_close"):
        frame[column] = 100.0 + frame.index
    frame.to_parquet(path)
    return path


def test_csv_is_read_here(tmp_path):
    """Plain files need no second process."""
    assert isinstance(files_source([tmp_path]), FilesSource)


@pytest.mark.parametrize("as_folder", [False, True])
def test_parquet_is_read_aside_with_the_same_answer(tmp_path, as_folder):
    """Bars, unknown tickers and suggestions are those of the source itself."""
    path = table(tmp_path / "t.parquet")
    paths = [tmp_path if as_folder else path]
    aside, here = files_source(paths), FilesSource(paths)
    assert isinstance(aside, SubprocessSource)
    assert aside.history("ABC", NOW).digest() == here.history("ABC", NOW).digest()
    with pytest.raises(UnknownTickerError) as caught:
        aside.history("ABD", NOW)
    assert caught.value.suggestions == ("ABC",)
    aside.close()


def test_examples_are_what_the_files_hold(tmp_path):
    """Those that are liked first, then those with a name, then any; no file, no example."""
    for name in ("ZZZ", "AAAX", "MMM", "MSFT"):
        (tmp_path / f"{name}.csv").write_text("Date,Close\n2021-01-04,1\n")
    assert example_tickers([tmp_path], ("TSLA", "MSFT"), 3) == ("MSFT", "MMM", "AAAX")
    assert example_tickers([tmp_path / "none"], (), 3) == ()
    assert example_tickers([table(tmp_path / "t.parquet")], (), 3) == ("ABC",)
