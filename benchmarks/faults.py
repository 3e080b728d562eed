"""False numbers that leave after planted faults, and healthy newest bars that are held back.

`python -m benchmarks faults` plants 10,000 faults. With `PRICES` naming parquet files of real
histories it also lives through each of their bars as if it were the newest.
"""

import os
from collections import Counter
from pathlib import Path

import numpy as np

from forecasting.errors import PriceError
from forecasting.prices.doubts import doubt_of, doubted_rows
from forecasting.prices.files import read_histories
from forecasting.prices.units import LONGEST_SLIP
from forecasting.values import Bars
from tests.forecasting.prices.planted import FAULTS, is_true, real_looking, what_leaves

RUNS = 10_000
_SEEN = 320  # bars that decide on the newest one


def main() -> None:
    planted(RUNS)
    files = [Path(name) for name in os.environ.get("PRICES", "").split(",") if name]
    if files:
        healthy(files)


def planted(runs: int) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for number in range(runs):
        rng = np.random.default_rng(number)
        fault = FAULTS[number % len(FAULTS)]
        true = real_looking(rng)
        counts[fault.__name__, _outcome(what_leaves(fault(true, rng)), true)] += 1
    print("| fault | mended | held back | refused | false |\n|---|---|---|---|---|")
    for fault in FAULTS:
        row = [counts[fault.__name__, kind] for kind in ("mended", "held", "refused", "false")]
        print(f"| {fault.__name__} | {' | '.join(map(str, row))} |")
    wrong = sum(count for (_, kind), count in counts.items() if kind == "false")
    print(f"\n{wrong} false numbers in {runs} planted faults")


def _outcome(left: Bars | PriceError, true: Bars) -> str:
    if isinstance(left, PriceError):
        return "refused"
    if not is_true(left, true):
        return "false"
    return "held" if left.held_back is not None else "mended"


def healthy(files: list[Path]) -> None:
    bars = held = 0
    for found in read_histories(files):
        if isinstance(found, Bars):
            bars += len(found)
            held += int(_held(found).sum())
    print(f"\n{held} of {bars} real bars held back: {1e4 * held / max(bars, 1):.2f} in 10,000")


def _held(bars: Bars) -> np.ndarray:
    """Mark the days on which the newest bar, or one before it, was held back."""
    marks = np.zeros(len(bars), dtype=bool)
    for row in np.flatnonzero(doubted_rows(bars)):
        for end in range(row + 1, min(len(bars), row + LONGEST_SLIP) + 1):
            if doubt_of(bars.rows(slice(max(0, end - _SEEN), end))) is None:
                break
            marks[end - 1] = True
    return marks
