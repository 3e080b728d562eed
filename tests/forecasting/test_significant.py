"""Seven digits, whatever the size of the number."""

import json

import numpy as np

from forecasting.significant import significant


def test_numbers_keep_seven_digits_and_are_written_short():
    """From tiny coins to currencies in millions; a number that is not known stays so."""
    given = np.array([323.7740824989259, 0.0000123456789, 98765432.1, 1.0, 9.99999996, np.nan])
    written = json.dumps(significant(given).tolist())
    assert written == "[323.7741, 1.234568e-05, 98765430.0, 1.0, 10.0, NaN]"
