"""A verdict needs twenty results over six weeks: fewer could be luck."""

from datetime import date

import pytest

from bot.answers.track import summarise
from bot.values import TrackFacts
from bot.words.language import load_words
from bot.words.track import track_text
from storage.records.tallies import Sums, Tally, week_of

MONDAY = date(2021, 3, 1)
WORDS = load_words()


def results(weeks, per_week):
    """So many results a week, from Monday on, each with the median twice as close as no change."""
    week = Sums(
        resolved=per_week,
        in_50=per_week,
        in_80=per_week - (per_week == 5),
        in_95=per_week,
        abs_error=0.01 * per_week,
        naive_abs_error=0.02 * per_week,
        loss=0.003 * per_week,
        naive_loss=0.004 * per_week,
    )
    return [Tally("AAA", 5, week_of(MONDAY) + number, "", week) for number in range(weeks)]


def said(entry):
    """Return what `/track` says of such a record."""
    return str(track_text(WORDS, TrackFacts("AAA", entry.resolved, 0, (entry,), None)))


@pytest.mark.parametrize(
    ("weeks", "per_week", "judged"),
    [
        (5, 5, False),  # 25 results, five weeks
        (6, 4, True),  # 24 results, six weeks
        (2, 5, False),
        (19, 1, False),  # 19 results, weeks enough
        (20, 1, True),
    ],
)
def test_twenty_results_and_six_weeks_are_the_least_that_is_judged(weeks, per_week, judged):
    """One result or one week less, and the reader is told that it is too early."""
    entry = summarise(results(weeks, per_week), 5)
    assert (entry.resolved, entry.edge.blocks) == (weeks * per_week, weeks)
    text = said(entry)
    assert ("too early to judge" in text) is not judged
    assert ("<b>Edge</b>" in text) is judged


def test_too_early_names_what_is_needed():
    """Ten results: the reader learns of the twenty and of the six weeks."""
    text = said(summarise(results(2, 5), 5))
    assert "10 results 5 sessions ahead; it takes 20 over six weeks." in text


def test_the_figures_of_a_record_are_those_of_its_results():
    """Worked by hand: half the error of no change, three quarters of its loss, 4 of 5 inside."""
    entry = summarise(results(6, 5), 5)
    assert entry.error == pytest.approx(0.01)
    assert entry.naive_error == pytest.approx(0.02)
    assert entry.edge.value == pytest.approx(-0.5)
    assert entry.gain.value == pytest.approx(-0.25)
    assert (entry.held_50.value, entry.held_80.value, entry.held_95.value) == (1.0, 0.8, 1.0)
