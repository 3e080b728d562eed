"""The command line: one forecast, many quantiles, training, the report and the tuner."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting.__main__ import main
from forecasting.forecast import make_forecasts
from forecasting.model.serving import load_model, load_pretrained
from forecasting.values import HORIZONS, LEVELS, Bars, Forecast
from tests.forecasting.simulated import garch_walk, random_walk

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


def _table(histories: list[Bars]) -> pa.Table:
    return pa.concat_tables(
        pa.table(
            {
                "date": pa.array(bars.sessions),
                **{name: getattr(bars, name) for name in COLUMNS},
                "ticker": [bars.ticker] * len(bars),
            }
        )
        for bars in histories
    )


@pytest.fixture
def histories():
    return [
        random_walk(900, 1, daily=0.01, ticker="SPY"),
        garch_walk(900, 2, ticker="AAA"),
        garch_walk(900, 3, ticker="BBB"),
        garch_walk(60, 4, ticker="NEW"),
    ]


@pytest.fixture
def prices(histories, tmp_path):
    path = tmp_path / "prices.parquet"
    pq.write_table(_table(histories), path)
    return path


def _quantiles(prices, out, *more):
    status = main(["quantiles", "--prices", str(prices), "--out", str(out), *more])
    return status, pq.read_table(out).to_pylist() if status == 0 else []


def test_quantiles_are_those_of_single_forecasts(prices, histories, tmp_path):
    """Each row is the log of a quantile over the last close, as of its own day."""
    day = histories[1].session(699)
    span = ("--start", day.isoformat(), "--end", day.isoformat(), "--every", "1")
    status, rows = _quantiles(prices, tmp_path / "q.parquet", "--tickers", "AAA,BBB", *span)
    assert status == 0
    assert len(rows) == 2 * len(HORIZONS) * len(LEVELS)
    for bars in histories[1:3]:
        made = make_forecasts(load_pretrained(), [bars.between(None, day)], histories[0])[0]
        assert isinstance(made, Forecast)
        own = [row for row in rows if row["ticker"] == bars.ticker]
        assert {row["as_of"] for row in own} == {day}
        for row in own:
            expected = np.log(made.at(row["horizon"], row["level"]) / made.close)
            assert row["log_return"] == pytest.approx(expected, abs=2e-5)


def test_a_changed_future_changes_no_quantile(prices, histories, tmp_path):
    """Files whose later rows are other prices give the same earlier forecasts."""
    end = histories[1].session(600)
    later = [b.between(None, histories[1].session(620)) for b in histories]
    other = tmp_path / "cut.parquet"
    pq.write_table(_table(later), other)
    span = ("--end", end.isoformat(), "--every", "20", "--tickers", "AAA")
    _, whole = _quantiles(prices, tmp_path / "a.parquet", *span)
    _, cut = _quantiles(other, tmp_path / "b.parquet", *span)
    assert whole == cut
    assert max(row["as_of"] for row in whole) <= end


def test_what_cannot_be_forecast_is_named_and_skipped(prices, tmp_path, capsys):
    """A short history and an unknown name cost a line each, not the run."""
    status, rows = _quantiles(prices, tmp_path / "q.parquet", "--tickers", "NEW,ZZZ,AAA")
    said = capsys.readouterr().err
    assert status == 0
    assert {row["ticker"] for row in rows} == {"AAA"}
    assert "NEW: skipped" in said
    assert "ZZZ: no such history" in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "has no column ticker and no column date"),
        ("ticker,date,time_of_day\n", "holds no announcement"),
        ("ticker,date,time_of_day\nAAA,soon,pre\n", "soon"),
        (None, "No such file"),
    ],
)
def test_announcements_that_cannot_be_read_are_one_line(prices, tmp_path, capsys, text, reason):
    """No stack of calls, no file of forecasts, an exit status that says so."""
    table, out = tmp_path / "dates.csv", tmp_path / "q.parquet"
    if text is not None:
        table.write_text(text)
    assert _quantiles(prices, out, "--announcements", str(table))[0] == 1
    said = capsys.readouterr().err
    assert said.startswith("dates.csv: ")
    assert reason in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_what_has_no_forecast_leaves_the_file_of_the_last_run(prices, tmp_path, capsys):
    """Nothing usable, or nowhere to write: a line on why, and nothing is overwritten."""
    out = tmp_path / "q.parquet"
    out.write_bytes(b"yesterday's")
    assert _quantiles(prices, out, "--tickers", "ZZZ")[0] == 1
    assert out.read_bytes() == b"yesterday's"
    assert "nothing was written" in capsys.readouterr().err
    assert _quantiles(prices, tmp_path / "gone" / "q.parquet", "--tickers", "AAA")[0] == 1
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        _quantiles(prices, out, "--every", "0")


def test_a_coming_announcement_moves_quantiles_from_ten_sessions_before_it_on(
    prices, histories, tmp_path
):
    """As of a day, one ten sessions ahead widens the fan; one fifteen ahead changes no number."""
    bars = histories[1]
    at = next(row for row in range(700, 720) if bars.sessions[row].item().weekday() == 1)
    span = ("--start", str(bars.session(at)), "--end", str(bars.session(at)), "--tickers", "AAA")
    found = []
    for ahead in (None, 10, 15):
        rows = [at - 63 * quarter for quarter in (4, 3, 2, 1)] + ([at + ahead] if ahead else [])
        table = tmp_path / f"{ahead}.csv"
        lines = [f"AAA,{bars.session(row)},pre" for row in rows]
        table.write_text("\n".join(["ticker,date,time_of_day", *lines]) + "\n")
        found.append(
            _quantiles(prices, tmp_path / "q.parquet", *span, "--announcements", str(table))[1]
        )
    assert found[2] == found[0]
    assert found[1] != found[0]


def test_predict_prints_draws_and_writes(prices, histories, tmp_path, capsys):
    """The table, the picture and the JSON are of the same forecast."""
    day = histories[1].session(800)
    chart, file = tmp_path / "t.png", tmp_path / "t.json"
    asked = ["predict", "aaa", "--prices", str(prices), "--sessions", "5"]
    assert main([*asked, "--as-of", str(day), "--chart", str(chart), "--json", str(file)]) == 0
    shown = capsys.readouterr().out
    data = json.loads(file.read_text())
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert data["as_of"] == day.isoformat()
    assert len(data["targets"]) == len(data["quantiles"]) == len(data["percent"]) == 5
    assert data["targets"][0] in shown
    assert "no-market" not in data["cautions"]
    assert date.fromisoformat(data["targets"][0]) > day


def test_predict_says_why_not(prices, capsys):
    """Too little history and nonsense are one line on stderr and an exit status of 1."""
    for ticker in ("NEW", "ZZZ", "not a ticker"):
        assert main(["predict", ticker, "--prices", str(prices)]) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_predict_refuses_a_ticker_that_has_ended_unless_a_day_is_asked_for(tmp_path, capsys):
    """Forty sessions without a bar while the market has them: its end is told; of its day it works."""
    ended = garch_walk(860, 2, ticker="AAA")
    path = tmp_path / "prices.parquet"
    pq.write_table(_table([random_walk(900, 1, daily=0.01, ticker="SPY"), ended]), path)
    asked = ["predict", "AAA", "--prices", str(path)]
    assert main(asked) == 1
    assert str(ended.as_of) in capsys.readouterr().err
    assert main([*asked, "--as-of", str(ended.as_of)]) == 0
    assert f"on {ended.as_of}" in capsys.readouterr().out


def test_predict_answers_where_all_prices_are_old(tmp_path, capsys):
    """Files that end years ago prove nothing about a ticker that ends where they do."""
    path = tmp_path / "prices.parquet"
    histories = [random_walk(900, 1, daily=0.01, ticker="SPY"), garch_walk(880, 2, ticker="AAA")]
    pq.write_table(_table(histories), path)
    assert main(["predict", "AAA", "--prices", str(path)]) == 0
    assert str(histories[1].as_of) in capsys.readouterr().out


@pytest.mark.slow
def test_training_scoring_and_report_follow_one_another(tmp_path, capsys):
    """A model is trained and scored, its report is resumed, the tuner goes on where it was.

    With `--scored-only` the scored model alone is written, into the folder itself.
    """
    names = [f"T{i}" for i in range(10)]
    histories = [garch_walk(1300, i, ticker=name) for i, name in enumerate(names)]
    histories.append(random_walk(1300, 99, daily=0.01, ticker="SPY"))
    path, out, page = tmp_path / "p.parquet", tmp_path / "model", tmp_path / "page.md"
    pq.write_table(_table(histories), path)
    cuts = ("--scored-cut", "2013-06-30", "--cut", "2014-12-31")
    small = ("--every", "40", "--test-every", "60", "--epochs", "1")
    assert main(["pretrain", "--prices", str(path), "--out", str(out), *cuts, *small]) == 0
    card = load_model(out).card
    assert card.trained_to == "2014-12-31"
    assert card.quality is not None
    assert card.quality.trained_to == "2013-06-30"
    alone = tmp_path / "alone"
    only = ("--scored-only", *cuts, *small)
    assert main(["pretrain", "--prices", str(path), "--out", str(alone), *only]) == 0
    card = load_model(alone).card
    assert (card.trained_to, (alone / "scored").exists()) == ("2013-06-30", False)
    assert card.quality is not None
    assert card.quality.first > "2013-06-30"
    asked = ["evaluate", "--prices", str(path), "--model", str(out / "scored"), "--quick"]
    asked += ["--end", "2014-12-31", "--out", str(page), "--cards", str(out)]
    assert main(asked) == 0
    first = page.read_text()
    assert main(asked) == 0
    assert page.read_text() == first
    assert "| GARCH(1,1)-t |" in first
    study = ["tune", "--prices", str(path), "--out", str(tmp_path / "study"), "--trials", "1"]
    for count in (1, 2):
        assert main([*study, "--cases", "500", "--cut", "2013-06-30"]) == 0
        assert f"{count} trials finished" in capsys.readouterr().out
