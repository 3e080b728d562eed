"""A cluster that is away, or dies, costs a night nothing: this machine trains the rest."""

import threading
from functools import partial

import pytest

from bot.background.nightly.cluster_or_here import ClusterOrHere
from bot.background.nightly.training_process import Failed, TrainingStoppedError
from forecasting.training.promotion import TuneJob
from forecasting.training.refit_job import Refitted
from storage.errors import CannotWriteError
from tests.bot.markets import walk
from tests.forecasting.training.test_refit import aged
from tests.forecasting.training.test_refit import job as base_job

JOBS = [TuneJob(walk(f"T{i}", 300), None, f"T{i}-1") for i in range(5)]


class Named:
    """A trainer that says who it is in place of training, and may die on the way."""

    def __init__(self, name, dies_after=None):
        self.name, self.dies_after, self.closed = name, dies_after, False

    def train(self, jobs):
        # As a cluster does: two are out before the first comes back.
        out = []
        for done, job in enumerate(jobs):
            if done == self.dies_after:
                raise ConnectionResetError("the scheduler died")
            out.append(job)
            if len(out) == 2:
                yield out.pop(0), Failed(self.name)
        for job in out:
            yield job, Failed(self.name)

    def refit(self, _job):
        if self.dies_after == 0:
            raise ConnectionResetError("the scheduler died")
        return Refitted(reason=self.name)

    def close(self):
        self.closed = True


def who_trained(trainer):
    found = [(job.bars.ticker, outcome.reason) for job, outcome in trainer.train(iter(JOBS))]
    trainer.close()
    return found


def test_a_cluster_that_is_there_trains_all():
    """This machine is not even asked."""
    trainer = ClusterOrHere(lambda: Named("cluster"), lambda: pytest.fail("not needed"))
    assert dict(who_trained(trainer)) == {f"T{i}": "cluster" for i in range(5)}
    assert not trainer.away


def test_where_no_scheduler_answers_this_machine_trains(unused_tcp_port, caplog):
    """A real client against a port where nobody listens."""
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from bot.background.nightly.training_cluster import Patience, TrainingCluster

    address = f"tcp://127.0.0.1:{unused_tcp_port}"
    connect = partial(TrainingCluster, address, Patience(connect_seconds=1.0))
    trainer = ClusterOrHere(connect, lambda: Named("here"))
    assert dict(who_trained(trainer)) == {f"T{i}": "here" for i in range(5)}
    assert trainer.away
    assert "this machine trains" in caplog.text


def test_a_database_that_fails_while_jobs_are_handed_out_is_no_cluster_away():
    """Else the tickers behind the failure would be left out without a word."""

    def jobs():
        yield from JOBS[:2]
        raise CannotWriteError("disk full")

    trainer = ClusterOrHere(lambda: Named("cluster"), lambda: pytest.fail("not needed"))
    with pytest.raises(CannotWriteError):
        list(trainer.train(jobs()))
    assert not trainer.away


def test_a_night_that_is_told_to_end_does_not_begin_again_here():
    """The cluster's trainer was told, so that this machine has nothing to take over."""

    class Stopped(Named):
        def train(self, jobs):
            yield next(iter(jobs)), Failed(self.name)
            raise TrainingStoppedError

    trainer = ClusterOrHere(lambda: Stopped("cluster"), lambda: pytest.fail("not needed"))
    with pytest.raises(TrainingStoppedError):
        list(trainer.train(iter(JOBS)))
    assert not trainer.away


def test_what_a_dying_cluster_did_not_give_back_is_trained_here_once():
    """T0 came back and T1, T2 were lost on the way: each ticker has one outcome."""
    cluster, here = Named("cluster", dies_after=2), Named("here")
    trainer = ClusterOrHere(lambda: cluster, lambda: here)
    assert who_trained(trainer) == [
        ("T0", "cluster"), ("T1", "here"), ("T2", "here"), ("T3", "here"), ("T4", "here"),
    ]  # fmt: skip
    assert trainer.away
    assert cluster.closed
    assert here.closed


BASE = base_job(aged())


@pytest.mark.parametrize(("dies_after", "who"), [(None, "cluster"), (0, "here")])
def test_a_refit_that_a_cluster_lost_is_done_here(dies_after, who):
    """Whoever fits the base, it is fitted; that the cluster was away is told."""
    cluster, here = Named("cluster", dies_after), Named("here")
    trainer = ClusterOrHere(lambda: cluster, lambda: here)
    assert trainer.refit(BASE) == Refitted(reason=who)
    trainer.close()
    assert trainer.away == (who == "here")
    assert cluster.closed


@pytest.mark.parametrize("dies", [False, True])
def test_a_scheduler_without_workers_or_that_dies_leaves_a_refit_to_this_machine(dies):
    """A real scheduler that has no worker for half a second, or ends while a client waits."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from bot.background.nightly.training_cluster import Patience, TrainingCluster

    patience = Patience(connect_seconds=5.0, worker_seconds=60.0 if dies else 0.5)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        connect = partial(TrainingCluster, cluster.scheduler_address, patience)
        trainer = ClusterOrHere(connect, lambda: Named("here"))
        if dies:
            threading.Timer(1.0, cluster.close).start()
        assert trainer.refit(BASE) == Refitted(reason="here")
        trainer.close()
    assert trainer.away


@pytest.mark.parametrize(
    "work", [lambda trainer: trainer.refit(BASE), lambda trainer: list(trainer.train(iter(JOBS)))]
)
def test_work_that_is_told_to_end_is_not_begun_again(work):
    """Stopped while it waits for a worker: neither the cluster nor this machine goes on."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from bot.background.nightly.training_cluster import TrainingCluster

    stop = threading.Event()
    stop.set()
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        connect = partial(TrainingCluster, cluster.scheduler_address, stop=stop)
        trainer = ClusterOrHere(connect, lambda: pytest.fail("not needed"))
        with pytest.raises(TrainingStoppedError):
            work(trainer)
        trainer.close()
