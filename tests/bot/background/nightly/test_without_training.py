"""An installation without TensorFlow: nights do the rest, and say once that they do not train."""

from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import Any

import pytest

from bot.background.jobs import RunKey
from bot.background.nightly import training_step
from bot.background.nightly.training_step import NO_SET_UP, TrainingStep

UNTOUCHED: Any = object()
"""Whatever asks it for anything fails."""


def step_without(monkeypatch, missing, cluster=""):
    monkeypatch.setattr(
        training_step, "find_spec", lambda name: None if name == missing else find_spec(name)
    )
    return TrainingStep(UNTOUCHED, UNTOUCHED, UNTOUCHED, cluster=cluster)


@pytest.mark.parametrize("missing", ["keras", "tensorflow"])
async def test_a_night_goes_on_without_training(monkeypatch, caplog, missing):
    """The step is done, no store and no source is asked, and the log names the mend."""
    step = step_without(monkeypatch, missing)
    step.say_if_it_cannot()
    (line,) = caplog.messages
    assert line.startswith("nights-do-not-train")
    assert "make train-setup" in line
    key = RunKey("XNYS", date(2021, 11, 26))
    assert await step.retrain(key, datetime(2021, 11, 27, tzinfo=UTC)) == NO_SET_UP


def test_a_cluster_trains_where_this_machine_cannot(monkeypatch, caplog):
    """Its workers have what training needs."""
    step = step_without(monkeypatch, "tensorflow", "tcp://10.0.0.5:8786")
    step.say_if_it_cannot()
    assert step.can_train
    assert caplog.messages == []
