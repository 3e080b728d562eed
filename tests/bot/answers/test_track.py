"""The track record: figures from all results, and a verdict that luck cannot win."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bot.answers.track import has_picture, summarise, track_picture, track_record
from bot.background.nightly.outcomes import resolve_due
from bot.values import JUDGED
from bot.words.language import load_words
from bot.words.track import promise_kept, track_text
from forecasting.charts.track import draw_track
from storage.store import open_store
from tests.bot.markets import Shop, after_close, plain_forecast, walk, without

WORDS = load_words()


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def lived(store, bars, rows, change=lambda forecast, row: forecast, until=-1):
    """Give forecasts, let their days come, and return the instant after."""
    for row in rows:
        store.issue(change(plain_forecast(bars, row), row), after_close(bars, row))
    now = after_close(bars, until)
    resolve_due(store, Shop({bars.ticker: bars}), now)
    return now


def test_an_honest_walk_has_no_edge_and_a_range_as_promised(store):
    """The usual truth about daily prices is said aloud."""
    bars = walk(count=420, seed=4)
    facts = track_record(store, "AAA", lived(store, bars, range(220, 395)))
    text = track_text(WORDS, facts)
    assert "No edge" in text
    assert text.startswith("<b>AAA: ranges held as promised.</b>\nOf 100 ranges that promised 80, ")
    assert promise_kept(facts) == "kept"
    assert "0 void" in text
    assert facts.resolved == 175 * 20
    assert facts.next_due is None


def test_prices_that_ended_promise_no_next_result(store):
    """A close that never came is not awaited years later, of one ticker or of all."""
    bars = walk(count=420, seed=4)
    lived(store, bars, [418])
    for ticker in ("AAA", None):
        facts = track_record(store, ticker, after_close(bars, -1) + timedelta(days=900))
        assert facts.next_due is None
        assert "The next one" not in track_text(WORDS, facts)
        assert "I have given no forecast" not in track_text(WORDS, facts)


def test_a_forecaster_that_knows_is_found_to_have_an_edge(store):
    """A median half-way to the truth is a proven edge, and the range gains too."""
    bars = walk(count=420, seed=4)

    def knowing(forecast, row):
        ahead = np.sqrt(bars.close[row + 1 : row + 21] / forecast.close)[:, None]
        return replace(forecast, quantiles=forecast.quantiles * ahead)

    facts = track_record(store, "AAA", lived(store, bars, range(220, 395), knowing))
    assert "<b>Edge</b>" in track_text(WORDS, facts)
    entry = facts.at(5)
    assert entry is not None
    assert entry.edge.value == pytest.approx(-0.5, abs=0.1)
    assert entry.gain.high < 0


@pytest.mark.parametrize(("width", "said"), [(0.4, "too narrow"), (2.5, "too wide")])
def test_ranges_of_the_wrong_width_are_told(store, width, said):
    """Overconfidence is the common fault; so is hiding behind a wide range."""
    bars = walk(count=420, seed=4)
    for row in range(220, 395):
        store.issue(plain_forecast(bars, row, width=width), after_close(bars, row))
    now = after_close(bars)
    resolve_due(store, Shop({"AAA": bars}), now)
    facts = track_record(store, "AAA", now)
    assert track_text(WORDS, facts).startswith(f"<b>AAA: ranges {said}.</b>")
    # The picture's heading is the caption's verdict.
    assert said == f"too {promise_kept(facts)}"


def test_a_wrong_drift_is_worse_than_no_change(store):
    """A bot that tells fairy tales is told so."""
    bars = walk(count=420, seed=4)

    def dreaming(forecast, _row):
        return replace(forecast, quantiles=forecast.quantiles * 1.2)

    facts = track_record(store, "AAA", lived(store, bars, range(220, 395), dreaming))
    assert "Worse than" in track_text(WORDS, facts)


def test_too_few_results_are_not_judged_and_the_next_day_is_named(store):
    """Nine results prove nothing; the reader learns when there will be more."""
    bars = walk(count=420)
    now = lived(store, bars, range(300, 309), until=313)
    facts = track_record(store, "AAA", now)
    text = track_text(WORDS, facts)
    assert text.startswith(
        "<b>AAA: too early to judge.</b>\n9 results 5 sessions ahead; it takes 20"
    )
    assert promise_kept(facts) == "early"
    assert WORDS.day(bars.session(314)) in text
    assert "edge" not in text.split("<blockquote")[0].lower()
    assert not has_picture(facts)


def test_before_the_first_result_the_first_day_is_named(store):
    """A record of nothing is not an error."""
    bars = walk(count=420)
    now = after_close(bars, 300)
    assert "/predict AAA" in track_text(WORDS, track_record(store, "AAA", now))
    assert "begins the record" in track_text(WORDS, track_record(store, None, now))
    store.issue(plain_forecast(bars, 300), now)
    for ticker in ("AAA", None):
        text = track_text(WORDS, track_record(store, ticker, now))
        assert WORDS.day(bars.session(301)) in text


def test_void_results_are_counted_and_judge_nothing(store):
    """A halted day is no hit and no miss."""
    bars = walk(count=420)
    cut = without(bars, [315])
    for row in range(300, 310):
        store.issue(plain_forecast(bars, row), after_close(bars, row))
    now = after_close(bars, 360)
    resolve_due(store, Shop({"AAA": cut}), now)
    facts = track_record(store, "AAA", now)
    assert (facts.resolved, facts.void) == (190, 10)


def test_the_record_of_all_counts_every_ticker(store):
    """Nothing is left out of the overall record."""
    one, other = walk("AAA", 420), walk("BBB", 420)
    lived(store, one, range(300, 330))
    now = lived(store, other, range(300, 330))
    facts = track_record(store, None, now)
    assert facts.resolved == 1200
    assert [entry.resolved for entry in facts.horizons if entry.horizon == JUDGED] == [60]


def test_the_picture_is_drawn_and_its_name_follows_its_content(store):
    """Same record, same picture; one result more, another."""
    bars = walk(count=420, seed=4)
    now = lived(store, bars, range(300, 360), until=370)
    facts = track_record(store, "AAA", now)
    assert has_picture(facts)
    until = bars.between(None, now.date())
    picture = track_picture(store, facts, until)
    assert draw_track(picture.record)[:4] == b"\x89PNG"
    assert track_picture(store, facts, until).name == picture.name
    later = now + timedelta(days=1)
    resolve_due(store, Shop({"AAA": bars}), later)
    more = track_record(store, "AAA", later)
    assert track_picture(store, more, bars.between(None, later.date())).name != picture.name
    overall = track_picture(store, track_record(store, None, later), None)
    assert draw_track(overall.record)[:4] == b"\x89PNG"


def test_captions_fit_telegrams_limit(store):
    """Even the longest record stays within 1024 UTF-16 units."""
    bars = walk("LONG-TICKER.XX", count=420, seed=4)
    facts = track_record(store, bars.ticker, lived(store, bars, range(220, 395)))
    assert len(track_text(WORDS, facts).encode("utf-16-le")) // 2 <= 1024


def test_one_result_is_summarised_without_a_claim(store):
    """An interval of one result does not exist."""
    bars = walk(count=420)
    lived(store, bars, [300], until=301)
    entry = summarise(store.weekly_sums("AAA", [1]), 1)
    assert not entry.judged
    assert np.isnan(entry.edge.low)


def test_the_record_is_told_by_the_slice_that_forecasts_were_in(store):
    """Fifteen on wild days, five near earnings by the list and five by the past; the rest is not told."""
    bars = walk(count=420, seed=4)
    names = {**dict.fromkeys(range(220, 235), "wild"), **dict.fromkeys(range(235, 240), "near")}
    names |= {**dict.fromkeys(range(240, 245), "expected"), 245: "other"}

    def sliced(forecast, row):
        return replace(forecast, slice=names.get(row))

    facts = track_record(store, "AAA", lived(store, bars, range(220, 250), sliced))
    assert [(entry.name, entry.resolved) for entry in facts.slices] == [
        ("near", 5),
        ("expected", 5),
        ("wild", 15),
        ("other", 1),
    ]
    held = {entry.name: entry.held for entry in facts.slices}
    inside = {
        name: sum(
            plain_forecast(bars, row).at(5, 0.1)
            <= bars.close[row + 5]
            <= plain_forecast(bars, row).at(5, 0.9)
            for row, own in names.items()
            if own == name
        )
        for name in held
    }
    assert held == inside
    text = track_text(WORDS, facts)
    assert f"{held['wild']} of 15 on wild days" in text
    assert f"{held['near'] + held['expected']} of 10 near earnings" in text
    assert "calm" not in text


def test_a_record_without_slices_says_nothing_of_days(store):
    """Forecasts from before there were slices are counted as ever."""
    bars = walk(count=420, seed=4)
    facts = track_record(store, "AAA", lived(store, bars, range(220, 230)))
    assert facts.slices == ()
    assert "kind of day" not in track_text(WORDS, facts)
