"""Announcements come from files, from Yahoo's two answers, or from a cache that asks ahead."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting.announcements.build import AnnouncementOptions, build_announcements
from forecasting.announcements.cached import CachedAnnouncements
from forecasting.announcements.files import read_announcements
from forecasting.announcements.known import POST, PRE, UNKNOWN, Announcements, Certainty, nothing
from forecasting.announcements.yahoo import combined
from forecasting.errors import AnnouncementFileError, NoConnectionError

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_table_is_read_alike_from_csv_and_parquet(tmp_path: Path):
    """Same rows, same days and times; more columns do not disturb."""
    text = "ticker,date,time_of_day\nB,2024-05-01,post\nA,2024-02-01,pre\nA,2024-05-02,\n"
    (tmp_path / "d.csv").write_text(text)
    table = pa.table(
        {
            "ticker": ["B", "A", "A"],
            "date": pa.array([date(2024, 5, 1), date(2024, 2, 1), date(2024, 5, 2)]),
            "time_of_day": ["post", "pre", None],
            "sources": [1, 2, 3],
        }
    )
    pq.write_table(table, tmp_path / "d.parquet")
    for name in ("d.csv", "d.parquet"):
        found = read_announcements([tmp_path / name])
        assert sorted(found) == ["A", "B"]
        assert found["A"].days.tolist() == [date(2024, 2, 1), date(2024, 5, 2)]
        assert found["A"].times.tolist() == [PRE, UNKNOWN]
        assert found["B"].times.tolist() == [POST]


def test_a_day_told_twice_counts_once_with_its_time(tmp_path: Path):
    """One row without and one with a time of day are one announcement."""
    (tmp_path / "d.csv").write_text("ticker,date,time_of_day\nA,2024-02-01,\nA,2024-02-01,post\n")
    found = read_announcements([tmp_path / "d.csv"])["A"]
    assert (len(found), found.times[0]) == (1, POST)


@pytest.mark.parametrize("text", ["nothing here", "ticker,date\nA,yesterday\n", "\x00"])
def test_a_file_that_is_no_table_is_named(tmp_path: Path, text: str):
    """The error says which file, whatever stands in it."""
    (tmp_path / "d.csv").write_text(text + "\nx,y,z\n")
    with pytest.raises(AnnouncementFileError, match=r"d\.csv"):
        read_announcements([tmp_path / "d.csv"])
    with pytest.raises(AnnouncementFileError, match=r"gone\.csv"):
        read_announcements([tmp_path / "gone.csv"])


def test_a_table_without_its_columns_says_which_are_missing(tmp_path: Path):
    """In CSV and parquet alike; the time of day may be left out."""
    rows = {"symbol": ["A"], "day": [date(2024, 2, 1)]}
    pq.write_table(pa.table(rows), tmp_path / "d.parquet")
    (tmp_path / "d.csv").write_text("symbol,day\nA,2024-02-01\n")
    for name in ("d.csv", "d.parquet"):
        with pytest.raises(AnnouncementFileError, match="no column ticker and no column date"):
            read_announcements([tmp_path / name])
    pq.write_table(pa.table({"ticker": ["A"], "date": rows["day"]}), tmp_path / "d.parquet")
    (tmp_path / "d.csv").write_text("ticker,date\nA,2024-02-01 16:05:00-05:00\n")
    for name in ("d.csv", "d.parquet"):
        assert read_announcements([tmp_path / name])["A"].days.tolist() == rows["day"]


def test_a_table_of_prices_is_no_table_of_announcements(tmp_path: Path):
    """Handed over by mistake, every session would be an announcement."""
    (tmp_path / "d.csv").write_text("ticker,date,close\nA,2024-02-01,7\n")
    with pytest.raises(AnnouncementFileError, match="holds prices"):
        read_announcements([tmp_path / "d.csv"])


def test_yahoos_calendar_overrules_its_page_about_this_quarter():
    """The page said the 28th, the calendar says the 30th: the 30th is expected, once."""
    past = {date(2026, 1, 29): POST, date(2026, 4, 28): POST}
    found = combined("T", past, [date(2026, 4, 30)], date(2026, 4, 20))
    assert found.days.tolist() == [date(2026, 1, 29), date(2026, 4, 30)]
    assert found.certainty is Certainty.CONFIRMED


def test_two_dates_are_a_window_and_not_sure():
    """The middle of the window is expected, as an estimate."""
    found = combined("T", {}, [date(2026, 4, 27), date(2026, 5, 1)], date(2026, 4, 20))
    assert found.days.tolist() == [date(2026, 4, 29)]
    assert found.certainty is Certainty.ESTIMATED


def test_the_hour_of_the_page_goes_with_the_day_of_the_calendar():
    """Where both name the same day, its time of day is kept."""
    found = combined("T", {date(2026, 4, 30): PRE}, [date(2026, 4, 30)], date(2026, 4, 20))
    assert found.times.tolist() == [PRE]


def test_only_named_sources_are_built(tmp_path: Path):
    """A name that nobody knows is an error; `none` knows nothing."""
    with pytest.raises(ValueError, match="choose from"):
        build_announcements("bloomberg", AnnouncementOptions())
    assert len(build_announcements("none", AnnouncementOptions()).announcements("A", NOW)) == 0
    (tmp_path / "d.csv").write_text("ticker,date,time_of_day\nA,2024-02-01,\n")
    source = build_announcements("files", AnnouncementOptions((tmp_path / "d.csv",)))
    assert len(source.announcements("A", NOW)) == 1
    assert len(source.announcements("Z", NOW)) == 0


class _Scripted:
    """Answers in turn, and counts the questions."""

    name = "scripted"

    def __init__(self, *answers: Announcements | Exception) -> None:
        self.answers, self.asked = list(answers), 0

    def announcements(self, ticker: str, now: datetime) -> Announcements:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _list(*days: str) -> Announcements:
    return Announcements(
        "A", np.array(days, "datetime64[D]"), np.full(len(days), POST, np.int8), "scripted"
    )


def test_a_forecast_never_waits_for_dates(tmp_path: Path):
    """Before anybody asked ahead nothing is known, and nobody is asked."""
    source = _Scripted(_list("2026-06-10"))
    cache = CachedAnnouncements(source, tmp_path)
    assert len(cache.announcements("A", NOW)) == 0
    assert source.asked == 0
    assert cache.ask_ahead("A", NOW)
    assert cache.announcements("A", NOW).days.tolist() == [date(2026, 6, 10)]


def test_a_list_is_kept_for_two_weeks_and_over_a_restart(tmp_path: Path):
    """Far from the day it is asked again after 14 days, not before."""
    CachedAnnouncements(_Scripted(_list("2026-06-10")), tmp_path).ask_ahead("A", NOW)
    source = _Scripted(_list("2026-06-11"))
    cache = CachedAnnouncements(source, tmp_path)
    found = cache.announcements("A", NOW)
    assert (found.days.tolist(), found.source) == ([date(2026, 6, 10)], "scripted")
    assert not cache.ask_ahead("A", NOW + timedelta(days=13))
    assert cache.ask_ahead("A", NOW + timedelta(days=15))
    assert cache.announcements("A", NOW).days.tolist() == [date(2026, 6, 11)]


def test_near_the_day_it_is_asked_again_after_two(tmp_path: Path):
    """Companies move their day late: within two weeks of it a list lives two days."""
    source = _Scripted(_list("2026-03-10"), _list("2026-03-12"))
    cache = CachedAnnouncements(source, tmp_path)
    cache.ask_ahead("A", NOW)
    assert not cache.ask_ahead("A", NOW + timedelta(days=1))
    assert cache.ask_ahead("A", NOW + timedelta(days=3))


def test_a_source_that_fails_is_left_alone_for_hours(tmp_path: Path):
    """What was known stands; the next question comes six hours later."""
    source = _Scripted(NoConnectionError("A", "scripted", "down"), nothing("A"))
    cache = CachedAnnouncements(source, tmp_path)
    assert cache.ask_ahead("A", NOW)
    assert not cache.ask_ahead("A", NOW + timedelta(hours=1))
    assert cache.ask_ahead("A", NOW + timedelta(hours=7))


def test_a_list_that_nobody_renewed_counts_as_nothing(tmp_path: Path):
    """After four months its silence would be a lie."""
    cache = CachedAnnouncements(_Scripted(_list("2026-03-10")), tmp_path)
    cache.ask_ahead("A", NOW)
    assert len(cache.announcements("A", NOW + timedelta(days=121))) == 0
