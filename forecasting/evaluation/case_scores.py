"""Scores of several forecasters on the same cases, and their summaries for cards and reports."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.evaluation.backtest import BANDS, Forecaster, Origins
from forecasting.evaluation.scores import crps, inside, pinball, pit, scaled_pinball
from forecasting.model.artifact import HorizonQuality, Scorecard
from forecasting.ticker_notation import kind_of
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Bars, Float2D

SCORED = (1, 5, 10, 20)
"""Horizons that are reported."""
SLICES = ("eve", "near", "other", "undated")
"""An announcement on the as-of or the next session; one within five; none; nobody knows."""
_FACTS = (
    "ticker", "days", "outcome", "stress", "kind", "slice", "price", "history", "width",
)  # fmt: skip
_STALE_DAYS = 100
_NEAR = 5
_WIDTH_AT = HORIZONS.index(5)
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
        kind: Of each case's ticker, as `ticker_notation.KINDS`, shape (n,).
        slice: What the coming sessions hold, one of `SLICES`, shape (n,).
        price: Close at the as-of as it was adjusted, shape (n,).
        history: Sessions of history at the as-of, shape (n,).
        width: The first forecaster's 80 % width at five sessions, log return, shape (n,).
        scores: By forecaster's name.
    """

    ticker: NDArray[np.str_]
    days: NDArray[np.datetime64]
    outcome: Float2D
    stress: NDArray[np.float64]
    kind: NDArray[np.str_]
    slice: NDArray[np.str_]
    price: NDArray[np.float64]
    history: NDArray[np.int64]
    width: NDArray[np.float64]
    scores: dict[str, Scores]

    def __len__(self) -> int:
        return len(self.days)

    def pick(self, rows: NDArray[np.bool_]) -> "Cases":
        """Return the cases where `rows` is true."""
        scores = {
            name: Scores(*(getattr(own, f.name)[rows] for f in fields(Scores)))
            for name, own in self.scores.items()
        }
        facts = {name: getattr(self, name)[rows] for name in _FACTS}
        return Cases(**facts, scores=scores)


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
    forecasters: Sequence[Forecaster],
    origins: Origins,
    market: Bars | None,
    known: Announcements | None = None,
) -> Cases:
    """Return the scores of several forecasters on one history.

    Args:
        forecasters: The one that slices by width first.
        origins: The as-ofs.
        market: The market's bars.
        known: The company's announcements as they came, to slice by.
    """
    bars, rows = origins.bars, origins.rows
    returns = np.abs(np.diff(np.log(bars.adj_close)))
    month = np.array([returns[max(0, row - 22) : row].mean() for row in rows])
    fans = {own.name: own.quantiles(bars, rows, market) for own in forecasters}
    first = fans[forecasters[0].name][:, _WIDTH_AT]
    return Cases(
        ticker=np.full(len(rows), bars.ticker),
        days=bars.sessions[rows],
        outcome=origins.outcome[:, _POSITIONS],
        stress=month / origins.usual,
        kind=np.full(len(rows), kind_of(bars.ticker)),
        slice=slices(bars, rows, known),
        price=bars.close[rows],
        history=rows + 1,
        width=first[:, LEVELS.index(0.9)] - first[:, LEVELS.index(0.1)],
        scores={n: score(fan, origins.outcome, origins.usual) for n, fan in fans.items()},
    )


def slices(bars: Bars, rows: NDArray[np.int64], known: Announcements | None) -> NDArray[np.str_]:
    """Return which of `SLICES` each as-of is in, by the announcements as they came.

    A ticker is undated where no announcement is listed within 100 days before and after.
    """
    found = np.full(len(rows), "undated", dtype="<U8")
    if known is None or not len(known):
        return found
    days = bars.sessions[rows]
    after = np.searchsorted(known.days, days)
    later = known.days[np.minimum(after, len(known) - 1)]
    before = known.days[np.maximum(after - 1, 0)]
    listed = (after < len(known)) & ((later - days).astype(int) <= _STALE_DAYS)
    listed &= ((days - before).astype(int) <= _STALE_DAYS) | (later == days)
    last = len(bars) - 1
    soon, week = (bars.sessions[np.minimum(rows + ahead, last)] for ahead in (1, _NEAR))
    found[listed] = "other"
    found[listed & (later <= week)] = "near"
    found[listed & (later <= soon)] = "eve"
    return found


def join_cases(parts: Sequence[Cases]) -> Cases:
    """Return the cases of several histories as one."""
    scores = {
        name: Scores(
            *(
                np.concatenate([getattr(part.scores[name], f.name) for part in parts])
                for f in fields(Scores)
            )
        )
        for name in parts[0].scores
    }
    facts = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _FACTS}
    return Cases(**facts, scores=scores)


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
        np.savez_compressed(file, **{name: getattr(cases, name) for name in _FACTS}, **arrays)
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
    return Cases(**{name: found[name] for name in _FACTS}, scores=scores)
