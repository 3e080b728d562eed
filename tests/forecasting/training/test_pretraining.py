"""Training sees what it may see, calibrates what it must, and its result is served as it is."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.announcements.known import Announcements
from forecasting.features.dataset import is_unseen
from forecasting.features.model_inputs import GROUPS, feature_names, inputs_at
from forecasting.forecast import make_forecasts
from forecasting.model.artifact import Scorecard, write
from forecasting.model.serving import load_model
from forecasting.training.calibration import calibration
from forecasting.training.pretraining import (
    Recipe,
    Sampling,
    gather,
    market_columns,
    pretrain,
    rehearsal,
    weight,
    with_quality,
)
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Forecast
from tests.forecasting.simulated import garch_walk, random_walk

CUT = date(2014, 6, 30)
SMALL = Recipe(units=4, dense=16, epochs=1, batch=128)
NORMAL = np.array(
    [-1.95996, -1.64485, -1.28155, -0.84162, -0.67449, -0.25335, 0,
     0.25335, 0.67449, 0.84162, 1.28155, 1.64485, 1.95996]
)  # fmt: skip


@pytest.fixture(scope="module")
def histories():
    return [garch_walk(1500, seed, ticker=f"T{seed}") for seed in range(8)]


def test_no_training_case_knows_a_price_after_the_cut(histories):
    """The last outcome of every case lies on or before the cut."""
    cases = gather(histories, None, Sampling(cut=CUT, every=3))
    last = np.datetime64(CUT, "D").astype(int)
    for number, bars in enumerate(histories):
        own = cases.days[cases.ticker == number]
        rows = np.searchsorted(bars.sessions.astype(int), own)
        assert bars.sessions[rows + HORIZONS[-1]].astype(int).max() <= last


def test_outcomes_are_what_came(histories):
    """Each case's outcome is the log move to its own target, to half a millionth."""
    cases = gather(histories[:1], None, Sampling(cut=CUT, every=50))
    bars = histories[0]
    rows = np.searchsorted(bars.sessions.astype(int), cases.days)
    level = np.log(bars.adj_close)
    np.testing.assert_allclose(cases.outcome[:, 4], level[rows + 5] - level[rows], atol=1e-6)


