"""Which characters the shipped font can draw, so that none becomes a box.

Only DejaVu Sans, which comes with matplotlib, is there on every machine. It covers Latin, Greek,
Cyrillic, Arabic, Hebrew, Armenian and Georgian, but no Chinese, Japanese, Korean or emoji.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath
from numpy.typing import NDArray

from forecasting.values import Float2D

_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FILES = {False: _FONTS / "DejaVuSans.ttf", True: _FONTS / "DejaVuSans-Bold.ttf"}


@lru_cache(maxsize=256)
def outline(text: str, *, bold: bool = False) -> tuple[Float2D, NDArray[np.uint8], float]:
    """Return the shape of a line of text at font size 1, its baseline starting at (0, 0).

    Most strings come again (words, dates, round numbers), and a filled outline is drawn in a
    twentieth of the time that matplotlib's `Text` takes to hint and paste letter by letter. It is
    never parsed as mathematics, and comes from the shipped file, so that no setting of the machine
    changes it.

    Args:
        text: Characters the font has; see `drawable`.
        bold: Which of the two weights.

    Returns:
        Vertices of shape (n, 2), their path codes, and the width.
    """
    writer = TextToPath()
    size = float(writer.FONT_SCALE)
    props = FontProperties(fname=_FILES[bold], size=size)
    vertices, codes = writer.get_text_path(props, text, ismath=False)
    wide, _, _ = writer.get_text_width_height_descent(text, props, ismath=False)
    unit = np.asarray(vertices, dtype=np.float64).reshape(-1, 2) / size
    unit.setflags(write=False)
    return unit, np.array(codes, dtype=np.uint8), float(wide) / size


@cache
def _covered(*, bold: bool) -> frozenset[str]:
    return frozenset(map(chr, FT2Font(str(_FILES[bold])).get_charmap()))


def can_draw(text: str, *, bold: bool = False) -> bool:
    """Return whether the font has a glyph for every character."""
    return _covered(bold=bold).issuperset(text)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels of a text at a font size, without what the font lacks."""
    shown = drawable(text, bold=bold)
    return outline(shown, bold=bold)[2] * size if shown else 0.0


def drawable(text: str, fallback: str = "", *, bold: bool = False) -> str:
    """Return the text in characters the font has.

    Args:
        text: Any text, of any origin.
        fallback: What to draw when nothing readable is left, such as the ticker.
        bold: Which of the two weights is meant.

    Returns:
        `text` on one line, its compatibility forms resolved (full-width letters become plain
        ones) and what the font still lacks left out; or `fallback`.
    """
    flat = " ".join(text.split(" " if can_draw(text, bold=bold) else None))
    if can_draw(flat, bold=bold):
        return flat
    covered = _covered(bold=bold)
    plain = unicodedata.normalize("NFKC", flat)
    kept = " ".join("".join(c if c in covered else " " for c in plain).split())
    return kept if any(c.isalnum() for c in kept) else fallback
