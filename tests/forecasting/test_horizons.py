"""`HORIZONS` is the only place that knows how far forecasts reach."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from forecasting.values import HORIZONS, LEVELS

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_product_of_sixty_horizons_trains_serves_and_forecasts(tmp_path):
    """Sixty dated sessions of thirteen levels, the last wider than the twentieth of today's reach."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.forecasting.sixty_horizons", str(tmp_path / "model")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])
    assert (told["days"], told["shape"]) == (60, [60, len(LEVELS)])
    assert told["width"][59] > told["width"][HORIZONS[-1] - 1] > told["width"][0] > 1
