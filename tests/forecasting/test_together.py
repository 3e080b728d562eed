"""Several tickers jointly: against cases worked out by hand and against SciPy."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from forecasting.chances import chance_above
from forecasting.together import (
    chances_ahead,
    chances_in_front,
    common_horizons,
    end_of,
    joint_growth,
    log_moves_at,
    rank_correlation,
)
from forecasting.values import LEVELS
from tests.forecasting.by_hand import bars, forecast

INDEPENDENT = np.eye(2)
EVENLY = np.linspace(1e-4, 1 - 1e-4, 2000)


def normal(ticker: str, spread: float, centre: float = 0.0, **fields):
    """A forecast whose log moves are normal at every level."""
    moves = centre + spread * stats.norm.ppf(LEVELS)
    return forecast(ticker=ticker, quantiles=100 * np.exp(np.stack([moves, moves])), **fields)


def history(ticker: str, moves, **columns):
    """Closes from a row of log moves, on weekdays that nobody checks."""
    close = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))
    days = np.datetime64("2023-01-01") + np.arange(len(close))
    same = dict.fromkeys(("open", "high", "low", "close", "adj_close"), close)
    return bars(ticker=ticker, sessions=days, volume=close, **{**same, **columns})


def test_equal_and_independent_tickers_are_ahead_half_the_time():
    """Nothing tells them apart, so that neither may be favoured by the draws."""
    growth = joint_growth([normal("A", 0.1), normal("B", 0.1)], (2, 2), INDEPENDENT)
    assert chances_ahead(growth) == pytest.approx(np.full((2, 2), 0.5), abs=1e-12)


def test_a_head_start_is_worth_what_the_normal_distribution_says():
    """A - B is normal with mean 0.05 and variance 0.1² + 0.2² - 2 * 0.5 * 0.1 * 0.2 = 0.03.

    The chance is Phi(0.05 / sqrt(0.03)) = Phi(0.288675) = 0.6136.
    """
    tied = np.array([[1.0, 0.5], [0.5, 1.0]])
    growth = joint_growth([normal("A", 0.1, 0.05), normal("B", 0.2)], (2, 2), tied)
    assert chances_ahead(growth)[0, 1] == pytest.approx(0.6136, abs=0.008)


def test_any_margins_agree_with_an_integral():
    """For independent tickers the chance is the mean of one distribution over the other's."""
    first, second = forecast(ticker="A"), normal("B", 0.08)
    growth = joint_growth([first, second], (2, 2), INDEPENDENT)

    def ahead(level):
        move = log_moves_at(np.log(second.quantiles[1] / 100), np.array([level]))[0]
        return chance_above(first, 100 * float(np.exp(move)), 2)

    expected = integrate.trapezoid([ahead(level) for level in EVENLY], EVENLY)
    assert chances_ahead(growth)[0, 1] == pytest.approx(expected, abs=0.008)


def test_each_margin_stays_the_forecasts_own():
    """Tying the ranks moves no quantile: the draws' quantiles are those of the forecast."""
    tied = np.array([[1.0, 0.8], [0.8, 1.0]])
    first = forecast(ticker="A")
    growth = joint_growth([first, normal("B", 0.2)], (2, 1), tied)
    found = np.quantile(growth[:, 0], LEVELS)
    assert found == pytest.approx(first.quantiles[1] / first.close, rel=2e-3)
    assert stats.spearmanr(*growth.T).statistic == pytest.approx(
        6 / np.pi * np.arcsin(0.8 / 2), abs=0.01
    )


def test_prices_in_the_tails_are_the_inverse_of_chances():
    """A price at the level 0.001, 0.3 or 0.9999 is exceeded as often as is left of the level."""
    made = forecast()
    levels = np.array([0.001, 0.025, 0.3, 0.975, 0.9999])
    prices = 100 * np.exp(log_moves_at(np.log(made.quantiles[0] / 100), levels))
    back = [1 - chance_above(made, float(price), 1) for price in prices]
    assert back == pytest.approx(levels, abs=1e-9)


def test_draws_are_the_same_for_the_same_question():
    """Who asks again is not told another chance."""
    asked = [normal("A", 0.1), normal("B", 0.3)]
    first, again = (joint_growth(asked, (1, 1), INDEPENDENT) for _ in range(2))
    assert np.array_equal(first, again)


def test_rank_correlation_is_scipys_drawn_towards_the_usual():
    """250 of 300 parts are what the ranks say, 50 what two shares usually do (0.3)."""
    rng = np.random.default_rng(5)
    common = rng.standard_normal(250)
    moves = [0.01 * (common + rng.standard_normal(250)) for _ in range(2)]
    moves[1][10:14] = 0.0
    found = rank_correlation([history("A", moves[0]), history("B", moves[1])])
    closes = [np.cumsum(np.concatenate([[0.0], m])) for m in moves]
    spearman = stats.spearmanr(*(np.diff(c) for c in closes)).statistic
    expected = (250 * 2 * np.sin(np.pi / 6 * spearman) + 50 * 0.3) / 300
    assert found[0, 1] == pytest.approx(expected, abs=5e-3)
    assert np.diag(found) == pytest.approx([1, 1])


def test_tickers_that_share_few_sessions_go_together_as_usual():
    """Ten common days say nothing; a price that stands still has no ranks."""
    short = history("A", np.linspace(-0.01, 0.01, 10))
    assert rank_correlation([short, short])[0, 1] == pytest.approx(0.3)
    long = history("A", np.sin(np.arange(100)))
    still = history("B", np.zeros(100))
    assert rank_correlation([long, still])[0, 1] == pytest.approx(0.3)


def test_tickers_that_are_one_can_still_be_drawn():
    """Three times the same history gives a matrix that has a Cholesky factor."""
    one = history("A", np.sin(np.arange(300)))
    found = rank_correlation([one, one, one])
    assert found[0, 1] == pytest.approx((250 + 15) / 300)
    assert np.linalg.cholesky(found).shape == (3, 3)


def test_the_end_is_the_last_day_that_all_reach():
    """A coin's two sessions are the 7th and 8th; a share's the 7th and 11th: the end is the 8th."""
    coin = forecast(ticker="BTC-USD")
    share = replace(coin, targets=(coin.targets[0], coin.targets[1].replace(day=11)))
    assert end_of([coin, share], 20) == coin.targets[1]
    assert common_horizons([coin, share], 20) == (2, 1)


def test_one_is_in_front_of_all():
    """Of four equally likely worlds A wins two, B one, and the last is a tie of B and C."""
    worlds = np.array([[3.0, 2, 1], [2, 1, 1], [1, 2, 1], [1, 2, 2]])
    assert chances_in_front(worlds) == pytest.approx([0.5, 0.375, 0.125])
