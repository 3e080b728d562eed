"""Fits the base anew on what an installation has, and judges it on newer sessions.

The recipe is the one that is shipped. Runs in a worker process, which loads TensorFlow once there
is something to fit; the bot's own process never imports this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.files import read_announcements
from forecasting.announcements.known import Announcements
from forecasting.evaluation.intervals import ratio
from forecasting.evaluation.scores import inside, scaled_pinball
from forecasting.features.dataset import outcomes
from forecasting.features.market import market_of
from forecasting.features.model_inputs import inputs_at
from forecasting.forecast import usable_rows
from forecasting.model.serving import Model
from forecasting.prices.files import read_histories
from forecasting.training.calibration import NEAR_MARGIN
from forecasting.training.promotion import Judgement, usual_move
from forecasting.training.refit_job import RefitJob, Refitted, cut_before, judging_rows, longest
from forecasting.values import HORIZONS, Bars, Float1D

if TYPE_CHECKING:
    from forecasting.training.pretraining import Artifact

_MOST_JUDGED = 300
"""Tickers that judge, evenly taken."""
_BLOCK_DAYS = 14
"""All forecasts of two weeks count as one piece: tickers move together, and horizons overlap."""
_LEAST_JUDGED = 20
"""As-ofs that a ticker must have to judge."""


def refit(job: RefitJob) -> Refitted:
    """Return what became of a refit.

    Raises:
        ForecastingError: The base that serves is damaged, or no file can be read.
        ValueError: No history is long enough to train on.
    """
    champion = Model.from_bytes(job.champion_onnx, job.champion_card)
    histories = _material(job)
    market = market_of(histories)
    calendar = market or max(histories, key=len, default=None)
    cut = cut_before(calendar.sessions, job.until) if calendar is not None else None
    if cut is None or cut < date.fromisoformat(champion.card.trained_to):
        return Refitted(reason="no-new-sessions")
    known = {**read_announcements(list(job.announcement_files)), **job.known}
    found = _fitted(job, histories, market, known, cut)
    card = replace(found.card, quality=champion.card.quality)
    challenger = Model(found.onnx, card)
    judgement = judge_base(champion, challenger, histories, market, known, cut)
    if judgement is None:
        return Refitted(reason="nothing-to-judge-by")
    told = Refitted(card.version, judgement, "", card.tickers, card.cases)
    if not judgement.better:
        return told
    return replace(told, onnx=found.onnx, keras=found.keras, card=card.to_bytes())


def _material(job: RefitJob) -> list[Bars]:
    read = [found for found in read_histories(job.files) if isinstance(found, Bars)]
    found = longest([bars.between(None, job.until) for bars in read])
    found |= longest([bars.between(None, job.until) for bars in job.histories])
    return [found[ticker] for ticker in sorted(found)]


def _fitted(
    job: RefitJob,
    histories: Sequence[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements],
    cut: date,
) -> "Artifact":
    from forecasting.training.pretraining import (  # noqa: PLC0415 - loads TensorFlow
        Recipe,
        Sampling,
        pretrain,
    )

    every = max(Sampling(cut).every, -(-sum(map(len, histories)) // job.most_cases))
    sampling = Sampling(cut, every=every, every_recent=max(1, every // 2))
    data = {bars.ticker: bars.digest() for bars in histories}
    recipe = Recipe(**job.choices)
    return pretrain(histories, market, recipe, sampling, data, known, NEAR_MARGIN)


def judge_base(
    champion: Model,
    challenger: Model,
    histories: Sequence[Bars],
    market: Bars | None,
    known: Mapping[str, Announcements],
    cut: date,
) -> Judgement | None:
    """Return how two bases did on the newest sessions of many tickers, None where there are none.

    Args:
        champion: The base that serves.
        challenger: The other, fitted up to `cut`.
        histories: Of all tickers.
        market: The market's bars.
        known: Announcements by ticker.
        cut: The last session that the challenger saw.
    """
    rows = {bars.ticker: _rows(bars, cut) for bars in histories}
    able = [bars for bars in histories if len(rows[bars.ticker]) >= _LEAST_JUDGED]
    chosen = able[:: max(1, -(-len(able) // _MOST_JUDGED))]
    if not chosen:
        return None
    scored = [
        _scored((champion, challenger), bars, rows[bars.ticker], market, known.get(bars.ticker))
        for bars in chosen
    ]
    before, after, blocks, held_before, held_after = map(np.concatenate, zip(*scored, strict=True))
    return Judgement(
        champion=float(before.mean()),
        challenger=float(after.mean()),
        change=ratio(after - before, before, blocks.astype(np.int64)),
        champion_held=float(held_before.mean()),
        challenger_held=float(held_after.mean()),
    )


def _rows(bars: Bars, cut: date) -> NDArray[np.int64]:
    rows = judging_rows(bars, cut)
    return rows[usable_rows(bars, rows)] if len(rows) else rows


def _scored(
    models: tuple[Model, Model],
    bars: Bars,
    rows: NDArray[np.int64],
    market: Bars | None,
    known: Announcements | None,
) -> tuple[Float1D, ...]:
    inputs, outcome = inputs_at(bars, rows, market, known), outcomes(bars, rows)
    fans = [model.run(inputs) for model in models]
    scale, roots = np.full(len(rows), usual_move(bars)), np.asarray(HORIZONS)
    losses = [scaled_pinball(fan, outcome, scale, roots).mean(axis=1) for fan in fans]
    held = [inside(fan, outcome, 0.8).mean(axis=1) for fan in fans]
    blocks = bars.sessions[rows].astype(np.int64) // _BLOCK_DAYS
    return losses[0], losses[1], blocks.astype(float), held[0], held[1]
