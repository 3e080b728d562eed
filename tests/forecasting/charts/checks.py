"""What every picture's texts must keep to."""

import io
from collections.abc import Sequence
from itertools import combinations

from PIL import Image

from forecasting.charts.canvas import HEIGHT, WIDTH, Canvas, Placed
from forecasting.charts.palette import Theme, palette

SMALLEST, SMALLEST_TRANSLATED = 26, 22
"""Pixels of font size; on a phone 390 points wide this is 8 points, or 24 of its own pixels."""


def check_readable(
    placed: Sequence[Placed], width: int = WIDTH, height: int = HEIGHT, least: float = SMALLEST
) -> None:
    """No two texts touch, none is cut off, none is too small."""
    for one, other in combinations(placed, 2):
        apart = (
            one.right <= other.left
            or other.right <= one.left
            or one.top <= other.bottom
            or other.top <= one.bottom
        )
        assert apart, f"{one.text!r} touches {other.text!r}"
    for p in placed:
        assert p.left >= 0, p.text
        assert p.right <= width, p.text
        # Room for the letters that reach below the line.
        assert p.bottom >= p.size * 0.24, p.text
        assert p.top <= height, p.text
        assert p.size >= least, p.text


def said(compose, *arguments, height=720):
    """Return the words of a composed picture, which must be readable."""
    canvas = Canvas(palette(Theme.LIGHT), 1280, height)
    compose(canvas, *arguments)
    check_readable(canvas.placed, 1280, height)
    return [p.text for p in canvas.placed]


def size(png):
    """Return the size of a picture, which must be small enough to send."""
    assert len(png) <= 200_000
    return Image.open(io.BytesIO(png)).size
