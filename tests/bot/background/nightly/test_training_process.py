"""The process that TensorFlow lives in: killed when it hangs, replaced when it dies, bounded."""

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bot.background.nightly.retraining import TrainingRound, retrain_night
from bot.background.nightly.training_process import (
    Failed,
    ProcessLimits,
    TrainingProcess,
    TrainingStoppedError,
    resident_bytes,
)
from forecasting.model.serving import Model, load_pretrained
from forecasting.training.promotion import TuneJob
from forecasting.training.refit_job import Refitted
from storage.store import open_store
from tests.bot.markets import Shop, after_close, walk
from tests.forecasting.training.test_refit import aged, job

START = date(2015, 1, 2)


def snapping(ticker, count):
    """A price that is pulled back to its level: far ahead it moves much less than a walk."""
    bars = walk(ticker, count, start=START)
    rng = np.random.default_rng(9)
    level, logs = 0.0, []
    for shock in 0.02 * rng.standard_normal(count):
        level = 0.7 * level + shock
        logs.append(level)
    close = 100 * np.exp(np.array(logs))
    before = np.concatenate([[100.0], close[:-1]])
    return replace(
        bars,
        open=before,
        close=close,
        adj_close=close,
        high=np.maximum(before, close) * 1.004,
        low=np.minimum(before, close) * 0.996,
    )


SHORT = TuneJob(walk("AAA", 300), None, "AAA-1")


def test_a_worker_that_hangs_is_killed_and_costs_only_its_ticker():
    """No answer in time: the ticker failed, the process is gone."""
    trainer = TrainingProcess(ProcessLimits(start_seconds=0.3))
    ((_, outcome),) = trainer.train([SHORT])
    assert outcome == Failed("no answer within 0 s")
    assert trainer.pid is None


def test_a_worker_that_is_killed_costs_only_its_ticker():
    """As the kernel does when memory is short."""
    trainer = TrainingProcess()

    def kill_when_there():
        while trainer.pid is None:
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(trainer.pid, signal.SIGKILL)

    threading.Thread(target=kill_when_there).start()
    ((_, outcome),) = trainer.train([SHORT])
    assert isinstance(outcome, Failed)
    assert "died" in outcome.reason
    trainer.close()


def test_a_stop_ends_the_worker():
    """The bot must not wait for a training library when it is asked to end."""
    stop = threading.Event()
    trainer = TrainingProcess(stop=stop)
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(TrainingStoppedError):
        list(trainer.train([SHORT]))
    assert trainer.pid is None


def test_memory_is_read_from_the_system():
    """A figure, not a guess: an array of 80 MB shows."""
    before = resident_bytes()
    block = np.ones(10_000_000)
    assert resident_bytes() - before > 70_000_000 or before == 0
    assert block[-1] == 1


@pytest.mark.slow
def test_a_real_night_trains_within_a_gigabyte_and_leaves_a_model_that_serves(tmp_path):
    """TensorFlow in its process: a calm walk keeps the base, a ticker that snaps back is tuned,
    and what was exported gives in the bot's runtime what was fitted."""
    store = open_store(f"sqlite:///{tmp_path / 'night.db'}")
    markets = {"CALM": walk("CALM", 1500, start=START), "SNAP": snapping("SNAP", 1500)}
    now = after_close(markets["CALM"])
    base = load_pretrained()
    trainer = TrainingProcess()
    tally = retrain_night(
        store,
        Shop(markets),
        trainer,
        TrainingRound("XNYS 1", tuple(markets), base.version, now, 600),
    )
    trainer.close()
    assert tally.failed == 0, store.training_night(now.date())
    assert trainer.peak_bytes < 1_000_000_000
    results = {result.ticker: result for result in store.training_night(now.date())}
    assert results["SNAP"].outcome == "promoted", results["SNAP"]
    loss, before = results["SNAP"].challenger_loss, results["SNAP"].champion_loss
    assert loss is not None
    assert before is not None
    assert loss < before
    stored = store.champion("SNAP")
    assert stored is not None
    model = Model.from_bytes(stored.onnx, stored.entry.card.encode())
    assert (model.card.ticker, model.card.base) == ("SNAP", base.version)
    store.close()


@pytest.mark.slow
def test_one_worker_serves_all_tickers_up_to_its_limit():
    """Loading TensorFlow is paid once; after as many tickers as are allowed it is not used again."""
    jobs = [TuneJob(walk(f"T{i}", 300), None, "x") for i in range(3)]
    trainer = TrainingProcess(ProcessLimits(most_tickers=3))
    pids = [trainer.pid for _ in trainer.train(jobs)]
    assert pids[0] == pids[1] is not None
    assert pids[2] is None


def test_a_worker_that_has_grown_is_not_used_again():
    """What it did is told; the next job begins in another process."""
    trainer = TrainingProcess(ProcessLimits(most_bytes=1))
    assert trainer.refit(job(aged(), histories=())) == Refitted(reason="no-new-sessions")
    assert trainer.pid is None
