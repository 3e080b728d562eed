"""Files: found, read, joined, noticed when they change, and refused when they are no price tables."""

import csv
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting.errors import (
    NoConnectionError,
    PriceError,
    UnknownTickerError,
    UnreadableFileError,
)
from forecasting.prices.file_reading import file_problems
from forecasting.prices.files import FilesSource, read_histories
from forecasting.values import Bars
from tests.forecasting.prices.market import AT_NOON, FRIDAY, NOW, make_bars

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


def write_csv(folder: Path, bars: Bars, name: str | None = None) -> Path:
    path = folder / f"{name or bars.ticker}.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Date", "Open", "High", "Low", "Close", "Adj Close", "Volume"])
        for i in range(len(bars)):
            rows.writerow([bars.session(i), *(f"{getattr(bars, c)[i]:.6f}" for c in COLUMNS)])
    return path


def write_parquet(
    path: Path, histories: Sequence[Bars], rows_per_group: int = 64, **changes: object
) -> Path:
    columns: dict[str, object] = {
        "date": np.concatenate([b.sessions for b in histories]).astype("datetime64[us]"),
        **{
            c: np.concatenate([getattr(b, c) for b in histories]).astype(np.float32)
            for c in COLUMNS[:-1]
        },
        "volume": np.concatenate([b.volume for b in histories]).astype(np.int64),
        "ticker": np.repeat([b.ticker for b in histories], [len(b) for b in histories]),
    }
    table = pa.table({**columns, **changes})
    pq.write_table(table, path, row_group_size=rows_per_group)
    return path


def same(ours: Bars, theirs: Bars) -> bool:
    return np.array_equal(ours.sessions, theirs.sessions) and all(
        np.allclose(getattr(ours, c), getattr(theirs, c), rtol=1e-6, atol=1e-6) for c in COLUMNS
    )


@pytest.fixture
def acme() -> Bars:
    return make_bars("ACME", n=100)


@pytest.fixture
def others() -> list[Bars]:
    return [make_bars(t, n=70) for t in ("AAA", "BRK-B", "MMM", "ZZZ")]


def test_folder_of_csv_files_answers_by_file_name(tmp_path: Path, acme: Bars):
    """`ACME.csv` is ACME's history, and `^GSPC.csv` an index's."""
    write_csv(tmp_path, acme)
    write_csv(tmp_path, make_bars("^GSPC", n=30))
    source = FilesSource([tmp_path])
    assert same(source.history("ACME", NOW), acme)
    assert len(source.history("^GSPC", NOW)) == 30
    assert source.tickers() == ("ACME", "^GSPC")


@pytest.mark.parametrize("rows_per_group", [16, 64, 10_000])
def test_parquet_answers_each_ticker(
    tmp_path: Path, acme: Bars, others: list[Bars], rows_per_group: int
):
    """Five tickers in one file are told apart, however the file was cut into row groups."""
    path = write_parquet(tmp_path / "p.parquet", [*others[:2], acme, *others[2:]], rows_per_group)
    source = FilesSource([path])
    for bars in (acme, *others):
        found = source.history(bars.ticker, NOW)
        assert same(found, bars)
        assert (found.source, found.currency, found.exchange) == ("files", "USD", "XNYS")


def test_parquet_in_any_order_answers_the_same(tmp_path: Path, acme: Bars, others: list[Bars]):
    """Shuffled rows are the same history as sorted ones."""
    write_parquet(tmp_path / "p.parquet", [acme, *others])
    table = pq.read_table(tmp_path / "p.parquet")
    order = list(range(table.num_rows))
    random.Random(5).shuffle(order)
    pq.write_table(table.take(order), tmp_path / "p.parquet", row_group_size=50)
    assert same(FilesSource([tmp_path]).history("ACME", NOW), acme)
    assert all(isinstance(b, Bars) for b in read_histories([tmp_path]))
    assert {b.ticker: len(b) for b in read_histories([tmp_path]) if isinstance(b, Bars)}[
        "ACME"
    ] == 100


