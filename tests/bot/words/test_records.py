"""What came true, a record, a backtest, a model: the verdict first, statistics below the fold."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from bot.answers.model_facts import model_facts
from bot.answers.models import ModelShelf
from bot.values import HorizonRecord, KeptPromise, TrackFacts
from bot.words.backtest import backtest_text
from bot.words.came_true import came_true_text
from bot.words.language import load_words
from bot.words.model_card import model_text
from bot.words.promise import hundred, promise_headline
from bot.words.track import track_text
from forecasting.charts.findings import is_inside
from forecasting.charts.promise import verdict_line
from forecasting.charts.texts import ENGLISH
from forecasting.evaluation.intervals import Interval
from forecasting.model.serving import load_pretrained
from storage.records.ledger import Resolution
from storage.store import open_store
from tests.bot.words.test_caption import FOLD, KINDS, forecast

WORDS = load_words()
KEPT = KeptPromise(0.79, "kept")


def above(text):
    return re.sub("<[^>]*>", "", text.split(FOLD)[0]).rstrip()


def at_a_glance(text):
    head = above(text)
    return len(head.splitlines()) <= 5 and len(head.split()) <= 45


def came(item, close):
    """Return the ledger's row of a close at the fifth session."""

    def inside(low, high):
        return item.at(5, low) <= close <= item.at(5, high)

    return Resolution(
        1, 5, item.targets[4], "resolved", close, in_50=inside(0.25, 0.75),
        in_80=inside(0.1, 0.9), in_95=inside(0.025, 0.975), abs_error=0.02, naive_abs_error=0.03,
    )  # fmt: skip


def test_inside_is_said_with_the_range_and_what_came():
    """The picture's heading, the close, the range, the number to verify by."""
    item = forecast(352.26)
    low, high = (f"${item.at(5, level):.0f}" for level in (0.1, 0.9))
    assert above(came_true_text(WORDS, item, 12, came(item, 360.0))).splitlines() == [
        "✅ TSLA: inside the 8-in-10 range.",
        # By hand: 360 / 352.26 = 1.02197.
        "$360.00 on Jan 5, 5 sessions later (+2.2\u202f%).",
        f"The range was {low} to {high}.",
        "Not investment advice. #F12",
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [0.001, 0.05, 0.0999, 0.1, 0.3, 0.9, 0.96, 0.999])
def test_heading_and_picture_have_one_rule(kind, level):
    """Inside or outside of 8 in 10, for every price; never "inside the 95 % band"."""
    item = forecast(**KINDS[kind])
    close = item.at(5, level) * (0.98 if level < 0.01 else 1.02 if level > 0.99 else 1)
    text = came_true_text(WORDS, item, 12, came(item, close))
    picture = ENGLISH.came_inside if is_inside(item, 5, close) else ENGLISH.came_outside
    assert picture.format(name=item.ticker) in above(text).splitlines()[0]
    assert at_a_glance(text)


def interval(value, low, high):
    return Interval(value, low, high, 40)


def record(held, edge=(0.0, -0.1, 0.1), count=200):
    entry = HorizonRecord(
        5, count, interval(0.5, 0.4, 0.6), held, interval(0.95, 0.9, 0.99), 0.03, 0.03,
        interval(*edge), interval(*edge),
    )  # fmt: skip
    return TrackFacts("TSLA", count, 3, (entry,), None)


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (interval(0.79, 0.72, 0.86), "kept"),
        (interval(0.70, 0.62, 0.78), "narrow"),
        (interval(0.90, 0.84, 0.96), "wide"),
    ],
)
def test_a_record_begins_with_the_pictures_heading(held, verdict):
    """Then the hundred squares in words; errors and intervals stand below the fold."""
    text = track_text(WORDS, record(held))
    lines = above(text).splitlines()
    assert lines[0] == verdict_line(verdict, "TSLA", ENGLISH) + "."
    assert lines[1] == f"Of 100 ranges that promised 80, {100 * held.value:.0f} held."
    assert at_a_glance(text)
    assert "200 results, 3 void" in text.split(FOLD)[1]
    assert "median" not in above(text)


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        ((0.0, -0.1, 0.1), "No edge: which way it goes I knew no better than “no change”."),
        ((-0.3, -0.4, -0.2), "Edge: I was closer to what came than “no change”."),
        ((0.3, 0.2, 0.4), "Worse than “no change”: I was farther from what came."),
    ],
)
def test_the_direction_is_told_without_statistics(edge, said):
    """No edge is said aloud."""
    assert said in above(track_text(WORDS, record(interval(0.8, 0.7, 0.9), edge)))


@pytest.mark.parametrize("verdict", ["kept", "narrow", "wide", "early"])
def test_headlines_are_those_of_the_pictures(verdict):
    """Caption and picture never disagree."""
    said = promise_headline(WORDS, "TSLA", KeptPromise(0.5, verdict)).without_markup()
    assert said == verdict_line(verdict, "TSLA", ENGLISH) + "."


def test_one_of_a_hundred_is_said_in_whole_numbers():
    """No decimals in what a layman reads."""
    assert hundred(WORDS, KeptPromise(0.7949, "kept")) == (
        "Of 100 ranges that promised 80, 79 held."
    )  # fmt: skip


def test_a_kept_promise_that_looks_broken_is_explained():
    """73 of 100 and "as promised" is a contradiction to who does not know of luck."""
    assert hundred(WORDS, KeptPromise(0.73, "kept")) == (
        "Of 100 ranges that promised 80, 73 held: luck explains the difference."
    )
    assert hundred(WORDS, KeptPromise(0.73, "narrow")).endswith("73 held.")


def replayed(seen):
    return SimpleNamespace(
        ticker="TSLA", horizon=5, as_of=tuple(range(120)), coverage=(0.5, 0.79, 0.95),
        targets=(date(2021, 7, 1), date(2021, 12, 31)), mae=3.1, mae_no_change=3.1, rmse=4.2,
        rmse_no_change=4.2, in_training=np.arange(120) < seen,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (0, "Calculated afterwards; what I said on the day is in /track."),
        (30, "⚠️ The model was trained on 30 of these 120 days: they flatter it."),
        (120, "⚠️ The model was trained on these very years: this flatters it."),
    ],
)
def test_a_backtest_says_first_what_it_is_worth(seen, said):
    """Verdict, squares, and whether the model had seen those days."""
    text = backtest_text(WORDS, replayed(seen), KEPT)
    lines = above(text).splitlines()
    assert lines[0] == "TSLA: ranges held as promised."
    assert lines[1] == "Of 100 ranges that promised 80, 79 held."
    assert lines[2].startswith(said)
    assert lines[3] == "Not investment advice."
    assert at_a_glance(text)
    assert "For experts: root mean squared error 4.20 %" in text.split(FOLD)[1]


def test_a_model_begins_with_its_verdict(tmp_path):
    """Which model, on what it was trained, and losses stand below the fold."""
    store = open_store(f"sqlite:///{tmp_path / 'model.db'}")
    base = load_pretrained()
    facts = model_facts(store, ModelShelf(base, store), None, date(2023, 1, 2))
    text = model_text(WORDS, facts)
    assert above(text).startswith("This model: ranges ")
    assert "Of 100 ranges that promised 80, " in above(text)
    assert base.version in text.split(FOLD)[1]
    assert at_a_glance(text)
    never = replace(facts, card=replace(facts.card, quality=None), promise=None)
    assert "never tested" in above(model_text(WORDS, never))
    store.close()
