"""Scores of several forecasters on the same cases, and their summaries for cards and reports."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.backtest import BANDS, Forecaster, Origins
from forecasting.evaluation.scores import crps, inside, pinball, pit, scaled_pinball
from forecasting.model.artifact import HorizonQuality, Scorecard
from forecasting.values import HORIZONS, MEDIAN, Bars, Float2D

SCORED = (1, 5, 10, 20)
"""Horizons that are reported."""
_POSITIONS = [HORIZONS.index(horizon) for horizon in SCORED]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One forecaster's scores of n cases at the horizons of `SCORED`, shape (n, 4) each.

    Attributes:
        loss: Scaled pinball loss.
        plain: Pinball loss of the log return, not scaled.
        crps: Continuous ranked probability score of the log return.
        error: Median minus outcome, log return.
        pit: Probability integral transform.
        held: Whether the outcome lies in the bands of `BANDS`, shape (n, 4, 3).
        hit: Whether the median has the outcome's sign.
    """

    loss: Float2D
    plain: Float2D
    crps: Float2D
    error: Float2D
    pit: Float2D
    held: NDArray[np.bool_]
    hit: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What the scores are about.

    Attributes:
        ticker: Name of each case's ticker, shape (n,).
        days: As-of dates, shape (n,).
        outcome: Log returns at the horizons of `SCORED`, shape (n, 4).
        stress: The ticker's volatility over the month before, over its usual one, shape (n,).
        scores: By forecaster's name.
    """

    ticker: NDArray[np.str_]
    days: NDArray[np.datetime64]
    outcome: Float2D
    stress: NDArray[np.float64]
    scores: dict[str, Scores]

    def __len__(self) -> int:
        return len(self.days)

    def pick(self, rows: NDArray[np.bool_]) -> "Cases":
        """Return the cases where `rows` is true."""
        scores = {
            name: Scores(*(getattr(own, f.name)[rows] for f in fields(Scores)))
            for name, own in self.scores.items()
        }
        return Cases(
            self.ticker[rows], self.days[rows], self.outcome[rows], self.stress[rows], scores
        )


def score(quantiles: Float2D, outcome: Float2D, usual: float) -> Scores:
    """Return the scores of one history's forecasts.

    Args:
        quantiles: Log returns, shape (n, horizons, levels).
        outcome: Log returns, shape (n, horizons).
        usual: The ticker's mean absolute one-session log return before the test.
    """
    fan, came = quantiles[:, _POSITIONS], outcome[:, _POSITIONS]
    median = fan[:, :, MEDIAN]
    return Scores(
        loss=scaled_pinball(fan, came, np.full(len(came), usual), np.asarray(SCORED, dtype=float)),
        plain=pinball(fan, came),
        crps=crps(fan, came),
        error=median - came,
        pit=np.stack([pit(fan[:, i], came[:, i]) for i in range(len(SCORED))], axis=1),
        held=np.stack([inside(fan, came, band) for band in BANDS], axis=2),
        hit=np.sign(median) == np.sign(came),
    )


def score_history(
    forecasters: Sequence[Forecaster], origins: Origins, market: Bars | None
) -> Cases:
    """Return the scores of several forecasters on one history."""
    bars, rows = origins.bars, origins.rows
    returns = np.abs(np.diff(np.log(bars.adj_close)))
    month = np.array([returns[max(0, row - 22) : row].mean() for row in rows])
    scores = {
        own.name: score(own.quantiles(bars, rows, market), origins.outcome, origins.usual)
        for own in forecasters
    }
    return Cases(
        ticker=np.full(len(rows), bars.ticker),
        days=bars.sessions[rows],
        outcome=origins.outcome[:, _POSITIONS],
        stress=month / origins.usual,
        scores=scores,
    )


def join_cases(parts: Sequence[Cases]) -> Cases:
    """Return the cases of several histories as one."""
    names = parts[0].scores
    scores = {
        name: Scores(
            *(
                np.concatenate([getattr(part.scores[name], f.name) for part in parts])
                for f in fields(Scores)
            )
        )
        for name in names
    }
    return Cases(
        ticker=np.concatenate([part.ticker for part in parts]),
        days=np.concatenate([part.days for part in parts]),
        outcome=np.concatenate([part.outcome for part in parts]),
        stress=np.concatenate([part.stress for part in parts]),
        scores=scores,
    )


def quality(cases: Cases, name: str, trained_to: str) -> Scorecard:
    """Return the scorecard of one forecaster against all others in the cases.

    Args:
        cases: Scored on tickers and years that the model never saw.
        name: The forecaster.
        trained_to: Last date of the prices that it saw.
    """
    entries = tuple(_entry(cases, name, i) for i in range(len(SCORED)))
    return Scorecard(
        trained_to=trained_to,
        first=str(cases.days.min()),
        last=str(cases.days.max()),
        tickers=len(np.unique(cases.ticker)),
        horizons=entries,
    )


def _entry(cases: Cases, name: str, i: int) -> HorizonQuality:
    own, came = cases.scores[name], cases.outcome[:, i]
    loss = float(own.loss[:, i].mean())
    others = {n: float(s.loss[:, i].mean()) for n, s in cases.scores.items() if n != name}
    held = own.held[:, i].mean(axis=0)
    return HorizonQuality(
        horizon=SCORED[i],
        cases=len(cases),
        loss=round(loss, 6),
        skill={n: round(1 - loss / other, 5) for n, other in others.items()},
        coverage={f"{100 * b:g}": round(float(h), 4) for b, h in zip(BANDS, held, strict=True)},
        direction=round(float(own.hit[:, i].mean()), 4),
        mae=round(float(np.abs(own.error[:, i]).mean()), 6),
        mae_no_change=round(float(np.abs(came).mean()), 6),
        rmse=round(float(np.sqrt((own.error[:, i] ** 2).mean())), 6),
        rmse_no_change=round(float(np.sqrt((came**2).mean())), 6),
    )


def save_cases(cases: Cases, path: Path) -> None:
    """Write scored cases to a file that `load_cases` reads; half a file is never left behind."""
    arrays = {
        f"{i}|{name}|{f.name}": getattr(own, f.name)
        for i, (name, own) in enumerate(cases.scores.items())
        for f in fields(Scores)
    }
    waiting = path.with_suffix(".part")
    with waiting.open("wb") as file:
        np.savez_compressed(
            file,
            ticker=cases.ticker,
            days=cases.days,
            outcome=cases.outcome,
            stress=cases.stress,
            **arrays,
        )
    waiting.replace(path)


def load_cases(path: Path) -> Cases:
    """Return what `save_cases` wrote."""
    with np.load(path) as data:
        found = {name: data[name] for name in data.files}
    keys = sorted({name.rpartition("|")[0] for name in found if "|" in name})
    scores = {
        key.partition("|")[2]: Scores(*(found[f"{key}|{f.name}"] for f in fields(Scores)))
        for key in keys
    }
    return Cases(found["ticker"], found["days"], found["outcome"], found["stress"], scores)
