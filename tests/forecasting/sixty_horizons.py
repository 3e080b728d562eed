"""`python -m tests.forecasting.sixty_horizons FOLDER`: a product whose forecasts reach sixty sessions.

`HORIZONS` is changed before any other module reads it, as a commit that changes the line would.
"""

import json
import sys
from datetime import date
from pathlib import Path

import forecasting.values

forecasting.values.HORIZONS = tuple(range(1, 61))


def main(folder: Path) -> None:
    """Fit a small model, store it, read it back, forecast, and print what the forecast holds."""
    from forecasting.forecast import make_forecasts
    from forecasting.model.artifact import write
    from forecasting.model.serving import load_model
    from forecasting.training.pretraining import Recipe, Sampling, pretrain
    from tests.forecasting.simulated import garch_walk

    histories = [garch_walk(1500, seed, ticker=f"T{seed}") for seed in range(4)]
    made = pretrain(
        histories,
        garch_walk(1500, 50, ticker="SPY"),
        # Small batches: enough steps that the fit is compiled, as that of the shipped model is.
        Recipe(units=4, dense=16, epochs=1, batch=8),
        Sampling(cut=date(2014, 6, 30), every=24),
        {},
    )
    write(folder, made.keras, made.onnx, made.card)
    (fan,) = make_forecasts(load_model(folder), [histories[0]], None)
    if isinstance(fan, Exception):
        raise fan
    width = [float(row[-3] / row[2]) for row in fan.quantiles]
    print(json.dumps({"days": len(fan.targets), "shape": fan.quantiles.shape, "width": width}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
