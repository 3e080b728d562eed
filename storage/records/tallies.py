"""Sums over results: what a track record needs of a week, whatever the number of forecasts."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from storage.records.ledger import Resolution

ALL = ""
"""Stands for all tickers."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of results, and sums of their errors over the resolved ones."""

    resolved: int = 0
    void: int = 0
    in_50: int = 0
    in_80: int = 0
    in_95: int = 0
    abs_error: float = 0.0
    naive_abs_error: float = 0.0
    loss: float = 0.0
    naive_loss: float = 0.0

    def plus(self, other: "Sums", sign: int = 1) -> "Sums":
        """Return these with others added, or taken off where `sign` is -1."""
        return Sums(*(getattr(self, n) + sign * getattr(other, n) for n in SUMMED))

    @property
    def by_name(self) -> dict[str, float]:
        """The sums by their names, in order."""
        return {name: getattr(self, name) for name in SUMMED}


SUMMED = tuple(field.name for field in fields(Sums))


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums of one week's targets at one horizon.

    Attributes:
        ticker: Whose, `ALL` for all.
        week: Weeks since Monday, January 1 of year 1 (`week_of`).
        slice: Of the days the forecasts were made on, empty where they tell none.
    """

    ticker: str
    horizon: int
    week: int
    slice: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Difference:
    """Totals that were not the sum of their results.

    Attributes:
        stored: What they held.
        counted: What the results come to.
    """

    ticker: str
    horizon: int
    week: int
    slice: str
    stored: Sums
    counted: Sums


@dataclass(frozen=True, slots=True)
class Recount:
    """What counting anew found: rows of totals there are, how many differed, the first of them."""

    rows: int
    wrong: int
    differences: tuple[Difference, ...]


def summed(tallies: Iterable[Tally], horizon: int) -> Sums:
    """Return the sums of all weeks and slices at a horizon."""
    total = Sums()
    for entry in tallies:
        if entry.horizon == horizon:
            total = total.plus(entry.sums)
    return total


def week_of(day: date) -> int:
    """Return the number of a day's week, Monday to Sunday."""
    return (day.toordinal() - 1) // _WEEK  # ordinal 1 was a Monday


def monday_of(week: int) -> date:
    """Return the day a week begins."""
    return date.fromordinal(week * _WEEK + 1)


def sums_of(result: Resolution) -> Sums:
    """Return a single result as sums; of a void one only that it was."""
    if result.status != "resolved":
        return Sums(void=1)
    return Sums(
        1, 0, *(int(bool(getattr(result, name))) for name in ("in_50", "in_80", "in_95")),
        *(float(getattr(result, name) or 0.0) for name in SUMMED[5:]),
    )  # fmt: skip


class Tallying:
    """Adds results up by ticker, horizon, week and slice, for each ticker and for all."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, int, int, str], Sums] = {}

    def add(self, ticker: str, slice_name: str, result: Resolution, sign: int = 1) -> None:
        """Count a result, or take it off where `sign` is -1."""
        counted = sums_of(result)
        for owner in (ticker, ALL):
            key = (owner, result.horizon, week_of(result.target), slice_name)
            self._sums[key] = self._sums.get(key, Sums()).plus(counted, sign)

    def tallies(self) -> Iterable[Tally]:
        """Return what was added, in the order of the keys."""
        return (Tally(*key, self._sums[key]) for key in sorted(self._sums))
