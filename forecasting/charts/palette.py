"""The colours of every picture, light and dark; no drawing happens here.

The bands are three depths of one blue and every other mark differs in lightness or dash as well,
so nothing is told by hue alone. Bands are opaque colours, not transparency: a picture keeps its
contrast whatever the chat lays behind it.
"""

from dataclasses import dataclass
from enum import Enum


class Theme(Enum):
    """The background a picture is made for."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`.

    Attributes:
        paper: Background.
        ink, muted: Text; both at least 4.5:1 against `paper` (WCAG 2.2, success criterion 1.4.3).
        grid: Thin lines behind the data.
        past: The line of what happened.
        outer, middle, inner: The 95, 80 and 50 % bands.
        median: The edges of the 8-in-10 range, and the mark of a range that held.
        alert: What left its range, an announcement, and the line of "no change".
        warn_paper, warn_ink: A remark that must be seen, text on its own ground; the tint of a
            tile whose close left its range.
        shade: A region set apart from the rest.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    past: str
    outer: str
    middle: str
    inner: str
    median: str
    alert: str
    warn_paper: str
    warn_ink: str
    shade: str


_PALETTES = {
    Theme.LIGHT: Palette(
        paper="#ffffff",
        ink="#16212c",
        muted="#566472",
        grid="#e2e7ec",
        past="#16212c",
        outer="#d4e5f7",
        middle="#aaccee",
        inner="#6fa6de",
        median="#0a3871",
        alert="#b34700",
        warn_paper="#ffefcf",
        warn_ink="#6b3c00",
        shade="#f1f3f5",
    ),
    Theme.DARK: Palette(
        paper="#131c26",
        ink="#eef3f8",
        muted="#a3b3c2",
        grid="#2d3d4c",
        past="#eef3f8",
        outer="#1b3550",
        middle="#225687",
        inner="#3580c4",
        median="#e3f1ff",
        alert="#ffb85c",
        warn_paper="#46330f",
        warn_ink="#ffd996",
        shade="#1c2733",
    ),
}


def palette(theme: Theme) -> Palette:
    """Return the colours of a theme."""
    return _PALETTES[theme]


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0..255, of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 (the same) to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
