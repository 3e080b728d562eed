"""One forecast and one chart in this process, beside Keras `predict()` and pyplot."""

import importlib
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.timing import header, measure, row
from forecasting.charts.fan import draw_fan, warm_up
from forecasting.charts.palette import Theme
from forecasting.forecast import make_forecasts
from forecasting.model.serving import load_pretrained
from forecasting.values import Bars, Forecast

FORECASTS, CHARTS = 50, 20


def simulated(ticker: str, sessions: int, seed: int) -> Bars:
    """Return a random history; its numbers do not matter here, only its length."""
    rng = np.random.default_rng(seed)
    days = np.busday_offset("2012-01-02", np.arange(sessions), roll="forward")
    close = 100 * np.exp(np.cumsum(0.02 * rng.standard_normal(sessions)))
    high, low = close * 1.01, close * 0.99
    volume = rng.integers(10**6, 10**7, sessions)
    return Bars(ticker, days, close, high, low, close, close, volume, "USD", "simulated", "XNYS")


def main() -> None:
    """Print the table."""
    bars, market = simulated("TSLA", 2500, 1), simulated("SPY", 2500, 2)
    model = load_pretrained()
    answer = make_forecasts(model, [bars], market)[0]
    if not isinstance(answer, Forecast):
        raise SystemExit(str(answer))
    warm_up()
    header()
    one = measure(lambda: make_forecasts(model, [bars], market), FORECASTS)
    row("one forecast from cached bars, features included", one, goal="5 ms")
    fifty = [simulated(f"T{i}", 2500, i) for i in range(50)]
    batch = measure(lambda: make_forecasts(model, fifty, market), 5)
    row("each of 50 forecasts in one batch", [s / 50 for s in batch])
    chart = measure(lambda: draw_fan(bars, answer, theme=Theme.DARK), CHARTS)
    row("one chart", chart, goal="120 ms")
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "benchmarks.forecast", "usual"], check=True)


def usual() -> None:
    """Print the rows of the usual way: load the model, `predict()`, draw with pyplot."""
    import keras

    importlib.import_module("forecasting.model.lstm")  # registers the layers of the archive
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    path = Path(__file__).parents[1] / "forecasting/model/pretrained/model.keras"
    row("usual way: load_model", measure(lambda: keras.models.load_model(path), 3), goal="")
    model = keras.models.load_model(path)
    inputs = [np.zeros((1, *tensor.shape[1:]), "float32") for tensor in model.inputs]
    row("usual way: predict()", measure(lambda: model.predict(inputs, verbose=0), FORECASTS))
    bars = simulated("TSLA", 90, 1)
    days = [date(2021, 1, 1) + timedelta(days=i) for i in range(110)]

    def draw() -> None:
        figure = plt.figure(figsize=(12.8, 7.2))
        plt.plot(days[:90], bars.close, label="TSLA")
        for width in (5.0, 10.0, 20.0):
            low, high = bars.close[-1] - width, bars.close[-1] + width
            plt.fill_between(days[90:], low, high, alpha=0.3, label=f"{width}")
        plt.legend()
        plt.title("TSLA forecast")
        plt.savefig("/dev/null", format="png", dpi=100, bbox_inches="tight")
        plt.close(figure)

    row("usual way: pyplot chart", measure(draw, CHARTS))


if __name__ == "__main__":
    usual() if sys.argv[1:] == ["usual"] else main()
