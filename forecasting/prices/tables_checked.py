"""What the days of a table show about it: daily rows of one ticker, or something else."""

import numpy as np

from forecasting.prices.cleaning import RawBars
from forecasting.prices.file_faults import TableError

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
