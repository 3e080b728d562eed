"""What a ticker's fan usually spans is the 80 % band of its last year, worked by hand."""

from typing import Any

import numpy as np
import pytest

from forecasting.features.model_inputs import Inputs
from forecasting.forecast import make_forecasts
from forecasting.values import LEVELS, Forecast
from tests.forecasting.simulated import garch_walk

MOVES = np.array([-9, -8, -5, -4, -3, -1, 0, 1, 2, 3, 4, 8, 9]) / 100
"""Hundredths at the thirteen levels; the 80 % band is from -5 to 4, the 50 % band from -3 to 2."""


class Ruler:
    """A forecaster whose n-th fan in a batch is n times `MOVES` at every horizon."""

    version = "ruler"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def run(self, inputs: Inputs) -> Any:
        self.asked.append(len(inputs))
        factors = np.arange(len(inputs), dtype=float)
        return factors[:, None, None] * np.broadcast_to(MOVES, (20, len(LEVELS)))

    def strange(self, inputs: Inputs) -> Any:
        return np.arange(len(inputs)) == 1


@pytest.fixture
def ruler():
    return Ruler()


def made(ruler, *histories):
    answers = make_forecasts(ruler, histories, None)
    return [answer for answer in answers if isinstance(answer, Forecast)]


def spans(*factors):
    return [np.exp(0.04 * n) - np.exp(-0.05 * n) for n in factors]


def test_the_usual_width_is_the_median_of_twelve_earlier_80_percent_bands(ruler):
    """The fans before are 1 to 12 times as wide: half-way between the sixth and the seventh."""
    (got,) = made(ruler, garch_walk(500, 1))
    assert ruler.asked == [13]
    np.testing.assert_allclose(got.usual_width, np.mean(spans(6, 7)), rtol=1e-6)
    assert got.usual_width.shape == (20,)


def test_the_forecast_itself_is_the_first_fan(ruler):
    """Zero times the moves: every level stands at the close, and nothing of it is strange."""
    bars = garch_walk(500, 1)
    (got,) = made(ruler, bars)
    np.testing.assert_array_equal(got.quantiles, bars.close[-1])
    assert got.model_version == "ruler"
    assert "widened" not in got.cautions


def test_each_history_of_a_batch_has_its_own_fans(ruler):
    """The second history's fans are the 14th to 26th: its forecast 13 times the moves."""
    first, second = garch_walk(500, 1), garch_walk(500, 2)
    one, other = made(ruler, first, second)
    np.testing.assert_allclose(one.usual_width, np.mean(spans(6, 7)), rtol=1e-6)
    np.testing.assert_allclose(other.usual_width, np.mean(spans(19, 20)), rtol=1e-6)
    np.testing.assert_allclose(other.quantiles[0], second.close[-1] * np.exp(13 * MOVES), rtol=1e-6)


def test_a_young_history_counts_the_months_that_it_has(ruler):
    """181 bars: as-ofs 21, 42 and 63 sessions back hold 120 bars, those before do not."""
    (got,) = made(ruler, garch_walk(181 + 3, 1))
    assert ruler.asked == [4]
    np.testing.assert_allclose(got.usual_width, spans(2)[0], rtol=1e-6)


def test_the_youngest_history_has_no_usual_width(ruler):
    """120 bars are enough for a forecast and for none before."""
    (got,) = made(ruler, garch_walk(120, 1))
    assert ruler.asked == [1]
    assert np.isnan(got.usual_width).all()
    assert got.cautions == ("short-history", "no-market", "dates-unasked")


@pytest.mark.parametrize(("bars", "short"), [(259, True), (260, False)])
def test_a_history_is_short_below_260_bars(ruler, bars, short):
    """A year and a week of sessions is what the slowest input looks back on."""
    (got,) = made(ruler, garch_walk(bars, 1))
    assert ("short-history" in got.cautions) is short
