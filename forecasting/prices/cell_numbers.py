"""Columns of numbers as files write them: `$1,234.50`, `1.234,50`, `1'234.50`, `1.2M`.

The columns of prices say together whether a comma or a point is the decimal mark.
"""

import re
from collections.abc import Sequence

import numpy as np

from forecasting.values import Float1D

_NOISE = re.compile(r"[$€£¥%\s'’\u00a0\u202f]")
_MISSING = {"", "-", "—", "n/a", "na", "nan", "null", "none", "."}
_TIMES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_GROUPS = re.compile(r"-?\d{1,3}([.,]\d{3})+")


def decimal_mark(columns: Sequence[Sequence[str]], delimiter: str) -> str:
    """Return `,` or `.`: what stands before the decimals.

    Args:
        columns: Columns of prices.
        delimiter: Between the cells; with semicolons a lone comma is a decimal mark.
    """
    written = [cell for column in columns for cell in column if "," in cell]
    if not written:
        return "."
    cells = [_bare(cell) for cell in written]
    for cell in cells:
        if "," in cell and "." in cell:
            return max(",.", key=cell.rfind)
    if all(_GROUPS.fullmatch(cell) for cell in cells) and delimiter != ";":
        return "."
    return ","


def read_numbers(texts: Sequence[str], mark: str) -> tuple[Float1D, int]:
    """Return a column's numbers, NaN where there is none, and how many cells are no number.

    Args:
        texts: Cells; `null`, `N/A` and the like are missing, not wrong.
        mark: The decimal mark.
    """
    plain = [_plain(text, mark) for text in texts]
    try:
        return np.array(plain, dtype=np.float64), 0  # as fast as it gets, for clean files
    except ValueError:
        pass
    values = [_number(text) for text in plain]
    wrong = sum(value is None for value in values)
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64), wrong


def _bare(text: str) -> str:
    return _NOISE.sub("", text)


def _plain(text: str, mark: str) -> str:
    if "," not in text and mark == ".":
        return text
    bare = _bare(text)
    return bare.replace(".", "").replace(",", ".") if mark == "," else bare.replace(",", "")


def _number(text: str) -> float | None:
    bare = _bare(text).lower()
    if bare in _MISSING:
        return float("nan")
    times = _TIMES.get(bare[-1], 0.0)
    try:
        return float(bare[:-1]) * times if times else float(bare)
    except ValueError:
        return None
