"""Conditional truth: whether the bands hold on the days and for the tickers people ask about."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.backtest import BANDS
from forecasting.evaluation.case_scores import SCORED, SLICES, Cases
from forecasting.evaluation.report import Mask, Table, by_group, months
from forecasting.model.artifact import SliceQuality

_PENNY, _YOUNG = 5.0, 300
_DECILES = 10
_LEAST = 30
_BEYOND = 2.0
_JUDGED = (BANDS.index(0.8), BANDS.index(0.95))


def slice_groups(cases: Cases) -> dict[str, list[tuple[str, Mask]]]:
    """Return the slices: what the coming sessions hold, kinds, price, history, width."""
    edges = np.quantile(cases.width, np.arange(1, _DECILES) / _DECILES)
    decile = np.searchsorted(edges, cases.width)
    return {
        "By what the coming sessions hold": [(name, cases.slice == name) for name in SLICES],
        "By kind of ticker": [(str(k), cases.kind == k) for k in np.unique(cases.kind)],
        "By price and history": [
            (f"price below {_PENNY:g}", cases.price < _PENNY),
            (f"price from {_PENNY:g}", cases.price >= _PENNY),
            (f"history below {_YOUNG} sessions", cases.history < _YOUNG),
        ],
        "By the width of the 80 % band at 5 sessions, in tenths": [
            (f"tenth {i + 1}", decile == i) for i in range(_DECILES)
        ],
    }


def slice_tables(cases: Cases, model: str) -> list[Table]:
    """Return losses and coverage of every slice."""
    tables = []
    for title, groups in slice_groups(cases).items():
        tables.append(by_group(cases, model, title, groups))
        tables.append(coverage_by_group(cases, model, f"{title}: bands", groups))
    return tables


def shares_table(found: Sequence[SliceQuality]) -> Table:
    """Return how often ranges held by the slices that forecasts carry."""
    rows = []
    for name in dict.fromkeys(entry.slice for entry in found):
        own = [entry for entry in found if entry.slice == name]
        cells = [f"{100 * one.held_80:.1f} / {100 * one.held_95:.1f}" for one in own]
        rows.append((name, str(own[0].cases), *cells))
    return Table(
        "By the slice that a forecast carries",
        "Share of outcomes inside the 80 / 95 % range; every forecast is in one slice.",
        ("slice", "cases", *(f"h={h}" for h in SCORED)),
        tuple(rows),
    )


def coverage_by_group(
    cases: Cases, model: str, title: str, groups: list[tuple[str, Mask]]
) -> Table:
    """Return the share of outcomes inside the 80 / 95 % bands of each group and horizon.

    A star marks a share that misses its promise by more than two standard errors, clustered by
    month.
    """
    rows = []
    for label, mask in groups:
        if mask.sum() < _LEAST:
            continue
        part = cases.pick(mask)
        cells = [
            " / ".join(_share(part, model, i, band) for band in _JUDGED) for i in range(len(SCORED))
        ]
        rows.append((label, str(len(part)), *cells))
    return Table(
        title,
        "Share of outcomes inside the 80 / 95 % band; a star where it is off by more than noise.",
        ("group", "cases", *(f"h={h}" for h in SCORED)),
        tuple(rows),
    )


def _share(part: Cases, model: str, i: int, band: int) -> str:
    held = part.scores[model].held[:, i, band].astype(float)
    gap = held - BANDS[band]
    star = "*" if abs(gap.mean()) > _BEYOND * _error(gap, months(part)) else ""
    return f"{100 * held.mean():.1f}{star}"


def _error(gap: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the standard error of a mean whose terms move together within clusters."""
    labels, member = np.unique(clusters, return_inverse=True)
    if len(labels) < 2:
        return float("inf")
    sums = np.bincount(member, weights=gap - gap.mean())
    return float(np.sqrt(len(labels) / (len(labels) - 1) * (sums**2).sum()) / len(gap))
