"""What came, drawn over the forecast that was given."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.charts.fan import About
from forecasting.charts.findings import is_inside
from forecasting.charts.resolved import compose_resolved, draw_resolved, outcome_of
from forecasting.charts.texts import ENGLISH
from forecasting.evaluation.outcomes import Promise, settle
from tests.forecasting.charts.checks import said, size
from tests.forecasting.charts.histories import after, bars, forecast

PRICES = ("open", "high", "low", "close", "adj_close")


@pytest.mark.parametrize("horizon", [1, 5, 20])
@pytest.mark.parametrize("daily", [0.002, 0.015, 0.06])
def test_what_came_is_drawn_over_the_fan_and_named(horizon, daily):
    """The close stands beside the range that was given, with the day and a verdict."""
    history = bars()
    made = forecast(history)
    now = after(history, 25, daily=daily)
    words = said(compose_resolved, now, made, horizon, ENGLISH)
    close = float(now.close[len(history) + horizon - 1])
    assert words[1].startswith(f"${close:,.2f} on ")
    held = made.at(horizon, 0.1) <= close <= made.at(horizon, 0.9)
    assert words[0] == f"TEST: {'inside' if held else 'outside'} the 8-in-10 range"
    assert any(ENGLISH.disclaimer in text for text in words)
    assert size(draw_resolved(now, made, horizon)) == (1280, 720)


def test_the_ticker_stands_below_a_heading_with_the_companys_name():
    """A name alone does not say which share it was."""
    history = bars("TSLA", close=352.26)
    about = About(name="Tesla", number=12)
    words = said(compose_resolved, after(history, 5), forecast(history), 5, ENGLISH, about)
    assert words[0].startswith("Tesla: ")
    assert words[1].startswith("TSLA $")
    assert "Tickercast · #F12 · not advice" in words


def test_a_split_since_then_moves_neither_the_fan_nor_the_outcome():
    """Both are drawn in the share count of the day of the forecast."""
    history = bars()
    made = forecast(history)
    now = after(history, 20)
    prices = {name: getattr(now, name) / 2 for name in PRICES}
    halved = replace(now, volume=now.volume * 2, **prices)
    assert outcome_of(halved, made, 20).closes == pytest.approx(outcome_of(now, made, 20).closes)
    assert draw_resolved(halved, made, 20) == draw_resolved(now, made, 20)


def test_a_halted_day_on_the_way_is_left_out_but_not_the_horizon():
    """A day without a price leaves a gap, and the fifth session stays the fifth."""
    history = bars()
    made = forecast(history)
    now = after(history, 20)
    keep = np.ones(len(now), dtype=bool)
    keep[len(history) + 3] = False
    columns = {name: getattr(now, name)[keep] for name in ("sessions", "volume", *PRICES)}
    halted = replace(now, **columns)
    assert outcome_of(halted, made, 5).positions.tolist() == [1, 2, 3, 5]
    with pytest.raises(ValueError, match="no close 4 after"):
        outcome_of(halted, made, 4)
    with pytest.raises(ValueError, match="no close 5 after"):
        outcome_of(history, made, 5)


@pytest.mark.parametrize(
    ("level", "inside"), [(0.1, True), (0.9, True), (0.0999, False), (0.9001, False), (0.96, False)]
)
def test_the_verdict_is_the_ledgers_own(level, inside):
    """Heading and caption go by one rule: the ends belong to the range."""
    history = bars()
    made = forecast(history)
    close = made.at(5, level)
    later = after(history, 5)
    path = np.append(later.close[:-1], close)
    now = replace(later, open=path, high=path, low=path, close=path, adj_close=path)
    start = len(history) - 1
    (settled,) = settle(now, [Promise(made, 5, start, start + 5)])
    assert settled.in_80 == is_inside(made, 5, close) == inside
    words = said(compose_resolved, now, made, 5, ENGLISH)
    assert words[0] == f"TEST: {'inside' if inside else 'outside'} the 8-in-10 range"


def test_a_close_that_the_source_corrected_since_is_not_taken_for_a_split():
    """Below half a per cent the ledger compares prices as they are, and so does the picture."""
    history = bars()
    made = replace(forecast(history), close=float(history.close[-1]) * 1.003)
    now = after(history, 5)
    assert outcome_of(now, made, 5).last == pytest.approx(float(now.close[-1]))
