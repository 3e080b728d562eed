"""A night of training: resumable, each ticker for itself, promoted in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from bot.answers.model_facts import model_facts
from bot.answers.models import ModelShelf
from bot.background.nightly.retraining import JOB, TrainingRound, next_version, retrain_night
from bot.background.nightly.training_process import Failed, Outcome, TrainingStoppedError
from bot.words.language import load_words
from bot.words.model_card import model_text
from forecasting.errors import NoConnectionError
from forecasting.evaluation.intervals import Interval
from forecasting.model.serving import load_pretrained
from forecasting.training.promotion import LEAST_HISTORY, Judgement, Tuned, TuneJob
from storage.store import open_store
from tests.bot.markets import Shop, after_close, walk

WORDS = load_words()
BASE = load_pretrained()
LOST = Judgement(0.50, 0.51, Interval(0.02, 0.01, 0.03, 12), 0.8, 0.8)
WON = Judgement(0.50, 0.49, Interval(-0.02, -0.03, -0.01, 12), 0.8, 0.8)


def kept(job):
    return Tuned(job.bars.ticker, job.version, LOST)


def won(job):
    card = BASE.card.to_bytes().replace(BASE.version.encode(), job.version.encode())
    return Tuned(job.bars.ticker, job.version, WON, onnx_bytes(), card)


def onnx_bytes():
    from forecasting.model.artifact import ONNX
    from forecasting.model.serving import PRETRAINED

    return (PRETRAINED / ONNX).read_bytes()


@dataclass
class Coach:
    """A trainer whose outcomes the test decides, ticker by ticker."""

    answer: Callable[[TuneJob], Outcome] = kept
    seen: list[TuneJob] = field(default_factory=list)
    closed: bool = False

    def train(self, jobs):
        for job in jobs:
            self.seen.append(job)
            yield job, self.answer(job)

    def close(self):
        self.closed = True


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'night.db'}")
    yield opened
    opened.close()


MARKETS = {name: walk(name, 900) for name in ("AAA", "BBB", "CCC")}
NOW = after_close(MARKETS["AAA"])


def night(key="XNYS 1", tickers=("AAA", "BBB", "CCC"), now=NOW, budget=1000.0):
    return TrainingRound(key, tickers, BASE.version, now, budget)


def test_a_loser_is_kept_out_and_its_loss_is_told(store):
    """The words of `/model`: kept the champion, by how much the challenger was worse."""
    tally = retrain_night(store, Shop(MARKETS), Coach(), night())
    assert (tally.kept, tally.promoted, tally.failed) == (3, 0, 0)
    assert store.champions() == ()
    text = model_text(WORDS, model_facts(store, ModelShelf(BASE, store), "AAA", NOW.date()))
    assert "made none better, so it serves on" in text
    assert f"was 2.0 % worse than {BASE.version}" in text


def test_a_winner_serves_and_the_one_before_is_kept_for_the_way_back(store):
    """Promoted twice, then rolled back: the earlier model serves again, then the base."""
    shop, shelf = Shop(MARKETS), ModelShelf(BASE, store)
    early = after_close(MARKETS["AAA"], -30)
    first = Coach(won)
    retrain_night(store, shop, first, night("XNYS 1", ("AAA",), early))
    second = Coach(won)
    retrain_night(store, shop, second, night("XNYS 2", ("AAA",)))
    before, after = first.seen[0].version, second.seen[0].version
    assert before != after
    assert second.seen[0].champion_onnx == onnx_bytes()
    shelf.refresh()
    assert shelf.model_for("AAA").version == after
    text = model_text(WORDS, model_facts(store, shelf, "AAA", NOW.date()))
    assert "made a better one, which serves now" in text
    assert f"{after} was " in text
    assert f" % better than {before}" in text
    assert store.rollback("AAA", NOW) == before
    shelf.refresh()
    assert shelf.model_for("AAA").version == before
    assert store.rollback("AAA", NOW) is None
    shelf.refresh()
    assert shelf.model_for("AAA").version == BASE.version


def test_what_a_crash_cut_off_is_done_and_nothing_twice(store):
    """The second run of a night trains only what the first had not finished."""

    def crashes_at_second(job):
        if job.bars.ticker == "BBB":
            raise ConnectionError("the process was killed here")
        return kept(job)

    with pytest.raises(ConnectionError):
        retrain_night(store, Shop(MARKETS), Coach(crashes_at_second), night())
    assert set(store.finished_items(JOB, "XNYS 1")) == {"AAA"}
    again = Coach()
    retrain_night(store, Shop(MARKETS), again, night())
    assert [job.bars.ticker for job in again.seen] == ["BBB", "CCC"]


def test_a_failure_stops_no_other_ticker(store):
    """A source that is down for one, a worker that dies at another: the third is trained."""
    shop = Shop(MARKETS, {"AAA": NoConnectionError("AAA", "made-up", "refused")})
    coach = Coach(lambda job: Failed("died") if job.bars.ticker == "BBB" else kept(job))
    tally = retrain_night(store, shop, coach, night())
    assert (tally.failed, tally.kept, sorted(tally.failures)) == (2, 1, ["AAA", "BBB"])
    assert {r.ticker: r.outcome for r in store.training_night(NOW.date())} == {
        "AAA": "failed",
        "BBB": "failed",
        "CCC": "kept",
    }
    text = model_text(WORDS, model_facts(store, ModelShelf(BASE, store), "BBB", NOW.date()))
    assert "failed, so the model before it serves on" in text


def test_after_the_deadline_the_rest_waits_and_is_first_the_next_night(store):
    """Nobody is left behind for ever."""
    clock = iter(np.arange(0.0, 10_000.0, 10.0))
    first = Coach()
    early = after_close(MARKETS["AAA"], -2)
    tally = retrain_night(
        store, Shop(MARKETS), first, night(now=early, budget=15.0), seconds=lambda: next(clock)
    )
    assert (tally.kept, tally.left) == (1, 2)
    second = Coach()
    retrain_night(store, Shop(MARKETS), second, night("XNYS 2"))
    assert [job.bars.ticker for job in second.seen] == ["BBB", "CCC", "AAA"]


def test_without_a_new_close_nothing_is_trained_again(store):
    """The same base and the same history would give the same challenger."""
    retrain_night(store, Shop(MARKETS), Coach(won), night(tickers=("AAA",)))
    idle = Coach()
    tally = retrain_night(store, Shop(MARKETS), idle, night("by hand", ("AAA",)))
    assert idle.seen == []
    assert tally.kept == 1
    text = model_text(WORDS, model_facts(store, ModelShelf(BASE, store), "AAA", NOW.date()))
    assert "no new close" in text


def test_a_short_history_is_kept_with_the_base(store):
    """A young ticker is served by the model of all."""
    young = {"NEW": walk("NEW", LEAST_HISTORY - 1)}
    idle = Coach()
    retrain_night(store, Shop(young), idle, night(tickers=("NEW",), now=after_close(young["NEW"])))
    assert idle.seen == []
    text = model_text(WORDS, model_facts(store, ModelShelf(BASE, store), "NEW", NOW.date()))
    assert "too short" in text


def test_a_stop_keeps_what_is_done(store):
    """The bot ends within a second; the night goes on after the restart."""

    def stopped_at_second(job):
        if job.bars.ticker == "BBB":
            raise TrainingStoppedError
        return kept(job)

    tally = retrain_night(store, Shop(MARKETS), Coach(stopped_at_second), night())
    assert tally.kept == 1
    assert set(store.finished_items(JOB, "XNYS 1")) == {"AAA"}


def test_the_night_sees_no_later_price(store):
    """In a replay the bars end where the replay stands."""
    early = after_close(MARKETS["AAA"], -100)
    coach = Coach()
    retrain_night(store, Shop(MARKETS), coach, night(now=early))
    assert {job.bars.as_of for job in coach.seen} == {MARKETS["AAA"].session(-100)}


def test_names_follow_base_and_history():
    """Another base or another bar is another challenger, within the ledger's 64 letters."""
    bars = MARKETS["AAA"]
    names = {
        next_version("base-1", bars),
        next_version("base-2", bars),
        next_version("base-1", bars.rows(slice(0, -1))),
    }
    assert len(names) == 3
    assert next_version("base-1", bars) in names
    assert max(map(len, names)) <= 64
