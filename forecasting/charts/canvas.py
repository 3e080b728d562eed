"""A picture in pixels: bands, lines, dots and text on a coloured sheet.

Coordinates are pixels from the lower left corner, font sizes and line widths are pixels too.
There are no axes: each chart knows where its things belong, which is faster than matplotlib's
automatic layout, and lets labels be measured before they are placed. No global state is touched,
so threads may draw at the same time.
"""

import io
import math
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from matplotlib.path import Path
from numpy.typing import ArrayLike
from PIL import Image

from forecasting.charts.agg import Pen, Sheet, rectangle
from forecasting.charts.fonts import CAP, drawable, outline, width
from forecasting.charts.palette import Palette, channels

WIDTH, HEIGHT = 1280, 720
_ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}
_APART = 12
"""Least distance in RGB between a blend and a colour that must be exact."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A text as it was drawn: its box in pixels, from digit top to baseline."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    colour: str


class Canvas:
    """One picture in the making; later things cover earlier ones."""

    def __init__(self, colours: Palette, wide: int = WIDTH, high: int = HEIGHT) -> None:
        self.colours = colours
        self.width = wide
        self.height = high
        self.placed: list[Placed] = []
        # Drawn at once by the renderer, without figure and artists: those point at each other, so
        # that megabytes would wait for the garbage collector, and making them takes most of the
        # time.
        self._sheet = Sheet(wide, high)
        self.box(0, 0, wide, high, colours.paper)

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str) -> None:
        """Fill between two lines, all of shape (n,)."""
        across, floor, ceiling = np.asarray(x), np.asarray(low), np.asarray(high)
        there = np.column_stack([across, ceiling])
        back = np.column_stack([across, floor])[::-1]
        outline = np.vstack([there, back, there[:1]])
        self._fill(Path(outline, closed=True), colour)

    def line(
        self,
        x: ArrayLike,
        y: ArrayLike,
        colour: str,
        width: float,
        dashes: tuple[float, ...] = (),
    ) -> None:
        """Draw through points of shape (n,); `dashes` are lengths of ink and gap in pixels."""
        path = Path(np.column_stack([np.asarray(x), np.asarray(y)]))
        self._stroke(path, colour, width, dashes)

    def dot(self, x: float, y: float, radius: float, colour: str, ring: str = "") -> None:
        """Draw a disc; `ring` is the colour of an outline that sets it off."""
        circle = Path.unit_circle()
        disc = Path(np.asarray(circle.vertices) * radius + (x, y), circle.codes)
        self._fill(disc, colour)
        self._stroke(disc, ring or colour, 2.5)

    def box(
        self, left: float, bottom: float, right: float, top: float, colour: str, radius: float = 0
    ) -> None:
        """Fill a rectangle with corners rounded by `radius`."""
        self._fill(rectangle(left, bottom, right - left, top - bottom, radius), colour)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        align: str = "left",
        *,
        bold: bool = False,
        middle: bool = False,
    ) -> float:
        """Write one line and return its width.

        Args:
            x: Left end, centre or right end, as `align` says.
            y: Baseline; with `middle`, half the height of its digits.
            text: Characters the font lacks are left out.
            size: Font size.
            colour: Of the letters.
            align: `left`, `center` or `right`.
            bold: The heavier weight.
            middle: See `y`.
        """
        shown = drawable(text, bold=bold)
        wide = width(shown, size, bold=bold)
        left = round(x - wide * _ALIGN[align])
        base = round(y - size * CAP / 2 if middle else y)
        if not shown:
            return 0.0
        vertices, codes, _ = outline(shown, bold=bold)
        self._fill(Path(vertices * size + (left, base), codes), colour, snap=False)
        self.placed.append(Placed(shown, left, base, left + wide, base + size * CAP, size, colour))
        return wide

    def png(self) -> bytes:
        """Return the picture as an opaque PNG."""
        size = (self.width, self.height)
        # The sheet is opaque: to leave alpha out is quicker than to convert.
        sheet = Image.frombytes("RGB", size, self._sheet.pixels.data, "raw", "RGBX")
        few = sheet.quantize(palette=_inks(self.colours), dither=Image.Dither.NONE)
        out = io.BytesIO()
        # Level 3 takes half the time of the usual 6 for a sixth more bytes.
        few.save(out, "PNG", compress_level=3)
        return out.getvalue()

    def _fill(self, path: Path, colour: str, *, snap: bool | None = None) -> None:
        self._sheet.fill(path, _shade(colour), snap=snap)

    def _stroke(
        self, path: Path, colour: str, width: float, dashes: tuple[float, ...] = ()
    ) -> None:
        self._sheet.stroke(path, Pen(_shade(colour), width, dashes))


@cache
def _shade(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue as shares."""
    red, green, blue = channels(colour)
    return red / 255, green / 255, blue / 255


@cache
def _inks(colours: Palette) -> Image.Image:
    """Return an image whose palette holds the colours and the blends that smooth edges need.

    Pictures here have few colours, so 256 fixed ones do: a third of the bytes of RGB, a quarter
    of the time to compress, and no search for the best palette on each picture.
    """
    paper, past, shade = colours.paper, colours.past, colours.shade
    bands = (colours.outer, colours.middle, colours.inner)
    over = (colours.median, colours.alert)
    pairs = [(colours.ink, paper), (colours.warn_ink, colours.warn_paper), (colours.grid, paper)]
    pairs += [(colour, paper) for colour in (colours.muted, colours.warn_paper, shade, *over)]
    pairs += [(line, band) for band in (*bands, shade) for line in over]
    pairs += [(band, paper) for band in bands] + list(combinations(bands, 2))
    pairs += [over, (past, shade), (colours.muted, shade)]
    exact = list({channels(colour): None for pair in pairs for colour in pair})
    table: dict[tuple[int, ...], None] = dict.fromkeys(exact)
    steps = (256 - len(table)) // len(pairs)
    for one, other in pairs:
        for step in range(1, steps + 1):
            share = step / (steps + 1)
            ends = zip(channels(one), channels(other), strict=True)
            blend = tuple(round(a * share + b * (1 - share)) for a, b in ends)
            # Pillow looks colours up in cells of 4 levels: a near neighbour could win a cell.
            if all(math.dist(blend, colour) > _APART for colour in exact):
                table[blend] = None
    image = Image.new("P", (1, 1))
    image.putpalette([channel for colour in table for channel in colour])
    return image
