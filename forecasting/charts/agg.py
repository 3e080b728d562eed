"""matplotlib's renderer and fonts without the rest of it: what draws, and nothing beside it.

Its Python classes around these load text layout, mathematics, widgets and the list of the system's
fonts: a tenth of a second of each start and 11 MB that no picture here uses. The two parts are in
C; pyproject.toml holds the version of matplotlib, and tests hold the pictures.
"""

import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from matplotlib.backends._backend_agg import RendererAgg  # type: ignore[attr-defined]
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

Glyph = tuple[str, Any, float, float]
"""A glyph's name, its shape (points and codes), and where it stands."""
_DPI = 72
"""One point is one pixel."""
_AS_IT_IS = IdentityTransform()
_SUBPIXELS = 64
FONT_SIZE = 100
"""At which outlines are taken."""


class Pen:
    """How one path is drawn, in the words that the renderer asks for."""

    _alpha, _forced_alpha, _antialiased, _cliprect = 1.0, False, 1, None
    _joinstyle = "round"

    def __init__(
        self,
        colour: tuple[float, float, float],
        width: float = 0.0,
        dashes: tuple[float, ...] = (),
        *,
        snap: bool | None = None,
    ) -> None:
        """Take a colour as shares of red, green and blue, and a width and dashes in pixels."""
        self._rgb = (*colour, 1.0)
        self._linewidth = float(width)
        self._dashes = (0, list(dashes) if dashes else None)
        self._capstyle = "butt" if dashes else "round"
        self._snap = snap

    def get_dashes(self) -> tuple[int, list[float] | None]:
        """Return where the dashes begin, and their lengths."""
        return self._dashes

    def get_snap(self) -> bool | None:
        """Return whether edges are moved onto whole pixels; None leaves it to the path."""
        return self._snap

    def get_clip_path(self) -> tuple[None, None]:
        """Return that nothing is clipped."""
        return None, None

    def get_hatch_path(self) -> None:
        """Return that nothing is hatched."""

    def get_hatch_color(self) -> None:
        """Return that nothing is hatched."""

    def get_hatch_linewidth(self) -> float:
        """Return the width of the lines that are not drawn."""
        return 1.0

    def get_sketch_params(self) -> None:
        """Return that lines are straight."""


class Sheet:
    """Pixels to draw on."""

    def __init__(self, wide: int, high: int) -> None:
        self._renderer = RendererAgg(wide, high, _DPI)

    def fill(self, path: Path, colour: tuple[float, float, float], *, snap: bool | None) -> None:
        """Fill a path."""
        self._renderer.draw_path(Pen(colour, snap=snap), path, _AS_IT_IS, colour)

    def stroke(self, path: Path, pen: Pen) -> None:
        """Draw along a path."""
        self._renderer.draw_path(pen, path, _AS_IT_IS, None)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Red, green, blue and alpha of each pixel, row by row."""
        return np.asarray(self._renderer)


def rectangle(left: float, bottom: float, wide: float, high: float, radius: float = 0) -> Path:
    """Return a rectangle whose corners are rounded by `radius`."""
    x, y, right, top, r = left, bottom, left + wide, bottom + high, radius
    if not radius:
        return Path([(x, y), (right, y), (right, top), (x, top), (x, y)], closed=True)
    corners = [
        *((x + r, y), (right - r, y), (right, y), (right, y + r), (right, top - r)),
        *((right, top), (right - r, top), (x + r, top), (x, top), (x, top - r)),
        *((x, y + r), (x, y), (x + r, y), (x + r, y)),
    ]
    side = [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path(corners, [Path.MOVETO, *side, *side, *side, *side, Path.CLOSEPOLY])


def glyphs_of(text: str, file: FilePath) -> Iterator[Glyph]:
    """Yield the glyphs of a line of text at `FONT_SIZE`, each shape taken from the font once.

    matplotlib's own way loads each glyph of each line: half of what a line costs.
    """
    font = _font(file)
    for item in font._layout(text, LoadFlags.NO_HINTING):  # noqa: SLF001 - what its own way calls
        name = f"{file.name} {item.glyph_index}"
        if name not in _shapes:
            item.ft_object.load_glyph(item.glyph_index, flags=LoadFlags.NO_HINTING)
            _shapes[name] = item.ft_object.get_path()
        yield name, _shapes[name], item.x, item.y


def width_of(text: str, file: FilePath) -> float:
    """Return the width of a line of text at `FONT_SIZE`."""
    font = _font(file)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / _SUBPIXELS


def characters_of(file: FilePath) -> frozenset[str]:
    """Return the characters that a typeface can draw."""
    return frozenset(map(chr, FT2Font(str(file)).get_charmap()))


_shapes: dict[str, Any] = {}


def _font(file: FilePath) -> FT2Font:
    # A font may be used by one thread at a time.
    return _font_of(file, threading.get_ident())


@lru_cache(maxsize=16)
def _font_of(file: FilePath, _thread: int) -> FT2Font:
    font = FT2Font(str(file))
    font.set_size(FONT_SIZE, _DPI)
    return font
