"""A model is served whole or not at all, and both runtimes agree."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from forecasting.errors import ModelArtifactError
from forecasting.features.model_inputs import inputs_at
from forecasting.model.artifact import CARD, ONNX, read_card, verdict
from forecasting.model.serving import BEFORE_SAMPLE, PRETRAINED, Model, load_model, load_pretrained
from tests.forecasting.simulated import garch_walk, random_walk


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(PRETRAINED, tmp_path / "model")


def test_the_shipped_model_loads_and_is_small():
    """All files match their digests, and together they take less than 5 MB."""
    model = load_pretrained()
    assert model.version == model.card.version
    assert sum(path.stat().st_size for path in PRETRAINED.iterdir()) < 5_000_000


@pytest.mark.parametrize("name", [ONNX, CARD])
def test_a_missing_file_stops_the_start(folder, name):
    """No net is made up where one is missing."""
    (folder / name).unlink()
    with pytest.raises(ModelArtifactError, match="no model"):
        load_model(folder)


@pytest.mark.parametrize("position", [10, 5_000, -10])
def test_one_changed_byte_stops_the_start(folder, position):
    """The digest is checked before the file is used."""
    data = bytearray((folder / ONNX).read_bytes())
    data[position] ^= 1
    (folder / ONNX).write_bytes(data)
    with pytest.raises(ModelArtifactError, match="damaged"):
        load_model(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [("features_version", "0"), ("format", 99), ("calibration", [[1.0]]), ("low", [0.0])],
)
def test_a_card_for_another_program_stops_the_start(folder, field, value):
    """Features, layout and shapes must be this program's."""
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, field: value}))
    with pytest.raises(ModelArtifactError):
        load_model(folder)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"not json", b'{"quality": 1}'])
def test_a_broken_card_stops_the_start(folder, text):
    """Whatever is in the card's place, the error is the room's own."""
    (folder / CARD).write_bytes(text)
    with pytest.raises(ModelArtifactError):
        load_model(folder)


def test_a_model_from_bytes_is_the_one_from_files():
    """A tuned model that lives in a database is served the same way."""
    onnx, card = (PRETRAINED / ONNX).read_bytes(), (PRETRAINED / CARD).read_bytes()
    bars = garch_walk(400, 1)
    inputs = inputs_at(bars, np.array([399]), None)
    np.testing.assert_array_equal(
        Model.from_bytes(onnx, card).run(inputs), load_pretrained().run(inputs)
    )
    assert read_card(card).to_bytes() == card


def test_the_verdict_is_about_unseen_data():
    """The facts of the one-line verdict are per cents of measured cases."""
    found = verdict(load_pretrained().card)
    assert found is not None
    assert 70 <= found.held <= 90
    assert found.coin


def test_serving_never_imports_tensorflow():
    """A forecast in a fresh process loads neither Keras nor TensorFlow nor pandas."""
    code = (
        "import sys, numpy as np\n"
        "from forecasting.forecast import make_forecasts\n"
        "from forecasting.model.serving import load_pretrained\n"
        "from tests.forecasting.simulated import garch_walk\n"
        "print(make_forecasts(load_pretrained(), [garch_walk(300, 1)], None)[0].close > 0)\n"
        "print(sorted({'keras', 'tensorflow', 'pandas', 'scipy', 'sklearn'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["True", "[]"]


@pytest.mark.slow
def test_shipped_networks_are_named_after_their_weights_and_the_same_in_both_runtimes(tmp_path):
    """The same weights give the same name, whatever the export wrote, and Keras what ONNX gives."""
    code = (
        "import numpy as np, sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from forecasting.features.model_inputs import inputs_at\n"
        "from forecasting.model import lstm\n"
        "from forecasting.model.artifact import read_card, version_of\n"
        "from tests.forecasting.simulated import garch_walk, random_walk\n"
        "inputs = inputs_at(garch_walk(700, 1), np.arange(200, 700, 10), random_walk(700, 2))\n"
        "for number, folder in enumerate(map(Path, sys.argv[2:])):\n"
        "    card = read_card((folder / 'card.json').read_bytes())\n"
        "    model, cut = lstm.load(folder / 'model.keras'), date.fromisoformat(card.trained_to)\n"
        "    np.save(f'{sys.argv[1]}/{number}.npy', lstm.predict(model, inputs))\n"
        "    print('named', version_of(model.get_weights(), card.calibration, cut))\n"
    )
    folders = (PRETRAINED, PRETRAINED / "scored", BEFORE_SAMPLE)
    command = [sys.executable, "-c", code, str(tmp_path), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("named ")]
    inputs = inputs_at(garch_walk(700, 1), np.arange(200, 700, 10), random_walk(700, 2))
    for number, model in enumerate(map(load_model, folders)):
        assert names[number] == model.version
        raw = np.load(tmp_path / f"{number}.npy")
        np.testing.assert_allclose(model.raw(inputs), raw, atol=1e-5)
