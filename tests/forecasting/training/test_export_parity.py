"""A night's winner serves only if the serving runtime gives what was fitted."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from forecasting.errors import ModelArtifactError
from forecasting.features.model_inputs import GROUPS, inputs_at
from forecasting.model.artifact import KERAS, ONNX, write
from forecasting.model.onnx_append import graft
from forecasting.model.serving import PRETRAINED, Model, load_pretrained
from forecasting.model.width_correction import AdapterRecipe
from forecasting.training.finetune import Tuner
from forecasting.training.promotion import TuneJob
from forecasting.values import HORIZONS, LEVELS
from tests.forecasting.simulated import garch_walk

TOO_WIDE = (tuple((2.5,) * len(LEVELS) for _ in HORIZONS),) * len(GROUPS)
"""Calibration that no correction finds hard to beat."""


@pytest.fixture(scope="module")
def tuner(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    card = replace(load_pretrained().card, calibration=TOO_WIDE)
    write(folder, (PRETRAINED / KERAS).read_bytes(), (PRETRAINED / ONNX).read_bytes(), card)
    return Tuner.of_folder(folder, AdapterRecipe(steps=30, penalty=0.01))


@pytest.fixture(scope="module")
def job():
    return TuneJob(garch_walk(900, 1, ticker="AAA"), None, "challenger-1")


def test_a_winner_is_served_as_it_was_fitted(tuner, job):
    """The exported winner gives narrower fans than the base, and names its own ticker."""
    won = tuner.tune(job)
    assert won.judgement.better
    model = Model.from_bytes(won.onnx, won.card)
    inputs = inputs_at(job.bars, np.array([899]), None)
    base = Model(
        (PRETRAINED / ONNX).read_bytes(), replace(load_pretrained().card, calibration=TOO_WIDE)
    )
    assert np.ptp(model.run(inputs)[0, 4]) < 0.9 * np.ptp(base.run(inputs)[0, 4])
    assert (model.version, model.card.ticker) == ("challenger-1", "AAA")
    assert model.card.base == base.version


def _without_correction(network, correction):
    return network


def _a_little_off(network, correction):
    return graft(network, replace(correction, bias=correction.bias + np.float32(0.01)))


@pytest.mark.parametrize("faulty", [_without_correction, _a_little_off])
def test_an_export_that_differs_from_the_fit_never_serves(tuner, job, faulty, monkeypatch):
    """An exporter that forgets the correction, or is one per cent off, is found out."""
    monkeypatch.setattr(sys.modules[Tuner.__module__], "graft", faulty)
    with pytest.raises(ModelArtifactError, match="the export of challenger-1 differs by"):
        tuner.tune(job)