def test_parquet_with_missing_values_drops_those_rows(tmp_path: Path, acme: Bars):
    """Two sessions without a close are no sessions; the other 98 stay as they are."""
    closes = [None if i in {3, 50} else float(c) for i, c in enumerate(acme.close)]
    path = write_parquet(tmp_path / "p.parquet", [acme], close=pa.array(closes, pa.float64()))
    found = FilesSource([path]).history("ACME", NOW)
    assert len(found) == 98
    assert np.allclose(found.close, np.delete(acme.close, [3, 50]), rtol=1e-6)


def test_dates_and_dictionary_tickers_are_read_as_well(tmp_path: Path, acme: Bars):
    """Other programs write days as dates and names as dictionaries: both are a price table."""
    path = write_parquet(
        tmp_path / "p.parquet",
        [acme],
        date=pa.array(acme.sessions.astype("datetime64[D]").tolist(), pa.date32()),
        ticker=pa.array(["ACME"] * 100).dictionary_encode(),
    )
    assert same(FilesSource([path]).history("ACME", NOW), acme)


def test_mixed_files_are_joined_where_they_agree(tmp_path: Path):
    """An old table, a tenth lower, and a newer CSV give one history of 200 sessions."""
    bars = make_bars("ACME", n=200)
    write_parquet(tmp_path / "old.parquet", [bars.rows(slice(0, 150)).scaled(0.9)])
    folder = tmp_path / "csv"
    folder.mkdir()
    write_csv(folder, bars.rows(slice(100, 200)))
    found = FilesSource([tmp_path / "old.parquet", folder]).history("ACME", NOW)
    assert np.allclose(found.close, bars.close, rtol=1e-5)


def test_words_for_missing_values_in_csv_are_missing(tmp_path: Path, acme: Bars):
    """Yahoo wrote "null" into its files: such a row is left out."""
    path = write_csv(tmp_path, acme)
    lines = path.read_text().splitlines()
    lines[10] = lines[10].split(",")[0] + ",null,null,null,null,null,null"
    path.write_text("\n".join([*lines, ""]))
    assert len(FilesSource([path]).history("ACME", NOW)) == 99


def test_changed_file_is_read_again(tmp_path: Path, acme: Bars):
    """Ten sessions added, or a new file, are seen at once, whatever the file's time says."""
    path = write_csv(tmp_path, acme.rows(slice(0, 90)))
    source = FilesSource([tmp_path])
    assert len(source.history("ACME", NOW)) == 90
    write_csv(tmp_path, acme)
    os.utime(path, ns=(1, 1))
    assert len(source.history("ACME", NOW)) == 100
    write_csv(tmp_path, make_bars("NEWCO", n=20))
    assert len(source.history("NEWCO", NOW)) == 20


def test_unknown_ticker_offers_similar_ones(tmp_path: Path, acme: Bars, others: list[Bars]):
    """Who types ACNE is offered ACME; blanks find nothing."""
    write_parquet(tmp_path / "p.parquet", [acme, *others])
    source = FilesSource([tmp_path])
    with pytest.raises(UnknownTickerError) as caught:
        source.history("ACNE", NOW)
    assert caught.value.suggestions == ("ACME",)
    assert source.search("acm", NOW) == ("ACME",)
    assert source.search(" ", NOW) == ()


