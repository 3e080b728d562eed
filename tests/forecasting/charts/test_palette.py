"""Colours that everyone can tell apart, on any screen."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from forecasting.charts.canvas import Canvas
from forecasting.charts.palette import Theme, channels, contrast, palette

# Linear-RGB matrices of full dichromacy: Vienot, Brettel, Mollon 1999, Color Research and
# Application 24(4) for protanopia and deuteranopia; Brettel, Vienot, Mollon 1997 for tritanopia
# in its common one-plane form.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "deuteranopia": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
    "tritanopia": [[1.0, 0.1461, -0.1461], [0.0, 0.8559, 0.1441], [0.0, 0.8559, 0.1441]],
    "no colour": [[0.2126, 0.7152, 0.0722]] * 3,
}


def linear(colour):
    c = np.array(channels(colour)) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colour, sight):
    """CIE L*a*b* (D65) of a colour as seen by someone."""
    rgb = np.clip(np.array(SIGHT[sight]) @ linear(colour), 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ rgb
        / [0.9505, 1.0, 1.089]
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one, other, sight):
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


@pytest.mark.parametrize("theme", Theme)
def test_every_text_has_the_contrast_that_wcag_asks_for(theme):
    """4.5 to 1 for every ink on every ground that it stands on, by day and by night."""
    p = palette(theme)
    for ink, ground in (
        (p.ink, p.paper),
        (p.muted, p.paper),
        (p.median, p.paper),
        (p.alert, p.paper),
        (p.warn_ink, p.warn_paper),
        (p.ink, p.warn_paper),
        (p.muted, p.warn_paper),
        (p.muted, p.shade),
    ):
        assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("theme", Theme)
def test_lines_stand_out_from_every_ground_they_cross(theme):
    """WCAG 2.2, 1.4.11: 3:1 for graphics; the realised line has a rim of paper on the bands."""
    p = palette(theme)
    for ground in (p.paper, p.outer, p.middle):
        assert contrast(p.median, ground) >= 3
        assert contrast(p.alert, ground) >= 3
    assert contrast(p.median, p.inner) >= 3
    assert contrast(p.past, p.paper) >= 7


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", Theme)
def test_bands_and_lines_differ_for_colour_blind_eyes(theme, sight):
    """A difference of 2.3 is just noticeable (Sharma 2003, Digital Color Imaging Handbook)."""
    p = palette(theme)
    for one, other in combinations((p.paper, p.outer, p.middle, p.inner), 2):
        assert difference(one, other, sight) >= 9
    for band in (p.outer, p.middle, p.inner):
        assert difference(p.alert, band, sight) >= 20
        assert difference(p.median, band, sight) >= 20
    # Held and left also differ by their mark, a tick and a cross.
    assert difference(p.median, p.alert, sight) >= 14


@pytest.mark.parametrize("theme", Theme)
def test_areas_are_painted_in_exactly_their_colour(theme):
    """The picture's 256 colours are fixed: none may replace a neighbour."""
    p = palette(theme)
    colours = (p.paper, p.outer, p.middle, p.inner, p.warn_paper, p.shade, p.alert, p.ink)
    canvas = Canvas(p)
    for place, colour in enumerate(colours):
        canvas.box(100 * place, 100, 100 * place + 100, 200, colour)
    import io

    image = Image.open(io.BytesIO(canvas.png())).convert("RGB")
    for place, colour in enumerate(colours):
        assert image.getpixel((100 * place + 50, 720 - 150)) == channels(colour)
