"""Forecasts of the shipped model: dated, monotone, repeatable, and refused where they must be."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.errors import TooLittleHistoryError, UnusableHistoryError
from forecasting.forecast import make_forecasts
from forecasting.model.serving import load_pretrained
from forecasting.values import LEVELS, Forecast
from tests.forecasting.simulated import bars_from_returns, garch_walk, random_walk


@pytest.fixture(scope="module")
def model():
    return load_pretrained()


def _made(model, histories, market):
    answers = make_forecasts(model, histories, market)
    good = [answer for answer in answers if isinstance(answer, Forecast)]
    assert len(good) == len(histories)
    return good


def test_a_batch_gives_what_single_questions_give(model):
    """Ten tickers at once are ten forecasts, each as if asked alone."""
    many = [garch_walk(300 + 100 * i, i, ticker=f"T{i}") for i in range(10)]
    market = random_walk(1300, 99, daily=0.01)
    for bars, made in zip(many, _made(model, many, market), strict=True):
        alone = _made(model, [bars], market)[0]
        np.testing.assert_allclose(made.quantiles, alone.quantiles, rtol=1e-5)


def test_a_forecast_is_dated_monotone_and_repeatable(model):
    """Asked twice it is the same text; targets follow the calendar; quantiles rise and widen."""
    bars = garch_walk(800, 1)
    first, second = (_made(model, [bars], None)[0] for _ in range(2))
    assert first.canonical() == second.canonical()
    assert len(first.targets) == 20
    assert first.targets[0] > bars.as_of
    assert np.all(np.diff(first.quantiles, axis=1) > 0)
    width = first.quantiles[:, LEVELS.index(0.9)] - first.quantiles[:, LEVELS.index(0.1)]
    assert width[19] > width[4] > width[0]
    assert first.close == bars.close[-1]
    assert "no-market" in first.cautions
    assert 0.3 < first.usual_width[4] / (width[4] / bars.close[-1]) < 3


def test_later_bars_move_no_forecast(model):
    """A forecast from bars that were cut is the one made at the time, the market's future too."""
    bars, market = garch_walk(900, 2), random_walk(900, 3, daily=0.01)
    cut = bars.rows(slice(0, 700))
    late = _made(model, [cut], market)[0]
    then = _made(model, [cut], market.between(None, cut.as_of))[0]
    assert late.canonical() == then.canonical()


@pytest.mark.parametrize("bars", [5, 60, 119])
def test_too_little_history_says_how_much_is_needed(model, bars):
    """The error holds both counts."""
    answer = make_forecasts(model, [garch_walk(bars, 1)], None)[0]
    assert isinstance(answer, TooLittleHistoryError)
    assert (answer.needed, answer.got) == (120, bars)


def test_a_young_ticker_is_answered(model):
    """260 bars are enough; 150 are answered with a caution."""
    old, young = _made(model, [garch_walk(260, 1), garch_walk(150, 1)], None)
    assert "short-history" not in old.cautions
    assert "short-history" in young.cautions


def test_flat_and_halted_histories_are_refused_and_the_rest_answered(model):
    """One ticker's broken history does not spoil the batch."""
    returns = np.random.default_rng(1).normal(0, 0.02, 400)
    flat = bars_from_returns(np.where(np.arange(400) > 330, 0.0, returns))
    good = bars_from_returns(returns)
    days = good.sessions.copy()
    days[380:] += 60
    halted = replace(good, sessions=days)
    answers = make_forecasts(model, [flat, good, halted], None)
    assert isinstance(answers[0], UnusableHistoryError)
    assert isinstance(answers[1], Forecast)
    assert isinstance(answers[2], UnusableHistoryError)


def test_what_training_never_saw_is_widened_and_said(model):
    """A ticker that moves 40 % a day gets the caution, an ordinary one does not."""
    wild, calm = random_walk(500, 4, daily=0.4), garch_walk(500, 5)
    answers = _made(model, [wild, calm], random_walk(500, 6, daily=0.01))
    assert "widened" in answers[0].cautions
    assert "widened" not in answers[1].cautions


def test_prices_come_from_the_split_adjusted_close(model):
    """Dividends move the returns, not the level that the fan starts from."""
    bars = garch_walk(500, 7)
    paid = replace(bars, adj_close=bars.close * 0.9)
    one, other = _made(model, [bars, paid], None)
    np.testing.assert_allclose(one.quantiles, other.quantiles, rtol=1e-6)
    assert one.as_of == date.fromisoformat(str(bars.sessions[-1]))
