"""A night's training of many tickers, beside training a network from scratch for each of them.

The histories are simulated, so that anyone can repeat it; what is timed does not depend on them.
`--tickers 10` is quick; the rival is trained on a few tickers only and is slow enough at that.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from bot.background.nightly.retraining import TrainingRound, retrain_night
from bot.background.nightly.training_process import TrainingProcess, resident_bytes
from forecasting.features.dataset import outcomes
from forecasting.features.model_inputs import inputs_at
from forecasting.model.serving import load_pretrained
from forecasting.training.promotion import judge, split_rows, usual_move
from forecasting.values import Bars
from storage.store import open_store
from tests.bot.markets import Shop, after_close, walk

TICKERS, RIVALS, SESSIONS, EPOCHS = 100, 3, 1500, 25


def main(tickers: int = TICKERS, few: int = RIVALS) -> None:
    """Print the table."""
    markets = {f"T{n}": simulated(n) for n in range(tickers)}
    start, each, worst, peak, tally = a_night(markets)
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        rivals = pool.map(from_scratch, list(markets.values())[:few], chunksize=1)
    seconds = float(np.mean([rival[0] for rival in rivals]))
    lost = float(np.mean([rival[1] for rival in rivals]))
    print(f"{tickers} tickers of {SESSIONS} sessions, {os.cpu_count()} cores\n")
    print("| | fine-tuned (this bot) | from scratch (tutorial LSTM) |")
    print("|---|---|---|")
    print(f"| seconds a ticker | {each:.2f} (slowest {worst:.2f}) | {seconds:.1f} |")
    total = start + each * tickers
    print(f"| all tickers, libraries loaded | {total:.0f} s | {seconds * tickers:.0f} s |")
    print(f"| peak memory | {peak / 1e6:.0f} MB | {max(r[2] for r in rivals) / 1e6:.0f} MB |")
    print(f"| loss on the year held back | never above the base's | {lost:+.1%} |")
    print(f"\nratio {seconds / each:.0f}; {tally}; loading the libraries {start:.1f} s")


def a_night(markets: dict[str, Bars]) -> tuple[float, float, float, int, str]:
    """Return seconds to load, mean and most seconds a ticker, peak bytes, and the tally."""
    trainer = TrainingProcess()
    now = after_close(next(iter(markets.values())))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'night.db'}")
        base = load_pretrained().version
        night = TrainingRound("benchmark", tuple(markets), base, now, 24 * 3600)
        tally = retrain_night(store, Shop(markets), trainer, night)
        spent = [result.seconds for result in store.training_night(now.date())]
        for result in store.training_night(now.date()):
            worse = (result.challenger_loss or 0) > (result.champion_loss or 0)
            assert result.outcome != "promoted" or not worse
        store.close()
    trainer.close()
    spent.sort()
    first, rest = spent[-1], spent[:-1]
    each = float(np.mean(rest))
    return first - each, each, rest[-1], trainer.peak_bytes, tally.line()


def from_scratch(bars: Bars) -> tuple[float, float, int]:
    """Return seconds, change of the loss against the base, and bytes of one tutorial network."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
    from forecasting.evaluation.baseline_tutorial import TutorialLstm

    rows = split_rows(bars)
    assert rows is not None
    began = time.perf_counter()
    fans = TutorialLstm(epochs=EPOCHS).quantiles(bars, rows.held_back, None)
    seconds = time.perf_counter() - began
    base = load_pretrained().run(inputs_at(bars, rows.held_back, None))
    found = judge(base, fans, outcomes(bars, rows.held_back), usual_move(bars))
    return seconds, found.change.value, resident_bytes()


def simulated(number: int) -> Bars:
    """Return a random walk whose volatility wanders."""
    return walk(f"T{number}", SESSIONS, seed=number, daily=0.01 + 0.02 * (number % 7) / 7)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickers", type=int, default=TICKERS)
    parser.add_argument("--rivals", type=int, default=RIVALS)
    options = parser.parse_args()
    main(options.tickers, options.rivals)
