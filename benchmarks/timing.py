"""Medians with their spread, in one form for all benchmarks."""

import statistics
import time
from collections.abc import Callable, Sequence


def measure(
    call: Callable[[], object],
    runs: int,
    warm_up: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the seconds that each of `runs` calls took, after some that are not counted."""
    for _ in range(warm_up):
        call()
    seconds = []
    for _ in range(runs):
        start = clock()
        call()
        seconds.append(clock() - start)
    return seconds


def row(name: str, values: Sequence[float], unit: str = "ms", goal: str = "") -> None:
    """Print a table row: median, smallest and largest."""
    scale = {"ms": 1000.0, "s": 1.0}.get(unit, 1.0)
    scaled = sorted(value * scale for value in values)
    digits = 0 if scaled[-1] >= 100 else 1 if scaled[-1] >= 10 else 2
    low, middle, high = scaled[0], statistics.median(scaled), scaled[-1]
    print(
        f"| {name} | {middle:.{digits}f} {unit} | {low:.{digits}f} … {high:.{digits}f} "
        f"| {len(scaled)} | {goal} |"
    )


def header() -> None:
    """Print the head of a table."""
    print("| what | median | spread | runs | goal |\n|---|---|---|---|---|")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of all values lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
