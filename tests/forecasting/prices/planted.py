"""Histories that look real, and the ways in which services are known to get them wrong.

Each fault takes a true history and returns what a service would show, with the events it lists.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from forecasting.errors import PriceError
from forecasting.prices.accepting import check_answer
from forecasting.prices.dividends import Dividends
from forecasting.prices.doubts import believed
from forecasting.prices.mending import mended_prices
from forecasting.prices.splits import Split
from forecasting.values import Bars
from tests.forecasting.prices.market import make_bars

PRICES = ("open", "high", "low", "close", "adj_close")
ROWS = 400
RATIOS = (2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 0.5, 0.2, 0.1, 0.05, 1 / 190)


@dataclass(frozen=True)
class Shown:
    """What a service shows of a true history.

    Attributes:
        bars: The prices, wrong in one way.
        splits, dividends: What it lists.
        known: What was kept from an earlier answer; None on the first question.
    """

    bars: Bars
    splits: list[Split] = field(default_factory=list)
    dividends: Dividends | None = None
    known: Bars | None = None


Fault = Callable[[Bars, np.random.Generator], Shown]


def real_looking(rng: np.random.Generator, n: int = ROWS) -> Bars:
    """Return a share of 1 to 4 % a day with fat tails, quiet and loud times, dividends and trading."""
    calm = rng.uniform(0.01, 0.04)
    loud = np.exp(0.3 * np.cumsum(rng.normal(0, 0.15, n)) - 0.1)
    steps = np.clip(rng.standard_t(5, n) * 0.77 * calm * np.clip(loud, 0.5, 2.0), -0.25, 0.25)
    close = rng.uniform(3, 800) * np.exp(np.cumsum(steps - steps.mean()))
    opened = close * np.exp(-steps * rng.uniform(0.2, 0.8, n))
    reach = np.exp(np.abs(rng.normal(0, 0.5 * calm, (2, n))))
    traded = np.exp(rng.normal(14, 0.4, n) + 6 * np.abs(steps))
    factor = np.ones(n)
    for day in range(int(rng.integers(20, 60)), n, 63):
        factor[:day] *= 1 - 0.006
    return replace(
        _frame(n),
        open=opened,
        high=np.maximum(opened, close) * reach[0],
        low=np.minimum(opened, close) / reach[1],
        close=close,
        adj_close=close * factor,
        volume=traded,
    )


@lru_cache
def _frame(n: int) -> Bars:
    return make_bars("ACME", n=n)


def scaled(bars: Bars, rows: slice, factor: float, names: tuple[str, ...] = PRICES) -> Bars:
    """Return the bars with some prices of some rows multiplied."""
    by = np.ones(len(bars))
    by[rows] = factor
    return replace(bars, **{name: getattr(bars, name) * by for name in names})


def unit_newest(bars: Bars, rng: np.random.Generator) -> Shown:
    rows = int(rng.choice([1, 1, 3, 10]))
    return Shown(scaled(bars, slice(-rows, None), float(rng.choice([0.01, 100.0, 0.001]))))


def unit_inside(bars: Bars, rng: np.random.Generator) -> Shown:
    at, rows = int(rng.integers(20, ROWS - 40)), int(rng.choice([1, 3, 20]))
    return Shown(scaled(bars, slice(at, at + rows), float(rng.choice([0.01, 100.0]))))


def unit_changed(bars: Bars, rng: np.random.Generator) -> Shown:
    """All of the answer in pounds, while pence are known."""
    return Shown(bars.scaled(float(rng.choice([0.01, 100.0]))), known=bars.rows(slice(0, -1)))


def split_unapplied(bars: Bars, rng: np.random.Generator) -> Shown:
    at, shares = int(rng.integers(30, ROWS)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(0, at), shares), [(bars.session(at), shares)])


def split_but_one_row(bars: Bars, rng: np.random.Generator) -> Shown:
    at, shares = int(rng.integers(30, ROWS)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(0, at - 1), shares), [(bars.session(at), shares)])


def split_one_row_missed(bars: Bars, rng: np.random.Generator) -> Shown:
    at, shares = int(rng.integers(30, ROWS)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(at - 1, at), shares), [(bars.session(at), shares)])


def split_twice(bars: Bars, rng: np.random.Generator) -> Shown:
    at, shares = int(rng.integers(30, ROWS)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(0, at), 1 / shares), [(bars.session(at), shares)])


def split_day_early(bars: Bars, rng: np.random.Generator) -> Shown:
    at, shares = int(rng.integers(30, ROWS)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(0, at), shares), [(bars.session(at - 1), shares)])


def split_unlisted(bars: Bars, rng: np.random.Generator) -> Shown:
    """A split whose list was lost, seen on its day or soon after."""
    at, shares = ROWS - int(rng.integers(1, 20)), float(rng.choice(RATIOS))
    return Shown(scaled(bars, slice(0, at), shares))


def dividend_hundredfold(bars: Bars, rng: np.random.Generator) -> Shown:
    """One payment of 0.6 % in the adjusted closes and in the list as 60 %."""
    factor = bars.adj_close / bars.close
    at = int(rng.choice(np.flatnonzero(np.diff(factor) > 1e-9))) + 1
    wrong = factor.copy()
    wrong[:at] *= (1 - 0.6) / (1 - 0.006)
    paid = {
        bars.sessions[i]: float(bars.close[i - 1] * 0.006) * (100 if i == at else 1)
        for i in np.flatnonzero(np.diff(factor) > 1e-9) + 1
    }
    listed = paid if rng.random() < 0.5 else None
    return Shown(replace(bars, adj_close=bars.close * wrong), dividends=listed)


def adjusted_to_infinity(bars: Bars, rng: np.random.Generator) -> Shown:
    at = int(rng.integers(30, ROWS))
    wrong = bars.adj_close.copy()
    wrong[:at] *= np.exp(0.05 * np.arange(at, 0, -1))
    paid = {
        bars.sessions[i]: float(bars.close[i - 1] * 0.006)
        for i in np.flatnonzero(np.diff(bars.adj_close / bars.close) > 1e-9) + 1
    }
    return Shown(replace(bars, adj_close=wrong), dividends=paid if rng.random() < 0.5 else None)


def truncated(bars: Bars, rng: np.random.Generator) -> Shown:
    first = int(rng.integers(20, ROWS - 5))
    return Shown(bars.rows(slice(first, None)), known=bars.rows(slice(0, -1)))


def cut_short(bars: Bars, rng: np.random.Generator) -> Shown:
    last = int(rng.integers(30, ROWS - 2))
    return Shown(bars.rows(slice(0, last)), known=bars.rows(slice(0, -1)))


def days_missing(bars: Bars, rng: np.random.Generator) -> Shown:
    """Some days inside are gone, which a history that is known still has."""
    at, rows = int(rng.integers(20, ROWS - 40)), int(rng.integers(6, 30))
    kept = np.delete(np.arange(ROWS), np.arange(at, at + rows))
    columns = ("sessions", *PRICES, "volume")
    holed = replace(bars, **{name: getattr(bars, name)[kept] for name in columns})
    return Shown(holed, known=bars.rows(slice(0, -1)))


FAULTS: tuple[Fault, ...] = (
    unit_newest, unit_inside, unit_changed, split_unapplied, split_but_one_row, split_one_row_missed,
    split_twice, split_day_early, split_unlisted, dividend_hundredfold, adjusted_to_infinity,
    truncated, cut_short, days_missing,
)  # fmt: skip


def what_leaves(shown: Shown) -> Bars | PriceError:
    """Return what the product uses of an answer: believed bars, or a refusal."""
    try:
        bars = mended_prices(shown.bars, shown.splits, shown.dividends)
        check_answer(bars, shown.known)
    except PriceError as err:
        return err
    return believed(bars)


def is_true(bars: Bars, true: Bars) -> bool:
    """Return whether all prices are the true ones, and all returns: a payment of 0.6 % may lack.

    Prices from before a split that is held back are true in the shares of their own day.
    """
    rows = np.isin(true.sessions, bars.sessions)
    split = bars.held_back is not None and bars.held_back.reason != "unit"
    scale = true.close[rows][-1] / bars.close[-1] if split else 1.0
    closes = np.allclose(bars.close * scale, true.close[rows], rtol=1e-6)
    returns = np.diff(np.log(bars.adj_close)) - np.diff(np.log(true.adj_close[rows]))
    return bool(closes and np.max(np.abs(returns), initial=0.0) < 0.0065)
