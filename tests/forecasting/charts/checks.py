"""What every picture's texts must keep to."""

from collections.abc import Sequence
from itertools import combinations

from forecasting.charts.canvas import HEIGHT, WIDTH, Placed

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
