"""The golden forecast: what the shipped model says of two made-up histories, to six digits.

`python -m tests.forecasting.golden` writes it anew. Run that only when the model is replaced, in
the same commit: a change of these numbers is a change of what people are told.
"""

import json
from pathlib import Path

import numpy as np

from forecasting.forecast import make_forecasts
from forecasting.model.serving import load_pretrained
from forecasting.values import LEVELS, Bars, Forecast

FILE = Path(__file__).with_name("golden.json")
RENEW = "python -m tests.forecasting.golden"


def made_up(ticker: str, count: int, daily: float, phase: float) -> Bars:
    """A history without chance: moves are sines whose periods share no multiple.

    Args:
        ticker: Its name.
        count: Sessions, on weekdays from January 2015.
        daily: Size of one session's move.
        phase: Where the sines begin.
    """
    t = np.arange(count) + phase
    calm = 1 + 0.5 * np.sin(t / 61.7)  # quiet and lively months
    moves = daily * calm * (np.sin(1.7 * t) + 0.6 * np.sin(0.37 * t * t) + 0.04)
    close = 80 * np.exp(np.cumsum(moves) - moves[0])
    opened = close * np.exp(-0.4 * moves)
    reach = 0.3 * daily * (1.2 + np.sin(2.3 * t))
    return Bars(
        ticker=ticker,
        sessions=np.busday_offset("2015-01-05", np.arange(count), roll="forward"),
        open=opened,
        high=np.maximum(opened, close) * np.exp(reach),
        low=np.minimum(opened, close) * np.exp(-reach),
        close=close,
        adj_close=close * np.exp(-0.00005 * (count - 1 - np.arange(count))),
        volume=1e6 * (2 + np.sin(0.9 * t)) * calm,
        currency="USD",
        source="made-up",
        exchange="XNYS",
    )


MARKET = made_up("SPY", 1300, 0.006, 3.0)
"""Stands for the market of the first history; the second is forecast without one."""
HISTORIES = {
    "LONG": (made_up("LONG", 1300, 0.012, 0.5), MARKET),
    "YOUNG": (made_up("YOUNG", 200, 0.03, 40.0), None),
}


def forecast_of(name: str) -> Forecast:
    """Return the shipped model's forecast of one of the histories, through the library's door.

    Raises:
        ForecastingError: There is none.
    """
    bars, market = HISTORIES[name]
    made = make_forecasts(load_pretrained(), [bars], market)[0]
    if not isinstance(made, Forecast):
        raise made
    return made


def renew() -> None:
    """Write the forecasts of both histories and the version of the model that made them."""
    made = {name: forecast_of(name) for name in HISTORIES}
    data = {
        "renewed_by": RENEW,
        "model_version": load_pretrained().version,
        "levels": LEVELS,
        "quantiles": {
            name: [[float(f"{price:.9g}") for price in row] for row in one.quantiles]
            for name, one in made.items()
        },
    }
    FILE.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()
