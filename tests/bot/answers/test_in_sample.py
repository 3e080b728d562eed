"""Every surface that shows a record says so where the model was trained on its days."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.answers.exports import as_csv, as_json
from bot.answers.model_facts import model_facts
from bot.answers.models import ModelShelf
from bot.answers.track import track_record
from bot.answers.verification import prove
from bot.background.digest.news import news_of
from bot.background.nightly.outcomes import resolve_due
from bot.words.came_true import came_true_text
from bot.words.digest import DigestWriter
from bot.words.forecast import caption
from bot.words.in_sample import learned_line, learned_record
from bot.words.language import load_words
from bot.words.languages import languages
from bot.words.model_card import model_text
from bot.words.several import album_caption
from bot.words.track import track_text
from bot.words.verdict import held_where_unseen
from bot.words.verification import proof_text
from forecasting.model.artifact import Verdict
from forecasting.model.serving import load_pretrained
from forecasting.values import Forecast, HeldBack
from storage.records.chats import Place, PlaceSettings, ShownForecast
from storage.records.exports import PlaceExport
from storage.store import open_store
from tests.bot.markets import Shop, after_close, plain_forecast, walk

WORDS = load_words()
BARS = walk(count=420, seed=4)
LAST = BARS.session(-1)
LEARNED, CLEAN = "lstm-209912-0a1b2c", "lstm-199912-0a1b2c"
BOTH = pytest.mark.parametrize(("version", "told"), [(LEARNED, True), (CLEAN, False)])
SENTENCE = "was trained on"


def given(version, row):
    return replace(plain_forecast(BARS, row), model_version=version)


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def lived(store, versions):
    """One forecast a session by the models named, all of whose days have come."""
    rows = range(300, 300 + len(versions))
    for row, version in zip(rows, versions, strict=True):
        store.issue(given(version, row), after_close(BARS, row))
    resolve_due(store, Shop({"AAA": BARS}), after_close(BARS))
    return after_close(BARS)


@BOTH
def test_the_verdict_under_a_forecast_gives_way(version, told):
    """What held on unseen days says nothing of days that were learned."""
    verdict = Verdict(held=80, direction=50, coin=True)
    for line in held_where_unseen(WORDS, given(version, 300), verdict):
        assert (SENTENCE in line) == told
        assert ("80 of 100" in line) != told
    shown = caption(WORDS, given(version, 300), 1, 20, sessions_old=0, verdict=verdict)
    assert (SENTENCE in shown) == told


@BOTH
def test_the_verdict_under_several_forecasts_gives_way(version, told):
    """One learned day among several is enough: their common verdict is not shown."""
    verdict = Verdict(held=80, direction=50, coin=True)
    all_shown: list[tuple[int, Forecast, int, HeldBack | None]] = [
        (1, given(CLEAN, 300), 0, None),
        (2, given(version, 301), 0, None),
    ]
    text = album_caption(WORDS, all_shown, 20, verdict)
    assert (SENTENCE in text, "80 of 100" in text) == (told, not told)


@BOTH
def test_the_reply_that_tells_what_came(store, version, told):
    """Inside or outside, it proves nothing."""
    lived(store, [version])
    (result,) = [r.resolution for r in store.resolutions_of("AAA", 5)]
    assert (SENTENCE in came_true_text(WORDS, given(version, 300), 1, result)) == told


@BOTH
def test_the_record(store, version, told):
    """Of one ticker and of all."""
    now = lived(store, [version] * 30)
    for ticker in ("AAA", None):
        facts = track_record(store, ticker, now)
        assert facts.learned == (90 if told else 0)  # thirty at 1, 5 and 20 sessions
        assert ("All of them lie in the years the model" in track_text(WORDS, facts)) == told


def test_a_record_that_is_partly_learned_says_how_many(store):
    """After a newer model was installed only the older results are clean, or the other way."""
    facts = track_record(store, None, lived(store, [CLEAN] * 20 + [LEARNED] * 10))
    assert facts.learned == 30
    assert "30 of them lie in the years the model was trained on" in track_text(WORDS, facts)


def test_one_result_is_told_in_the_singular():
    """One result lies, several lie; a clean record carries no warning."""
    assert "1 of them lies in" in str(learned_record(WORDS, 1, 9))
    assert learned_record(WORDS, 0, 9) is None


@BOTH
def test_the_digest(version, told):
    """It tells where the close fell in the range shown before."""
    earlier = given(version, 300)
    now = given(version, 301)
    answer = type("A", (), {"bars": BARS.rows(slice(0, 302)), "issued": _issued(now)})()
    news = news_of(answer, earlier.as_of, _issued(earlier))
    assert news.learned == told
    text = DigestWriter(WORDS).text([news], ())
    assert (SENTENCE in text) == told
    assert "Not investment advice" in text


def _issued(forecast):
    return type("I", (), {"id": 2, "forecast": forecast})()


@BOTH
def test_the_proof(store, version, told):
    """The row says how often its range held."""
    lived(store, [version])
    assert (SENTENCE in proof_text(WORDS, prove(store, 1))) == told


@pytest.mark.parametrize(("today", "told"), [(date(2023, 12, 29), True), (date(2024, 1, 2), False)])
def test_the_models_own_answer(store, today, told):
    """In a replay of the years it was trained on, and of no ticker or of one."""
    shelf = ModelShelf(load_pretrained(), store)
    for ticker in (None, "AAA"):
        facts = model_facts(store, shelf, ticker, today)
        assert (learned_line(WORDS) in model_text(WORDS, facts)) == told


@BOTH
def test_exports(version, told):
    """Whoever scores the file must know which rows are worth nothing."""
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    place = Place(1, 0)
    shown = ShownForecast(1, 10, now, 5, given(version, 300))
    export = PlaceExport(place, PlaceSettings(), (), (), (), (shown,))
    (row,) = csv.DictReader(io.StringIO(as_csv(export).decode()))
    assert (row["model"], row["in_training"]) == (version, "yes" if told else "no")
    assert json.loads(as_json(export, now))["forecasts"][0]["in_training"] is told


def test_the_sample_is_served_by_a_model_that_never_saw_it(tmp_path):
    """From the first day that a newcomer lives through to the last of the sample's prices."""
    from bot.cli.run_local import SAMPLE_LAST, SAMPLE_START
    from forecasting.model.training_years import learned_from

    model = load_pretrained(("sample",))
    assert model.version != load_pretrained(("yahoo",)).version
    assert not learned_from(model.version, SAMPLE_START)
    assert date.fromisoformat(model.card.trained_to) < date(2005, 1, 1)
    assert learned_from(load_pretrained().version, SAMPLE_LAST)


@pytest.mark.parametrize("language", languages())
def test_old_prices_do_not_hide_that_the_model_learned_from_them(language):
    """Twenty sessions from prices of years ago: it stands above the fold, in every language."""
    words, item = load_words(language), replace(plain_forecast(BARS, 400), model_version=LEARNED)
    told = caption(words, item, 1, 20, sessions_old=1234, verdict=Verdict(80, 50, coin=True))
    assert learned_line(words) in told.split("<blockquote")[0]