def test_sessions_not_over_yet_are_hidden_and_shown_when_over(tmp_path: Path, acme: Bars):
    """A file may hold Friday: at noon of that day the answer ends on Thursday."""
    source = FilesSource([write_csv(tmp_path, acme)])
    assert source.history("ACME", AT_NOON).as_of == date(2024, 6, 13)
    assert source.history("ACME", NOW).as_of == FRIDAY


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b\n1,2\n", "no-columns"),
        ("", "no-columns"),
        ("Date,Close\nyesterday,1\n", "rows"),
    ],
)
def test_what_is_no_price_table_is_named_with_its_reason(tmp_path: Path, content: str, reason: str):
    """Whoever asked is told the file and what is wrong with it."""
    (tmp_path / "ACME.csv").write_text(content)
    with pytest.raises(UnreadableFileError) as caught:
        FilesSource([tmp_path]).history("ACME", NOW)
    assert (caught.value.file, caught.value.reason) == ("ACME.csv", reason)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_bad_file_never_blocks_another_ticker(
    tmp_path: Path, acme: Bars, ending: str, caplog: pytest.LogCaptureFixture
):
    """One warning names it, and the rest is answered."""
    write_csv(tmp_path, acme)
    (tmp_path / f"OTHER.{ending}").write_bytes(b"PAR1 not really")
    source = FilesSource([tmp_path])
    for _ in range(2):
        assert same(source.history("ACME", NOW), acme)
        source.search("x", NOW)
        with pytest.raises(PriceError):
            source.history("OTHER", NOW)
    assert caplog.text.count(f"OTHER.{ending}:") == 1
    kinds = {found.ticker: type(found) for found in read_histories([tmp_path])}
    assert kinds == {"ACME": Bars, "OTHER": UnreadableFileError}


def test_parquet_without_closes_is_left_out(tmp_path: Path, acme: Bars):
    """A table of something else in the folder is no reason to stop."""
    pq.write_table(pa.table({"date": [1], "ticker": ["ACME"]}), tmp_path / "p.parquet")
    write_csv(tmp_path, acme)
    assert same(FilesSource([tmp_path]).history("ACME", NOW), acme)
    (problem,) = file_problems([tmp_path])
    assert problem.detail == "p.parquet: no-columns date, ticker"


def test_file_that_is_not_there_is_no_connection(tmp_path: Path):
    """A folder that was unmounted is a source that is away, so that the next one is asked."""
    with pytest.raises(NoConnectionError):
        FilesSource([tmp_path / "gone.csv"]).history("ACME", NOW)
    assert FilesSource([tmp_path / "gone.csv"]).search("a", NOW) == ()


def test_all_histories_come_in_one_pass_sorted(tmp_path: Path, acme: Bars, others: list[Bars]):
    """Six tickers from a table and a folder come in the order of their names."""
    write_parquet(tmp_path / "p.parquet", [acme, *others])
    write_csv(tmp_path, make_bars("CSVCO", n=30))
    found = list(read_histories([tmp_path]))
    assert [b.ticker for b in found] == ["AAA", "ACME", "BRK-B", "CSVCO", "MMM", "ZZZ"]
    assert isinstance(found[1], Bars)
    assert same(found[1], acme)


@pytest.mark.parametrize("few", [True, False])
def test_wanted_histories_come_in_the_order_wanted_and_missing_ones_as_errors(
    tmp_path: Path, acme: Bars, others: list[Bars], few: bool
):
    """Whoever asks for three gets three, the unknown one as an error in its place."""
    write_parquet(tmp_path / "p.parquet", [acme, *others])
    wanted = ["ZZZ", "NOPE", "ACME"] + ([] if few else [f"N{i}" for i in range(20)])
    found = list(read_histories([tmp_path], wanted))
    assert len(found) == len(wanted)
    assert [b.ticker for b in found] == wanted
    assert isinstance(found[1], UnknownTickerError)
    assert isinstance(found[2], Bars)


def test_broken_history_is_an_error_among_sound_ones(
    tmp_path: Path, acme: Bars, others: list[Bars]
):
    """One table's bad ticker stops no other."""
    broken = replace(make_bars("BAD", n=50))
    path = write_parquet(tmp_path / "p.parquet", [acme, broken])
    table = pq.read_table(path)
    highs = table["high"].to_pylist()
    highs[100:] = [h / 2 for h in highs[100:]]
    table = table.set_column(table.schema.get_field_index("high"), "high", pa.array(highs))
    pq.write_table(table, path)
    found = {b.ticker: b for b in read_histories([path])}
    assert isinstance(found["ACME"], Bars)
    assert isinstance(found["BAD"], PriceError)
