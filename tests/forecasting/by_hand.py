"""A history and a forecast small enough to be checked with pencil and paper."""

from datetime import date

import numpy as np

from forecasting.values import Bars, Forecast

MONDAY = np.datetime64("2024-03-04")
EDGES = np.array(
    [-0.30, -0.24, -0.18, -0.12, -0.10, -0.02, 0.0, 0.02, 0.06, 0.08, 0.12, 0.14, 0.16]
)
"""Log moves at the thirteen levels: a long way down, a short one up."""


def bars(**columns):
    """Three sessions that break no rule, but for the columns given."""
    good = {
        "ticker": "AAA",
        "sessions": MONDAY + np.arange(3),
        "open": [100.0, 102.0, 104.0],
        "high": [103.0, 105.0, 106.0],
        "low": [99.0, 101.0, 102.0],
        "close": [102.0, 104.0, 103.0],
        "adj_close": [51.0, 52.0, 51.5],
        "volume": [10.0, 0.0, 30.0],
        "currency": "USD",
        "source": "made-up",
        "exchange": "XNYS",
    }
    return Bars(**{**good, **columns})


def forecast(**fields):
    """Two sessions ahead that break no rule, but for the fields given."""
    good = {
        "ticker": "AAA",
        "as_of": date(2024, 3, 6),
        "close": 100.0,
        "targets": (date(2024, 3, 7), date(2024, 3, 8)),
        "quantiles": 100 * np.exp(np.stack([EDGES, 2 * EDGES])),
        "currency": "USD",
        "source": "made-up",
        "model_version": "m-1",
        "data_digest": "d",
        "usual_width": np.array([0.2, np.nan]),
    }
    return Forecast(**{**good, **fields})
