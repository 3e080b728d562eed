"""What people are told changes only when the model is replaced, and then on purpose."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting.model.serving import load_pretrained
from forecasting.values import HORIZONS, LEVELS
from tests.forecasting.golden import FILE, HISTORIES, RENEW, forecast_of

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@pytest.fixture(scope="module")
def golden():
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    served = load_pretrained().version
    assert kept["model_version"] == served, (
        f"golden.json is of the model {kept['model_version']}, the shipped one is {served}: "
        f"renew it with `{RENEW}` together with the artefact"
    )
    return kept


def test_the_golden_file_belongs_to_the_shipped_model(golden):
    """A new artefact without a renewed golden file is found out, with the command that renews."""
    assert golden["renewed_by"] == RENEW
    assert tuple(golden["levels"]) == LEVELS
    for fan in golden["quantiles"].values():
        assert np.shape(fan) == (len(HORIZONS), len(LEVELS))


@pytest.mark.parametrize("name", HISTORIES)
def test_the_library_gives_the_golden_forecast(golden, name):
    """Every quantile of the made-up history is the kept one, to a millionth."""
    np.testing.assert_allclose(forecast_of(name).quantiles, golden["quantiles"][name], rtol=1e-6)


@pytest.mark.parametrize("name", HISTORIES)
def test_the_command_line_gives_the_golden_forecast(golden, name, tmp_path):
    """`python -m forecasting predict` writes the same quantiles from a price file."""
    prices, out = tmp_path / "prices.parquet", tmp_path / "out.json"
    shown = [bars for bars in HISTORIES[name] if bars is not None]
    tables = [
        pa.table(
            {
                "date": pa.array(bars.sessions),
                **{column: getattr(bars, column) for column in COLUMNS},
                "ticker": [bars.ticker] * len(bars),
            }
        )
        for bars in shown
    ]
    pq.write_table(pa.concat_tables(tables), prices)
    asked = ["predict", name, "--prices", str(prices), "--json", str(out)]
    subprocess.run([sys.executable, "-m", "forecasting", *asked], check=True, capture_output=True)
    told = json.loads(out.read_text())
    assert told["model_version"] == golden["model_version"]
    np.testing.assert_allclose(told["quantiles"], golden["quantiles"][name], rtol=1e-6)
