"""What all pictures share: heading, remarks that must be seen, and the foot with the disclaimer."""

from collections.abc import Sequence

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fonts import width

MARGIN = 28
TITLE, TEXT, SMALL = 50, 30, 26
"""Font sizes in pixels. A phone shows the picture some 390 points wide, at 0.3 of its size, so
26 is the least that still reads."""
_LEADING = 48
"""From line to line of the heading."""
_STEP = 36
"""From line to line of the remarks."""
_LEAST = 0.85
"""A line that is too long is set smaller down to this share of its size, then cut."""


def fit(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, float]:
    """Return the text and font size that keep a line within `room` pixels."""
    wide = width(text, size, bold=bold)
    if wide <= room:
        return text, size
    smaller = max(size * room / wide, size * _LEAST)
    return cut(text, smaller, room, bold=bold), smaller


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return as much of a text as `room` pixels hold, with an ellipsis where some is left out."""
    while len(text) > 1 and width(text, size, bold=bold) > room:
        text = text[:-2].rstrip() + "…"
    return text


def head(canvas: Canvas, title: str, beside: str, *below: str) -> float:
    """Write the heading and return the pixel under it.

    Args:
        canvas: Where to draw.
        title: The subject, large.
        beside: What follows it on the same line, in regular weight.
        below: Lines underneath.
    """
    colours, room = canvas.colours, canvas.width - 2 * MARGIN
    baseline = canvas.height - MARGIN - TITLE * 0.75
    wide = canvas.text(MARGIN, baseline, title, TITLE, colours.ink, bold=True)
    text, size = fit(beside, TITLE * 0.84, room - wide - 24)
    canvas.text(MARGIN + wide + 24, baseline, text, size, colours.ink)
    for line in below:
        baseline -= _LEADING
        text, size = fit(line, TEXT, room)
        canvas.text(MARGIN, baseline, text, size, colours.muted)
    return baseline - 14


def foot(canvas: Canvas, facts: Sequence[str], disclaimer: str) -> float:
    """Write where the numbers come from and the disclaimer; return the pixel above them."""
    colours, room = canvas.colours, canvas.width - 2 * MARGIN
    text, size = fit(disclaimer, SMALL, room)
    canvas.text(MARGIN, 20, text, size, colours.ink)
    said = cut(" · ".join(fact for fact in facts if fact), SMALL, room)
    canvas.text(MARGIN, 56, said, SMALL, colours.muted)
    return 88


def remarks_height(texts: Sequence[str], across: float = WIDTH) -> float:
    """Return the pixels that `remarks` takes on a picture `across` pixels wide."""
    lines = _lines(texts, across)
    return _STEP * len(lines) + 14 if lines else 0.0


def remarks(canvas: Canvas, texts: Sequence[str], top: float) -> float:
    """Write remarks on a coloured strip, at most two lines, and return the pixel under it."""
    tall = remarks_height(texts, canvas.width)
    if tall:
        right = canvas.width - MARGIN
        canvas.box(MARGIN, top - tall, right, top, canvas.colours.warn_paper, radius=10)
    for row, line in enumerate(_lines(texts, canvas.width)):
        canvas.text(MARGIN + 16, top - 35 - _STEP * row, line, SMALL, canvas.colours.warn_ink)
    return top - tall


def _lines(texts: Sequence[str], across: float) -> list[str]:
    room = across - 2 * MARGIN - 32
    words = " · ".join(text for text in texts if text).split()
    count = len(words)
    while count > 1 and width(" ".join(words[:count]), SMALL) > room:
        count -= 1
    lines = (" ".join(words[:count]), " ".join(words[count:]).removeprefix("· "))
    # A remark too long for two lines is cut, never set too small to read.
    return [cut(line, SMALL, room) for line in lines if width(line, SMALL)]
