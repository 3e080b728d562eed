"""Training fanned out over Dask: every ticker comes back, whatever became of it."""

import pytest

from bot.background.nightly.training_cluster import Patience, TrainingCluster
from bot.background.nightly.training_process import Failed
from forecasting.training.promotion import Tuned, TuneJob
from forecasting.training.refit_job import Refitted
from tests.bot.markets import walk
from tests.forecasting.training.test_refit import UNTIL, aged, job

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.mark.slow
def test_tickers_and_the_base_go_out_to_workers_and_all_come_back():
    """A local cluster of one process trains three tickers, failed ones too, and answers about a base."""
    jobs = [TuneJob(walk(f"T{i}", 1000 if i == 0 else 300), None, f"T{i}-1") for i in range(3)]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        trainer = TrainingCluster(cluster.scheduler_address)
        found = {job.bars.ticker: outcome for job, outcome in trainer.train(jobs)}
        base = trainer.refit(job(aged(trained_to=str(UNTIL))))
        trainer.close()
    assert base == Refitted(reason="no-new-sessions")
    assert sorted(found) == ["T0", "T1", "T2"]
    assert isinstance(found["T0"], Tuned), found["T0"]
    assert found["T0"].version == "T0-1"
    assert isinstance(found["T1"], Failed)
    assert "TooLittleHistory" in found["T1"].reason


def test_no_scheduler_is_told(unused_tcp_port):
    """A wrong address is an error at once, not a night without training."""
    with pytest.raises(OSError, match=str(unused_tcp_port)):
        TrainingCluster(f"tcp://127.0.0.1:{unused_tcp_port}", Patience(connect_seconds=1.0))