def test_a_rehearsal_keeps_its_half_years_apart(histories):
    """No case that is fitted has an outcome inside a half-year left out, nor begins in one."""
    cases = gather(histories, None, Sampling(cut=CUT, every=3))
    split = rehearsal(cases)
    assert len(split.fitted)
    assert len(split.held)
    left_out = np.unique(split.half)
    for shift in (0, 28):  # twenty sessions
        months = (cases.days[split.fitted] + shift).astype("datetime64[D]").astype("datetime64[M]")
        assert not np.isin(months.astype(int) // 6, left_out).any()


def test_a_ticker_is_unseen_in_every_file_or_in_none():
    """The name alone decides; about three in ten are left out."""
    share = np.mean([is_unseen(f"TICK{i}") for i in range(3000)])
    assert share == pytest.approx(0.3, abs=0.03)
    assert is_unseen("AAPL") == is_unseen("AAPL")


@pytest.mark.parametrize("truth", [0.85, 1.0, 1.2])
def test_calibration_finds_the_width_that_holds(truth):
    """Fans too narrow or too wide by a factor get that factor, at every level."""
    rng = np.random.default_rng(1)
    outcome = truth * rng.normal(size=(20_000, len(HORIZONS)))
    fans = np.broadcast_to(NORMAL, (20_000, len(HORIZONS), len(LEVELS)))
    group = np.zeros((20_000, len(HORIZONS)), np.int8)
    factors = calibration(fans, outcome, rng.integers(0, 40, 20_000), group)
    np.testing.assert_allclose(np.delete(factors[0], MEDIAN, axis=1), truth, atol=0.05)
    np.testing.assert_array_equal(factors[:, :, MEDIAN], 1.0)
    np.testing.assert_allclose(factors[1:], 1.0)


def test_eves_are_calibrated_apart():
    """A larger move on the days that hold an announcement widens those days alone.

    Of 0.3 more, 4,000 cases are believed 4000 / 4200, and 40 half-years, of which one four years
    older counts half, as 22 that count alike: 22 / 24.
    """
    rng = np.random.default_rng(3)
    outcome = rng.normal(size=(20_000, len(HORIZONS)))
    group = np.zeros((20_000, len(HORIZONS)), np.int8)
    group[:4000] = GROUPS.index("known")
    outcome[:4000] *= 1.3
    fans = np.broadcast_to(NORMAL, (20_000, len(HORIZONS), len(LEVELS)))
    factors = calibration(fans, outcome, rng.integers(0, 40, 20_000), group)
    found = np.delete(factors, MEDIAN, axis=2)
    np.testing.assert_allclose(found[GROUPS.index("known")], 1.262, atol=0.07)
    np.testing.assert_allclose(found[GROUPS.index("other")], 1.0, atol=0.03)


def test_a_group_of_few_half_years_is_believed_by_half():
    """A kind of ticker that lived through two half-years moves its width half of the way."""
    rng = np.random.default_rng(4)
    outcome = 1.3 * rng.normal(size=(20_000, len(HORIZONS)))
    group = np.full((20_000, len(HORIZONS)), GROUPS.index("crypto"), np.int8)
    fans = np.broadcast_to(NORMAL, (20_000, len(HORIZONS), len(LEVELS)))
    factors = calibration(fans, outcome, rng.integers(0, 2, 20_000), group)
    found = np.delete(factors[GROUPS.index("crypto")], MEDIAN, axis=1)
    np.testing.assert_allclose(found, 1.15, atol=0.03)


def test_cases_are_shown_with_the_dates_that_a_forecast_can_have(histories):
    """Half see the next announcement, some only past ones, some none; a fund's cases see none."""
    bars = histories[0]
    days = bars.sessions[300::63]
    known = Announcements(bars.ticker, days, np.zeros(len(days), np.int8))
    cases = gather([bars], None, Sampling(cut=CUT, every=1, every_recent=1), {bars.ticker: known})
    names = feature_names(bars)
    past, coming = (
        cases.inputs.static[:, names.index(name)] for name in ("dates_past", "dates_next")
    )
    late = cases.days > bars.sessions[700].astype(int)
    assert 0.6 < past[late].mean() < 0.8
    assert 0 < coming.mean() < 0.2
    assert (
        not gather([bars], None, Sampling(cut=CUT))
        .inputs.static[:, names.index("dates_past")]
        .any()
    )


def test_calibration_does_not_learn_direction():
    """Outcomes that all rose give the same factor above and below the median."""
    outcome = np.abs(np.random.default_rng(2).normal(size=(5000, len(HORIZONS))))
    fans = np.broadcast_to(NORMAL, (5000, len(HORIZONS), len(LEVELS)))
    group = np.zeros((5000, len(HORIZONS)), np.int8)
    factors = calibration(fans, outcome, np.arange(5000) % 3, group)
    np.testing.assert_array_equal(factors, factors[:, :, ::-1])


def test_weights_are_those_of_the_measure(histories):
    """Mean one, and larger where a ticker is more volatile than it usually is."""
    cases = gather(histories, None, Sampling(cut=CUT, every=10))
    weights = weight(cases)
    assert weights.mean() == pytest.approx(1, abs=1e-3)
    ratio = cases.inputs.scale / cases.usual
    assert np.corrcoef(ratio, weights)[0, 1] > 0.99


def test_market_features_are_found_by_name(histories):
    """The columns that are blanked in training are the market's and no other."""
    names = feature_names(histories[0])
    inputs = inputs_at(histories[0], np.array([900]), None)
    columns = market_columns(names)
    assert len(columns) > 20
    assert np.all(inputs.static[:, columns] == 0)


def test_nothing_to_train_on_is_an_error():
    """Histories that are all too short are refused before a network is built."""
    with pytest.raises(ValueError, match="long enough"):
        gather([garch_walk(100, 1)], None, Sampling(cut=CUT))


@pytest.mark.slow
def test_a_trained_model_is_served_as_trained_and_again_from_its_seed(histories, tmp_path):
    """Training, export and card give one artefact; the same seed gives the same forecasts."""
    market = random_walk(1500, 50, daily=0.01, ticker="SPY")
    made = []
    for name in ("first", "second"):
        artifact = pretrain(histories, market, SMALL, Sampling(cut=CUT, every=12), {})
        write(tmp_path / name, artifact.keras, artifact.onnx, artifact.card)
        model = load_model(tmp_path / name)
        answer = make_forecasts(model, [histories[0]], market)[0]
        assert isinstance(answer, Forecast)
        made.append(answer)
        assert model.card.trained_to == CUT.isoformat()
        assert date.fromisoformat(model.card.trained_from) < CUT - timedelta(days=900)
        assert model.card.libraries["keras"]
    assert made[0].model_version == made[1].model_version
    np.testing.assert_allclose(made[0].quantiles, made[1].quantiles, rtol=1e-4)


def test_a_scorecard_is_added_without_touching_the_rest():
    """`with_quality` changes the card's quality alone."""
    from forecasting.model.serving import load_pretrained
    from forecasting.training.pretraining import Artifact

    card = load_pretrained().card
    quality = Scorecard("2019-12-31", "2020-01-02", "2021-11-30", 10, ())
    changed = with_quality(Artifact(b"", b"", card), quality).card
    assert changed.quality == quality
    assert replace(changed, quality=card.quality) == card
