"""Numbers with as many digits as they mean something to.

Forecasts are kept for ever and written as text. The network computes in single precision, seven
digits; the ten behind them are noise that doubles the text.
"""

import numpy as np
from numpy.typing import NDArray

DIGITS = 7


def significant(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positive numbers rounded to `DIGITS` significant digits; NaN stays."""
    with np.errstate(invalid="ignore"):
        places = DIGITS - 1 - np.floor(np.log10(values))
    # Ten to a whole power is exact up to 22, so that a division gives the shortest double.
    up, down = 10.0 ** np.clip(places, 0, 22), 10.0 ** np.clip(-places, 0, 22)
    rounded: NDArray[np.float64] = np.round(values * up / down) / up * down
    return rounded
