"""Scores are zero for an oracle, larger for anyone who shifts, and match hand-worked cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.evaluation.scores import (
    crps,
    diebold_mariano,
    inside,
    mae,
    pinball,
    pit,
    rmse,
    scaled_pinball,
)
from forecasting.values import LEVELS

NORMAL = np.array(
    [-1.95996, -1.64485, -1.28155, -0.84162, -0.67449, -0.25335, 0,
     0.25335, 0.67449, 0.84162, 1.28155, 1.64485, 1.95996]
)  # fmt: skip
CENTRE = np.zeros(len(LEVELS))


def test_an_oracle_scores_zero():
    """Who puts all levels on the outcome loses nothing, by any loss."""
    outcome = np.random.default_rng(0).normal(size=(50, 4))
    sure = np.repeat(outcome[..., None], len(LEVELS), axis=-1)
    assert pinball(sure, outcome).max() == 0
    assert crps(sure, outcome).max() == 0
    assert mae(outcome, outcome) == rmse(outcome, outcome) == 0


@given(shift=st.floats(0.01, 10) | st.floats(-10, -0.01))
def test_a_shifted_oracle_does_not(shift):
    """Any shift costs, and its mirror image costs as much."""
    outcome = np.array([0.3, -0.7])
    sure = np.repeat(outcome[:, None], len(LEVELS), axis=1)
    assert np.all(pinball(sure + shift, outcome) > 0)
    np.testing.assert_allclose(pinball(sure + shift, outcome), abs(shift) / 2)
    np.testing.assert_allclose(crps(sure + shift, outcome), abs(shift))


def test_pinball_of_a_hand_worked_case():
    """Outcome 2 against zeros: the mean of the levels times 2."""
    assert pinball(CENTRE, np.array(2.0)) == pytest.approx(2 * np.mean(LEVELS))


@given(factor=st.floats(0.01, 100))
def test_losses_scale_with_the_unit_and_the_scaled_loss_does_not(factor):
    """Prices in cents cost a hundred times as much, per usual move the same."""
    quantiles, outcome = NORMAL[None, None, :] * 0.02, np.array([[0.03]])
    usual, horizons = np.array([0.01]), np.array([5.0])
    np.testing.assert_allclose(
        pinball(quantiles * factor, outcome * factor), factor * pinball(quantiles, outcome)
    )
    np.testing.assert_allclose(
        scaled_pinball(quantiles * factor, outcome * factor, usual * factor, horizons),
        scaled_pinball(quantiles, outcome, usual, horizons),
    )


def test_crps_of_the_normal_distribution():
    """At its centre the standard normal scores 0.2337 (Gneiting and Raftery 2007, eq. 21)."""
    expected = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
    assert crps(NORMAL, np.array(0.0)) == pytest.approx(expected, abs=0.01)


def test_the_true_distribution_beats_wider_and_narrower_ones():
    """The losses are proper: honest quantiles win on average."""
    outcome = np.random.default_rng(1).normal(size=20_000)
    losses = [pinball(NORMAL * k, outcome).mean() for k in (0.8, 1.0, 1.2)]
    scores = [crps(NORMAL * k, outcome).mean() for k in (0.8, 1.0, 1.2)]
    assert np.argmin(losses) == np.argmin(scores) == 1


@pytest.mark.parametrize("band", [0.5, 0.6, 0.8, 0.9, 0.95])
def test_calibrated_bands_hold_what_they_say(band):
    """Of 40,000 normal outcomes each band holds its share within 1 %."""
    outcome = np.random.default_rng(2).normal(size=40_000)
    assert inside(NORMAL, outcome, band).mean() == pytest.approx(band, abs=0.01)


def test_the_pit_of_calibrated_forecasts_is_uniform():
    """Every tenth of the unit interval gets a tenth of the outcomes, but for the flat tails."""
    outcome = np.random.default_rng(3).normal(size=40_000)
    values = pit(np.tile(NORMAL, (40_000, 1)), outcome)
    counts, _ = np.histogram(values, bins=5, range=(0, 1))
    np.testing.assert_allclose(counts / 40_000, 0.2, atol=0.02)


def test_equal_forecasters_are_not_told_apart():
    """Noise of the same size gives a p-value that is no discovery; a real gain gives one."""
    rng = np.random.default_rng(4)
    months = np.repeat(np.arange(24), 50)
    first, second = rng.gamma(2, 1, 1200), rng.gamma(2, 1, 1200)
    assert diebold_mariano(first, second, months).p_value > 0.01
    better = diebold_mariano(first, first + 0.1 + rng.normal(0, 0.1, 1200), months)
    assert better.p_value < 1e-6
    assert better.difference == pytest.approx(-0.1, abs=0.01)


def test_clustering_does_not_count_copies_as_evidence():
    """The same month's case repeated a hundred times moves the error but little."""
    rng = np.random.default_rng(5)
    once = rng.normal(0.1, 1, 24)
    single = diebold_mariano(once, np.zeros(24), np.arange(24))
    copies = diebold_mariano(np.repeat(once, 100), np.zeros(2400), np.repeat(np.arange(24), 100))
    assert copies.error == pytest.approx(single.error)
    with pytest.raises(ValueError, match="two clusters"):
        diebold_mariano(once, np.zeros(24), np.zeros(24, dtype=int))
