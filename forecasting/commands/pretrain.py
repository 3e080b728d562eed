"""`python -m forecasting pretrain`: train the model that is shipped, and the one that is scored.

The scored model sees 70 % of the tickers up to a cut; its figures on the other tickers in the
years after go into the card of the shipped one, which the same recipe fits to everything. Alone
(`--scored-only`) it serves a replay of those years, which it has not seen either.
"""

import hashlib
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from tqdm import tqdm

from forecasting.announcements.known import Announcements
from forecasting.commands.inputs import announcements_option, at_least_one, read_all, read_known
from forecasting.evaluation.backtest import Forecaster, ModelForecaster, origins
from forecasting.evaluation.baselines import EmpiricalWalk, Garch, HistoricalSimulation, RandomWalk
from forecasting.evaluation.case_scores import Cases, join_cases, quality, score_history
from forecasting.features.dataset import is_unseen
from forecasting.model.artifact import Card, Scorecard, write
from forecasting.model.serving import load_model
from forecasting.training.calibration import NEAR_MARGIN
from forecasting.training.pretraining import Artifact, Recipe, Sampling, pretrain, with_quality
from forecasting.values import Bars


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--prices", nargs="+", type=Path, required=True, metavar="PATH")
    announcements_option(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument(
        "--cut", type=date.fromisoformat, default=date(2023, 12, 31),
        help="last date whose price the shipped model sees",
    )  # fmt: skip
    parser.add_argument(
        "--scored-cut", type=date.fromisoformat, default=date(2021, 12, 31),
        help="last date whose price the scored model sees; the two years after are the test",
    )  # fmt: skip
    parser.add_argument(
        "--every",
        type=at_least_one,
        default=Sampling(date.max).every,
        help="sessions between training cases",
    )
    parser.add_argument("--test-every", type=int, default=10, help="sessions between test as-ofs")
    parser.add_argument(
        "--test-tickers", type=int, default=150,
        help="about so many for the first scorecard; `evaluate` writes the whole one",
    )  # fmt: skip
    parser.add_argument(
        "--scored-only", action="store_true",
        help="only the scored model, into the folder itself: for replays of the years after",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--seed", type=int, default=Recipe().seed)


def run(options: Namespace) -> int:
    """Train, score and write both models; return the exit status."""
    started = time.monotonic()
    histories, market = read_all(options.prices)
    known = read_known(options.announcements)
    read = [*options.prices, *options.announcements]
    data = {path.name: _digest(path) for path in read if path.is_file()}
    recipe = Recipe(epochs=options.epochs, seed=options.seed)
    sampling = Sampling(
        cut=options.scored_cut,
        every=options.every,
        every_recent=max(1, options.every // 2),
        seed=options.seed,
    )
    seen = [bars for bars in histories if not is_unseen(bars.ticker)]
    folder = options.out if options.scored_only else options.out / "scored"
    scored = _write(pretrain(seen, market, recipe, sampling, data, known), folder)
    found = _quality(options, folder, histories, market, known)
    card = _write(with_quality(scored, found), folder).card
    if options.scored_only:
        _summary(card, time.monotonic() - started)
        return 0
    everything = replace(sampling, cut=options.cut)
    shipped = pretrain(histories, market, recipe, everything, data, known, NEAR_MARGIN)
    card = _write(with_quality(shipped, found), options.out).card
    _summary(card, time.monotonic() - started)
    return 0


def _write(artifact: Artifact, folder: Path) -> Artifact:
    write(folder, artifact.keras, artifact.onnx, artifact.card)
    return artifact


def _quality(
    options: Namespace,
    folder: Path,
    histories: Sequence[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements],
) -> Scorecard:
    model = ModelForecaster(load_model(folder), known=known)
    forecasters: list[Forecaster] = [model, RandomWalk(), EmpiricalWalk(), HistoricalSimulation()]
    if find_spec("arch") and not options.scored_only:  # takes longer than all the rest
        forecasters.append(Garch())
    unseen = [bars for bars in histories if is_unseen(bars.ticker)]
    unseen = unseen[:: max(1, len(unseen) // options.test_tickers)]
    parts = list(_scored(forecasters, unseen, market, options))
    if not parts:
        raise SystemExit("no unseen ticker has prices after the cut to score the model on")
    return quality(join_cases(parts), model.name, options.scored_cut.isoformat())


def _scored(
    forecasters: Sequence[Forecaster],
    histories: Sequence[Bars],
    market: Bars | None,
    options: Namespace,
) -> Iterator[Cases]:
    start = options.scored_cut + timedelta(days=1)
    for bars in tqdm(histories, desc="scoring", file=sys.stderr):
        found = origins(bars, start, options.cut, options.test_every)
        if found is not None:
            yield score_history(forecasters, found, market)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _summary(card: Card, seconds: float) -> None:
    found = card.quality
    print(f"{card.version}: {card.tickers} tickers, {card.cases} cases, {seconds / 60:.1f} minutes")
    for entry in found.horizons if found else ():
        skills = ", ".join(f"{name} {100 * share:+.1f} %" for name, share in entry.skill.items())
        print(f"{entry.horizon:>3} sessions: loss saved against {skills}; bands {entry.coverage}")
