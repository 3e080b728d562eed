"""How baskets' ranges held, on histories that are simulated so that the truth is known."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from forecasting.evaluation.basket_report import basket_lines, basket_quality
from forecasting.values import HORIZONS, LEVELS
from tests.forecasting.by_hand import bars

SPREAD = 0.01
SPAN = (date(2022, 1, 1), date(2023, 12, 31))


class TrueMargins:
    """A forecaster that knows the law of each ticker: a walk of normal steps."""

    name = "truth"

    def quantiles(self, _bars, rows, _market):
        one = SPREAD * np.sqrt(np.array(HORIZONS))[:, None] * stats.norm.ppf(LEVELS)
        return np.tile(one, (len(rows), 1, 1))


def tickers(common: float):
    """Ten walks that share a part of each step."""
    rng = np.random.default_rng(3)
    shared = rng.standard_normal(1500)
    days = np.arange(np.datetime64("2018-01-01"), np.datetime64("2023-12-31"))
    days = days[np.is_busday(days)][:1501]
    found = []
    for number in range(10):
        own = rng.standard_normal(1500)
        steps = SPREAD * (np.sqrt(common) * shared + np.sqrt(1 - common) * own)
        close = 100 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
        same = dict.fromkeys(("open", "high", "low", "close", "adj_close"), close)
        found.append(bars(ticker=f"T{number}", sessions=days, volume=close, **same))
    return found


def test_true_margins_hold_eight_of_ten_only_when_tied():
    """Steps that share half go together; as if apart, too many baskets end outside."""
    found = basket_quality(TrueMargins(), tickers(0.5), None, SPAN, each=4)
    assert found is not None
    assert found.tied.value == pytest.approx(0.8, abs=0.1)
    assert found.apart.value < found.tied.value - 0.05
    assert found.below + found.above == pytest.approx(1 - found.tied.value)
    assert basket_lines(found)[0].startswith(f"{found.baskets} baskets, 20 sessions ahead")


def test_no_basket_no_figure():
    """One ticker is no basket."""
    assert basket_quality(TrueMargins(), tickers(0.5)[:1], None, SPAN, each=4) is None
