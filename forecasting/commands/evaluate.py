"""`python -m forecasting evaluate`: the backtest report, resumable, on tickers and years unseen."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tqdm import tqdm

from forecasting.commands.evaluation_page import write_page
from forecasting.commands.inputs import announcements_option, at_least_one, read_all, read_known
from forecasting.evaluation import report
from forecasting.evaluation.backtest import Forecaster, ModelForecaster, origins
from forecasting.evaluation.baseline_har import Har
from forecasting.evaluation.baselines import EmpiricalWalk, Garch, HistoricalSimulation, RandomWalk
from forecasting.evaluation.basket_report import basket_lines, basket_quality
from forecasting.evaluation.case_scores import (
    Cases,
    join_cases,
    load_cases,
    quality,
    save_cases,
    score_history,
)
from forecasting.evaluation.chance_report import chance_tables, chances
from forecasting.evaluation.ranking_rounds import assets, ranking_scores
from forecasting.evaluation.slice_report import shares_table
from forecasting.evaluation.slice_shares import slice_shares
from forecasting.features.dataset import is_unseen
from forecasting.model.artifact import (
    CARD,
    Card,
    Scorecard,
    SliceQuality,
    read_card,
)
from forecasting.model.serving import PRETRAINED, load_model
from forecasting.values import Bars

SCORED_MODEL = PRETRAINED / "scored"
"""The same recipe as the shipped model's, fitted to 70 % of the tickers up to an earlier cut."""
_QUICK_TICKERS, _QUICK_EVERY = 60, 20
_TUTORIAL_TICKERS, _BASKET_TICKERS = 12, 120
_RANKED, _LEAST_RANKED = 100, 20
_NOTHING = "no unseen ticker has prices after the model's cut"


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--prices", nargs="+", type=Path, required=True, metavar="PATH")
    announcements_option(parser)
    parser.add_argument("--model", type=Path, default=SCORED_MODEL, help="folder of the model")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2023, 12, 31))
    parser.add_argument("--every", type=at_least_one, default=10, help="sessions between as-ofs")
    parser.add_argument("--tickers", type=int, help="at most so many, evenly taken; default all")
    parser.add_argument("--quick", action="store_true", help="60 tickers, every 20 sessions")
    parser.add_argument(
        "--light",
        action="store_true",
        help="leave out what is slow: gradient boosting and the tutorials' networks",
    )
    parser.add_argument(
        "--ranking", action="store_true",
        help="print only how well widths rank the 100 most traded US tickers (M6's score)",
    )  # fmt: skip
    parser.add_argument(
        "--slices", action="store_true",
        help="print only how often the 80 and 95 %% ranges held in each slice of days",
    )  # fmt: skip
    parser.add_argument(
        "--chances", action="store_true",
        help="print only whether chances of a close above a price come true",
    )  # fmt: skip
    parser.add_argument(
        "--baskets", action="store_true", help="print only how baskets' ranges held (120 tickers)"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/forecast-quality.md"))
    parser.add_argument("--work", type=Path, help="folder for finished tickers; default beside OUT")
    parser.add_argument(
        "--cards", nargs="*", type=Path, default=[], metavar="FOLDER",
        help="models of this recipe whose cards get the scorecard",
    )  # fmt: skip
    parser.add_argument(
        "--notes", type=Path, default=Path("docs/forecast-quality-notes.md"),
        help="Markdown that goes below the tables",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Score every unseen ticker and write the page; return the exit status."""
    known = read_known(options.announcements)
    model = ModelForecaster(load_model(options.model), known=known)
    histories, market = read_all(options.prices)
    if options.ranking:
        return _rank(model, histories, market, options.end)
    unseen = _unseen(histories, model.model.card, options)
    every = _QUICK_EVERY if options.quick else options.every
    if options.slices:
        return _slices(model, unseen, market, options, every)
    if options.baskets:
        held = basket_quality(model, unseen, market, (_first_as_of(model), options.end))
        print("\n".join(basket_lines(held)) if held else _NOTHING)
        return 0 if held else 1
    if options.chances:
        return _chances(model, unseen, market, options.end, every)
    # A resumed report that lacks no ticker fits no baseline.
    forecasters = cache(lambda: _forecasters(model, histories, market, options))
    work = options.work or options.out.parent / f".scores-{model.model.version}-{every}"
    work.mkdir(parents=True, exist_ok=True)
    parts = []
    for bars in tqdm(unseen, desc="scoring", file=sys.stderr):
        found = _scored(forecasters, bars, market, model, options.end, every, work)
        if found is not None:
            parts.append(found)
    if not parts:
        print(_NOTHING, file=sys.stderr)
        return 1
    cases = join_cases(parts)
    few = options.quick or options.light
    extra = None if few else _tutorial(model, unseen, market, options.end, work)
    write_page(cases, extra, model, options.out, options.notes)
    measured = quality(cases, model.name, model.model.card.trained_to)
    by_slice = _shares(model, unseen, market, options.end, every)
    _write_cards(options.cards, lambda _: replace(measured, slices=by_slice))
    print(report.losses(cases, model.name).markdown())
    return 0


def _chances(
    model: ModelForecaster, unseen: Sequence[Bars], market: Bars | None, end: date, every: int
) -> int:
    shown = tqdm(unseen, desc="chances", file=sys.stderr)
    found = chances(model, shown, market, (_first_as_of(model), end), every)
    if found is None:
        print(_NOTHING, file=sys.stderr)
        return 1
    print("\n".join(table.markdown() for table in chance_tables(found)))
    return 0


def _write_cards(
    folders: Sequence[Path], measured: Callable[[Scorecard | None], Scorecard | None]
) -> None:
    for folder in folders:
        card = read_card((folder / CARD).read_bytes())
        (folder / CARD).write_bytes(replace(card, quality=measured(card.quality)).to_bytes())


def _first_as_of(model: ModelForecaster) -> date:
    return date.fromisoformat(model.model.card.trained_to) + timedelta(days=1)


def _shares(
    model: ModelForecaster, unseen: Sequence[Bars], market: Bars | None, end: date, every: int
) -> tuple[SliceQuality, ...]:
    shown = tqdm(unseen, desc="slices", file=sys.stderr)
    span = (_first_as_of(model), end)
    return slice_shares(model.model, shown, market, model.known, span, every)


def _slices(
    model: ModelForecaster,
    unseen: Sequence[Bars],
    market: Bars | None,
    options: Namespace,
    every: int,
) -> int:
    found = _shares(model, unseen, market, options.end, every)
    if not found:
        print(_NOTHING, file=sys.stderr)
        return 1
    print(shares_table(found).markdown())
    _write_cards(options.cards, lambda old: replace(old, slices=found) if old else None)
    return 0


def _rank(model: ModelForecaster, histories: Sequence[Bars], market: Bars | None, end: date) -> int:
    start = _first_as_of(model)
    chosen = assets(histories, start, end, _RANKED)
    if len(chosen) < _LEAST_RANKED:
        print(f"only {len(chosen)} US tickers span {start} to {end}", file=sys.stderr)
        return 1
    found = ranking_scores(model, chosen, market, start, end)
    print(f"{len(chosen)} tickers, {len(found[model.name])} rounds of 20 sessions from {start}")
    for name, values in found.items():
        gap = found[model.name] - values
        error = gap.std() / np.sqrt(len(gap))
        print(f"{values.mean():.5f}  {name}  (the model {gap.mean():+.5f}, error {error:.5f})")
    return 0


def _unseen(histories: Sequence[Bars], card: Card, options: Namespace) -> list[Bars]:
    unseen = [bars for bars in histories if is_unseen(bars.ticker)]
    if not (options.quick or options.tickers or options.baskets):
        return unseen
    # Every day has the same number of baskets, from however many tickers.
    count = options.tickers or (_BASKET_TICKERS if options.baskets else _QUICK_TICKERS)
    return _sample(unseen, card, options.end, count)


def _sample(histories: Sequence[Bars], card: Card, end: date, count: int) -> list[Bars]:
    start = date.fromisoformat(card.trained_to) + timedelta(days=1)
    usable = [bars for bars in histories if origins(bars, start, end, _QUICK_EVERY) is not None]
    places = np.linspace(0, len(usable) - 1, min(count, len(usable))).astype(int)
    return [usable[place] for place in places]


def _forecasters(
    model: ModelForecaster, histories: Sequence[Bars], market: Bars | None, options: Namespace
) -> list[Forecaster]:
    found: list[Forecaster] = [model, RandomWalk(), EmpiricalWalk(), HistoricalSimulation()]
    found += [Har(), Har(logs=True)]
    if find_spec("arch"):
        found += [Garch(), Garch(leverage=True)]
    else:
        print("arch is not installed: no GARCH (pip install tickercast[bench])", file=sys.stderr)
    if find_spec("sklearn") and not options.quick and not options.light:
        from forecasting.evaluation.baseline_boosting import Boosting  # noqa: PLC0415 - heavy

        trees = Boosting()
        seen = [bars for bars in histories if not is_unseen(bars.ticker)]
        trees.fit(seen, market, date.fromisoformat(model.model.card.trained_to))
        found.append(trees)
    return found


def _scored(
    forecasters: Callable[[], Sequence[Forecaster]],
    bars: Bars,
    market: Bars | None,
    model: ModelForecaster,
    end: date,
    every: int,
    work: Path,
) -> Cases | None:
    done = work / f"{bars.ticker}.npz"
    if done.exists():
        return load_cases(done)
    found = origins(bars, _first_as_of(model), end, every)
    if found is None:
        return None
    cases = score_history(forecasters(), found, market, model.known.get(bars.ticker))
    save_cases(cases, done)
    return cases


def _tutorial(
    model: ModelForecaster, unseen: Sequence[Bars], market: Bars | None, end: date, work: Path
) -> Cases | None:
    if not find_spec("keras"):
        return None
    from forecasting.evaluation.baseline_tutorial import TutorialLstm  # noqa: PLC0415 - loads TensorFlow

    folder = work / "tutorial"
    folder.mkdir(exist_ok=True)
    few = _sample(unseen, model.model.card, end, _TUTORIAL_TICKERS)
    forecasters: list[Forecaster] = [model, RandomWalk(), TutorialLstm()]
    scored = (
        _scored(lambda: forecasters, bars, market, model, end, _QUICK_EVERY, folder)
        for bars in tqdm(few, desc="tutorial networks", file=sys.stderr)
    )
    parts = [part for part in scored if part is not None]
    return join_cases(parts) if parts else None
