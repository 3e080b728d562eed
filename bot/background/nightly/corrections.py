"""Sets results right that were written with a close that the source has since taken back.

A result is never edited. Where today's believed prices show another close for its day, far from
what a late correction of the source would be, a correcting row names both and counts from then on.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

import numpy as np

from forecasting.evaluation.outcomes import Promise, row_of, settle
from forecasting.values import Bars
from storage.records.ledger import CorrectingRow, Resolution
from storage.store import Store

WHY = "price-corrected"
LOOK_BACK = timedelta(days=45)
"""How long services are known to leave a wrong price, and some weeks more."""
_FAR = 0.05
_MOST = 1000


def correct_wrong(store: Store, bars: Bars, now: datetime) -> int:
    """Write a correcting row for each recent result of a ticker that its bars contradict.

    Args:
        store: Ledger and results.
        bars: The ticker's history as it is believed now.
        now: Aware UTC.

    Returns:
        How many rows were written.
    """
    recent = [
        found.resolution
        for found in store.resolutions_of(bars.ticker, limit=_MOST)
        if found.resolution.status == "resolved"
        and found.resolution.target >= (now - LOOK_BACK).date()
        and _far(bars, found.resolution)
    ]
    checked = [(result, promise) for result in recent if (promise := _promise(store, bars, result))]
    outcomes = settle(bars, [promise for _, promise in checked])
    wrong = [
        CorrectingRow(
            bars.ticker,
            Resolution(was.forecast_id, was.horizon, was.target, "resolved", **asdict(outcome)),
            was.close,
            WHY,
        )
        for (was, _), outcome in zip(checked, outcomes, strict=True)
        if was.close is not None and abs(np.log(outcome.close / was.close)) > _FAR
    ]
    return store.correct(wrong, now) if wrong else 0


def _far(bars: Bars, result: Resolution) -> bool:
    """Return whether a result's close is not that of its day; a split since also looks so."""
    row = row_of(bars, result.target)
    if row is None or result.close is None:
        return False
    return bool(abs(np.log(bars.close[row] / result.close)) > _FAR)


def _promise(store: Store, bars: Bars, result: Resolution) -> Promise | None:
    """Return the promise behind a result, None where the bars no longer hold its days."""
    end = row_of(bars, result.target)
    if end is None:
        return None
    issued = store.find_forecast(result.forecast_id)
    start = None if issued is None else row_of(bars, issued.forecast.as_of)
    return Promise(issued.forecast, result.horizon, start, end) if issued and start else None
