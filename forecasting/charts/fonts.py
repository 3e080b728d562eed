"""The typefaces of all pictures, and which characters they can draw, so that none becomes a box.

IBM Plex Sans is shipped beside this file, unchanged and with its licence: its figures are all
equally wide, so that numbers stand in columns. It holds Latin, Greek and Cyrillic. What it lacks
(Arabic, Hebrew, Armenian, Georgian) is drawn with DejaVu Sans, which comes with matplotlib. Neither
holds Chinese, Japanese, Korean or emoji.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from forecasting.charts.agg import FONT_SIZE, characters_of, glyphs_of, width_of
from forecasting.values import Float2D

_OWN = Path(__file__).parent / "typeface"
_SPARE = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FILES = {
    False: (_OWN / "IBMPlexSans-Regular.ttf", _SPARE / "DejaVuSans.ttf"),
    True: (_OWN / "IBMPlexSans-SemiBold.ttf", _SPARE / "DejaVuSans-Bold.ttf"),
}
CAP = 0.698
"""Height of capitals and digits as a share of the font size."""


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
    file = file_of(text, bold=bold)
    shapes, moved = [], [np.empty((0, 2))]
    for _, (points, codes), x, y in glyphs_of(text, file):
        shapes.append(codes)
        moved.append(points + np.array((x, y)))
    unit = np.concatenate(moved) / FONT_SIZE
    unit.setflags(write=False)
    kinds = np.concatenate([np.empty(0, np.uint8), *shapes])
    return unit, kinds, _wide(text, bold=bold)


@lru_cache(maxsize=1024)
def _wide(text: str, *, bold: bool) -> float:
    # Most lines are measured before one of them is drawn; shapes cost three times as much.
    return width_of(text, file_of(text, bold=bold)) / FONT_SIZE


@cache
def _covered(file: Path) -> frozenset[str]:
    return characters_of(file)


@lru_cache(maxsize=1024)
def file_of(text: str, *, bold: bool) -> Path:
    """Return the file that holds most of a text, the shipped one where both hold as much."""
    wanted = set(text)
    return max(_FILES[bold], key=lambda file: len(wanted & _covered(file)))


def can_draw(text: str, *, bold: bool = False) -> bool:
    """Return whether one typeface has a glyph for every character."""
    return _covered(file_of(text, bold=bold)).issuperset(text)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in pixels of a text at a font size, without what the font lacks."""
    shown = drawable(text, bold=bold)
    return _wide(shown, bold=bold) * size if shown else 0.0


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
    plain = unicodedata.normalize("NFKC", flat)
    covered = _covered(file_of(plain, bold=bold))
    kept = " ".join("".join(c if c in covered else " " for c in plain).split())
    return kept if any(c.isalnum() for c in kept) else fallback
