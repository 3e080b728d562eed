"""Training and test cases: inputs as of many bars, and the returns that followed them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.features.model_inputs import MIN_SESSIONS, Inputs, inputs_at
from forecasting.values import HORIZONS, Bars, Float1D, Float2D

UNSEEN = 0.3
"""Share of tickers that a scored model never sees, chosen by their names."""


def is_unseen(ticker: str) -> bool:
    """Return whether a scored model must not see the ticker: the same in every file and year."""
    first = int(hashlib.sha256(ticker.encode()).hexdigest()[:8], 16)
    return first / 2**32 < UNSEEN


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Inputs with outcomes of n cases.

    Attributes:
        inputs: What was known.
        outcome: Log return from the as-of close, shape (n, horizons), total return.
        days: As-of dates as days since 1970, shape (n,).
        usual: Mean absolute one-session return of the case's ticker, shape (n,).
        ticker: Position of the case's ticker in the list they were made from, shape (n,).
    """

    inputs: Inputs
    outcome: NDArray[np.float32]
    days: NDArray[np.int32]
    usual: Float1D
    ticker: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.days)

    def take(self, rows: NDArray[np.int64]) -> "Windows":
        """Return the cases at the positions `rows`."""
        inputs = Inputs(*(getattr(self.inputs, f.name)[rows] for f in fields(Inputs)))
        rest = (getattr(self, f.name)[rows] for f in fields(Windows)[1:])
        return Windows(inputs, *rest)


def outcomes(bars: Bars, rows: NDArray[np.int64]) -> Float2D:
    """Return the log total return of each horizon after each row, shape (rows, horizons)."""
    level = np.log(bars.adj_close)
    ahead: Float2D = level[rows[:, None] + np.asarray(HORIZONS)] - level[rows][:, None]
    return ahead


def as_of_rows(
    bars: Bars, start: date | None, end: date | None, every: int, offset: int
) -> NDArray[np.int64]:
    """Return every `every`-th row from `start` on whose last target is not after `end`.

    Args:
        bars: The history.
        start: First as-of, None for the first with enough history.
        end: Last date whose price may be used, None for the last bar.
        every: Step in sessions.
        offset: Rows skipped at the beginning, below `every`.
    """
    first = MIN_SESSIONS - 1
    if start is not None:
        first = max(first, int(np.searchsorted(bars.sessions, np.datetime64(start, "D"))))
    known = len(bars.between(None, end))
    return np.arange(first + offset, known - HORIZONS[-1], every, dtype=np.int64)


def windows_of(
    bars: Bars,
    rows: NDArray[np.int64],
    market: Bars | None,
    ticker: int,
    known: Announcements | None = None,
) -> Windows:
    """Return the cases at the rows of one history."""
    usual = float(np.mean(np.abs(np.diff(np.log(bars.adj_close)))))
    return Windows(
        inputs=_compact(inputs_at(bars, rows, market, known)),
        outcome=outcomes(bars, rows).astype(np.float32),
        days=bars.sessions[rows].astype(np.int64).astype(np.int32),
        usual=np.full(len(rows), usual),
        ticker=np.full(len(rows), ticker, dtype=np.int32),
    )


def _compact(inputs: Inputs) -> Inputs:
    # Half precision: a million cases fit into 2 GB, and the values are clipped and of order one.
    return Inputs(
        sequence=inputs.sequence.astype(np.float16),
        static=inputs.static,
        seasons=inputs.seasons.astype(np.float16),
        scale=inputs.scale,
        group=inputs.group,
    )


def join_inputs(parts: Sequence[Inputs]) -> Inputs:
    """Return the inputs of several histories as one, in order."""
    return Inputs(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Inputs))
    )


def join(parts: Sequence[Windows]) -> Windows:
    """Return the cases of several histories as one, in order."""
    inputs = join_inputs([part.inputs for part in parts])
    rest = (np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Windows)[1:])
    return Windows(inputs, *rest)
