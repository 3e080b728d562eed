"""A refit of the base: real Keras on a little data, judged on sessions that it has not seen."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.model.artifact import ONNX, Card
from forecasting.model.serving import PRETRAINED, Model, load_pretrained
from forecasting.training.refit import judge_base, refit
from forecasting.training.refit_job import NEWEST, RefitJob, cut_before, judging_rows, longest
from tests.forecasting.simulated import garch_walk

SMALL = {"units": 4, "dense": 16, "epochs": 1, "batch": 128}
NETWORK = (PRETRAINED / ONNX).read_bytes()
HISTORIES = tuple(garch_walk(1300, seed, ticker=f"T{seed}") for seed in range(6))
UNTIL = HISTORIES[0].as_of


def aged(factor: float = 1.0, trained_to: str = "2012-12-31") -> Card:
    """The shipped model's card as if it were old, its ranges wrong by a factor."""
    card = load_pretrained().card
    factors = tuple(
        tuple(tuple(factor * value for value in row) for row in group) for group in card.calibration
    )
    return replace(card, version="old", trained_to=trained_to, calibration=factors)


def job(card: Card, **changes) -> RefitJob:
    made = RefitJob(
        histories=HISTORIES,
        files=(),
        known={},
        announcement_files=(),
        champion_onnx=NETWORK,
        champion_card=card.to_bytes(),
        until=UNTIL,
        choices=SMALL,
    )
    return replace(made, **changes)


def test_a_refit_sees_nothing_of_the_sessions_that_judge_it():
    """Of a hundred sessions the newest twenty have no outcome yet and sixty judge: twenty are left."""
    days = np.datetime64("2024-01-01") + np.arange(100)
    assert cut_before(days, date(2024, 4, 9)) == days[19].item()
    assert cut_before(days, date(2024, 3, 21)) == days[0].item()
    assert cut_before(days, date(2024, 3, 20)) is None
    bars = HISTORIES[0]
    cut = cut_before(bars.sessions, UNTIL)
    assert cut is not None
    rows = judging_rows(bars, cut)
    assert len(rows) == NEWEST
    assert bars.session(int(rows[0])) > cut
    assert rows[-1] + 20 == len(bars) - 1


def test_of_two_histories_of_a_ticker_the_newer_one_counts():
    """A file that ends earlier does not hide what the cache has since."""
    bars = HISTORIES[0]
    old = bars.rows(slice(0, 800))
    assert longest([old, bars, old])["T0"] is bars


@pytest.mark.slow
def test_a_refit_that_is_better_beyond_noise_comes_back_ready_to_serve(tmp_path):
    """Ranges half as wide as right lose to a small network; what comes back serves and says so."""
    found = refit(job(aged(0.5)))
    assert found.judgement is not None
    assert found.judgement.better
    assert found.judgement.change.high < 0
    model = Model.from_bytes(found.onnx, found.card)
    assert model.version == found.version
    assert model.card.trained_to == str(cut_before(HISTORIES[0].sessions, UNTIL))
    assert model.card.quality == load_pretrained().card.quality
    assert found.keras
    again = judge_base(
        Model(NETWORK, aged(0.5)),
        model,
        HISTORIES,
        None,
        {},
        date.fromisoformat(model.card.trained_to),
    )
    assert again is not None
    assert again.challenger == pytest.approx(found.judgement.challenger, rel=1e-6)


@pytest.mark.slow
def test_a_refit_that_is_no_better_brings_nothing_to_serve():
    """The shipped network beats one fitted to six walks for an epoch: there are no bytes to serve."""
    found = refit(job(aged()))
    assert found.judgement is not None
    assert not found.judgement.better
    assert (found.onnx, found.keras, found.card) == (b"", b"", b"")


def test_without_sessions_that_the_base_has_not_seen_nothing_is_fitted():
    """A base fitted to more than the data's newest sessions cannot be judged on them."""
    assert refit(job(aged(trained_to=str(UNTIL)))).reason == "no-new-sessions"
    assert refit(job(aged(), histories=())).reason == "no-new-sessions"
