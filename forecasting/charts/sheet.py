"""What all pictures share: heading, remarks that must be seen, and the foot with the disclaimer."""

from collections.abc import Sequence

from forecasting.charts.canvas import Canvas

MARGIN = 28
TITLE, TEXT, SMALL = 50, 30, 26
"""Font sizes in pixels. A phone shows the picture some 390 points wide, at 0.3 of its size, so
26 is the least that still reads."""
_LEAST = 0.7
"""A line that is too long is set smaller down to this share of its size, then cut."""


def fit(
    canvas: Canvas, text: str, size: float, room: float, *, bold: bool = False
) -> tuple[str, float]:
    """Return the text and font size that keep a line within `room` pixels."""
    wide = canvas.measure(text, size, bold=bold)
    if wide <= room:
        return text, size
    smaller = max(size * room / wide, size * _LEAST)
    while len(text) > 1 and canvas.measure(text, smaller, bold=bold) > room:
        text = text[:-2].rstrip() + "…"
    return text, smaller


def head(canvas: Canvas, title: str, beside: str, below: str) -> float:
    """Write the heading and return the pixel under it.

    Args:
        canvas: Where to draw.
        title: The subject, large.
        beside: What follows it on the same line, in regular weight.
        below: The line underneath.
    """
    colours, room = canvas.colours, canvas.width - 2 * MARGIN
    baseline = canvas.height - MARGIN - TITLE * 0.75
    wide = canvas.text(MARGIN, baseline, title, TITLE, colours.ink, bold=True)
    text, size = fit(canvas, beside, TITLE * 0.84, room - wide - 24)
    canvas.text(MARGIN + wide + 24, baseline, text, size, colours.ink)
    text, size = fit(canvas, below, TEXT, room)
    canvas.text(MARGIN, baseline - 48, text, size, colours.muted)
    return baseline - 62


def foot(canvas: Canvas, facts: Sequence[str], disclaimer: str) -> float:
    """Write where the numbers come from and the disclaimer; return the pixel above them."""
    colours, room = canvas.colours, canvas.width - 2 * MARGIN
    text, size = fit(canvas, disclaimer, SMALL, room)
    canvas.text(MARGIN, 20, text, size, colours.ink)
    text, size = fit(canvas, " · ".join(fact for fact in facts if fact), SMALL, room)
    canvas.text(MARGIN, 56, text, size, colours.muted)
    return 88


def remarks(canvas: Canvas, texts: Sequence[str], top: float) -> float:
    """Write remarks on a coloured strip, at most two lines, and return the pixel under it."""
    said = [text for text in texts if text]
    if not said:
        return top
    lines = _lines(canvas, " · ".join(said), canvas.width - 2 * MARGIN - 32)
    tall = 36 * len(lines) + 14
    canvas.box(MARGIN, top - tall, canvas.width - MARGIN, top, canvas.colours.warn_paper, radius=10)
    for row, line in enumerate(lines):
        canvas.text(
            MARGIN + 16, top - 35 - 36 * row, line, SMALL, canvas.colours.warn_ink, bold=row < 0
        )
    return top - tall


def _lines(canvas: Canvas, text: str, room: float) -> list[str]:
    words = text.split(" ")
    count = len(words)
    while count > 1 and canvas.measure(" ".join(words[:count]), SMALL) > room:
        count -= 1
    first, rest = " ".join(words[:count]), " ".join(words[count:]).removeprefix("· ")
    if not rest:
        return [first]
    return [first, fit(canvas, rest, SMALL, room)[0]]
