"""Why a price file is not read: a name for each reason, what shows it, and what its days show."""

import numpy as np

from forecasting.prices.cleaning import RawBars

REASONS = (
    "ambiguous-dates", "no-columns", "weekly", "monthly", "two-tickers", "rows", "damaged",
)  # fmt: skip
"""Names of the reasons; `bot/words` has a sentence for each."""


class TableError(ValueError):
    """A table that is none, or of another kind than daily prices of one ticker.

    Attributes:
        reason: One of `REASONS`.
        shown: What shows it: a date, a count of rows, column names.
    """

    def __init__(self, reason: str, shown: str = "") -> None:
        super().__init__(f"{reason} {shown}".strip())
        self.reason = reason
        self.shown = shown


_ENOUGH = 8
_WEEK, _MONTH = 5.5, 20.0
_SAME, _MOST_DOUBLED = 0.05, 3


def check_daily(raw: RawBars) -> None:
    """Refuse rows that are weeks or months.

    Raises:
        TableError: They are.
    """
    days = np.unique(raw.sessions).astype(np.int64)
    if len(days) < _ENOUGH:
        return
    usual = float(np.median(np.diff(days)))
    if usual > _MONTH:
        raise TableError("monthly")
    if usual > _WEEK:
        raise TableError("weekly")


def check_one_ticker(raw: RawBars) -> None:
    """Refuse days that stand twice with prices far apart: two tickers under one name.

    Raises:
        TableError: There are such days.
    """
    order = np.argsort(raw.sessions, kind="stable")
    days, close = raw.sessions[order], raw.close[order]
    twice = np.flatnonzero(days[1:] == days[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(np.log(close[twice + 1] / close[twice])) > _SAME
    if np.sum(apart) > _MOST_DOUBLED:
        raise TableError("two-tickers", str(days[twice[apart]][0]))
