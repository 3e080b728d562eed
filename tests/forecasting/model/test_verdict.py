"""The one-line verdict says what was measured: each figure worked by hand."""

from dataclasses import replace

import pytest

from forecasting.model.artifact import HorizonQuality, Scorecard, verdict
from forecasting.model.serving import load_pretrained

NAIVE, GARCH = "random walk (EWMA, normal)", "GARCH(1,1)-t"


def entry(horizon, direction=0.5, **skill):
    return HorizonQuality(
        horizon=horizon,
        cases=1000 + horizon,
        loss=0.3,
        skill={NAIVE: 0.1234, **skill},
        coverage={"50": 0.51, "80": 0.7951, "95": 0.94},
        direction=direction,
        mae=0.01,
        mae_no_change=0.01,
        rmse=0.02,
        rmse_no_change=0.02,
    )


def found(*entries, horizon=5):
    quality = Scorecard("2023-12-29", "2024-01-02", "2025-12-31", 40, entries)
    return verdict(replace(load_pretrained().card, quality=quality), horizon)


@pytest.mark.parametrize(
    ("direction", "coin"),
    [(0.5, True), (0.59, True), (0.41, True), (0.61, False), (0.39, True), (0.8, False)],
)
def test_a_coin_is_what_lies_within_two_standard_errors_of_a_half(direction, coin):
    """A hundred independent tosses have a standard error of 0.05: 40 to 60 of 100 is a coin."""
    got = found(entry(5, direction))
    assert got.coin is coin
    assert got.direction == pytest.approx(100 * direction)


def test_shares_are_told_in_hundredths():
    """79.51 % held is 80 of 100; 53.4 % right is 53."""
    got = found(entry(5, 0.534, **{GARCH: -0.0151}))
    assert (got.held, got.direction) == (80, 53)


def test_what_was_not_measured_is_not_told():
    """Without a scorecard there is no verdict."""
    assert verdict(replace(load_pretrained().card, quality=None)) is None


@pytest.mark.parametrize(("horizon", "nearest"), [(1, 1), (4, 5), (7, 5), (8, 10), (20, 20)])
def test_the_verdict_is_of_the_nearest_measured_horizon(horizon, nearest):
    """Measured at 1, 5, 10 and 20 sessions; five where nobody asked for another."""
    measured = [entry(h, h / 100) for h in (1, 5, 10, 20)]
    assert found(*measured, horizon=horizon).direction == nearest
    quality = Scorecard("", "", "", 1, tuple(measured))
    unasked = verdict(replace(load_pretrained().card, quality=quality))
    assert unasked is not None
    assert unasked.direction == 5
