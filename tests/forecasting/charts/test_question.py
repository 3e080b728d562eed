"""The picture of a question: the fan, and the prices that were asked about."""

import pytest

from forecasting.charts.question import TALL, AskedPrices, compose_question, draw_question
from forecasting.charts.texts import ENGLISH
from tests.forecasting.charts.checks import said, size
from tests.forecasting.charts.histories import bars, forecast


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.99, 1.01), (0.999, 1.001), (0.9, 1.1), (0.4, 0.41), (1.8, 1.81), (0.3, 2.5)],
)
@pytest.mark.parametrize("sessions", [1, 20])
def test_the_ends_of_an_asked_range_are_both_read(low, high, sessions):
    """However close they lie, and wherever: neither price covers the other or the axis."""
    history = bars(close=100.0)
    made = forecast(history)
    prices = (made.close * low, made.close * high)
    asked = AskedPrices("82 in 100 by Jun 2: between the two", prices, sessions)
    words = said(compose_question, history, made, asked, ENGLISH, height=TALL)
    assert {f"${price:.2f}" for price in prices} <= set(words)
    assert size(draw_question(history, made, asked)) == (1280, TALL)
