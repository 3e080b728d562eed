"""`python -m forecasting tune`: an Optuna study that can be stopped and resumed at any time."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from forecasting.commands.inputs import read_all
from forecasting.features.dataset import Windows, is_unseen, join
from forecasting.features.indicators import indicators
from forecasting.features.model_inputs import feature_names
from forecasting.training.pretraining import Recipe, Sampling, cases_of
from forecasting.training.tuning import Material, objective, study, summary
from forecasting.values import Bars


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--prices", nargs="+", type=Path, required=True, metavar="PATH")
    parser.add_argument("--out", type=Path, required=True, help="folder of the study")
    parser.add_argument("--trials", type=int, default=20, help="trials to add")
    parser.add_argument("--cases", type=int, default=100_000, help="cases that a trial fits")
    parser.add_argument(
        "--cut", type=date.fromisoformat, default=date(2019, 12, 31),
        help="last date whose price is used: the test years stay out of it",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Add trials to the study and print what it found; return the exit status."""
    found = study(options.out, Recipe().seed)
    if options.trials:
        found.optimize(objective(_material(options)), n_trials=options.trials)
    text = summary(found)
    (options.out / "summary.md").write_text(text + "\n")
    print(text)
    return 0


def _material(options: Namespace) -> Material:
    histories, market = read_all(options.prices)
    seen = [bars for bars in histories if not is_unseen(bars.ticker)]
    sampling = Sampling(cut=options.cut, every=20, every_recent=20)
    made = (_case(bars, market, sampling, i) for i, bars in enumerate(seen))
    parts = [part for part in made if part is not None]
    names = feature_names(max(seen, key=len))
    cases = join(parts)
    return Material.of(cases, names, cases.inputs.static.shape[1] - len(names), options.cases)


def _case(bars: Bars, market: Bars | None, sampling: Sampling, number: int) -> Windows | None:
    cases = cases_of(bars, market, sampling, number)
    if cases is None:
        return None
    rows = np.searchsorted(bars.sessions.astype(np.int64), cases.days)
    more = indicators(bars, rows).astype(np.float32)
    static = np.concatenate([cases.inputs.static, more], axis=1)
    return replace(cases, inputs=replace(cases.inputs, static=static))
