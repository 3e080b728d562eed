"""The backtest as a picture."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.charts.backtest import BacktestPicture, compose_backtest, draw_backtest, picture_of
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ENGLISH
from forecasting.evaluation.backtest import TickerBacktest
from tests.forecasting.charts.checks import said, size
from tests.forecasting.charts.histories import bars, forecast


def replayed(horizon=5, count=120, trained=40):
    history = bars(count=400, daily=0.02)
    levels = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    rows = range(len(history) - count, len(history))
    made = [forecast(history.rows(slice(None, row - horizon + 1))) for row in rows]
    return BacktestPicture(
        "TEST",
        horizon,
        tuple(history.session(row) for row in rows),
        history.close[-count:],
        {level: np.array([one.at(horizon, level) for one in made]) for level in levels},
        np.arange(count) < trained,
        0.0123,
        0.0125,
        0.79,
        "sample",
        "lstm-1",
    )


@pytest.mark.parametrize("trained", [0, 3, 40, 120])
@pytest.mark.parametrize("horizon", [1, 20])
def test_a_backtest_tells_errors_coverage_and_what_training_saw(trained, horizon):
    """Who looks at the past is told which part of it the model knew."""
    words = said(compose_backtest, replayed(horizon, trained=trained), ENGLISH)
    assert words[0] == "TEST: ranges held as promised"
    beside = "1 session before" if horizon == 1 else "20 sessions before"
    assert words[1] == f"Of 100 ranges that promised 80, 79 held · as forecast {beside}"
    assert "120 results · Mean error 1.2% (no change 1.2%)" in words
    assert (ENGLISH.in_training in words) == (trained > 0)
    assert any(ENGLISH.disclaimer in word for word in words)


def test_what_is_drawn_of_a_backtest_is_what_it_found():
    """Lines and bands are the figures of the backtest, day by day."""
    history = bars(count=200)
    made = [forecast(history.rows(slice(None, row + 1))) for row in range(100, 195)]
    test = TickerBacktest(
        ticker="TEST",
        horizon=5,
        as_of=tuple(one.as_of for one in made),
        targets=tuple(history.session(row + 5) for row in range(100, 195)),
        close=history.close[100:195],
        actual=history.close[105:],
        quantiles=np.array([one.quantiles[4] for one in made]),
        in_training=np.arange(95) < 10,
        mae=1.5,
        rmse=2.5,
        mae_no_change=1.6,
        rmse_no_change=2.6,
        coverage=(0.51, 0.81, 0.94),
        model_version="lstm-1",
    )
    replay = picture_of(test, "sample")
    assert replay.edges[0.9][7] == made[7].at(5, 0.9)
    words = said(compose_backtest, replay, ENGLISH)
    assert words[1].startswith("Of 100 ranges that promised 80, 81 held")
    assert "95 results · Mean error 1.5% (no change 1.6%)" in words


def test_a_backtest_is_drawn_in_both_themes():
    """People who read in the dark get a dark one, small enough to send as well."""
    for theme in Theme:
        assert size(draw_backtest(replayed(), theme=theme)) == (1280, 720)


def test_a_backtest_with_columns_of_different_length_is_refused():
    """No day is drawn with another day's band."""
    whole = replayed()
    with pytest.raises(ValueError, match="differ in length"):
        replace(whole, closes=whole.closes[1:])
    with pytest.raises(ValueError, match="lacks the levels"):
        replace(whole, edges={0.1: whole.edges[0.1]})
