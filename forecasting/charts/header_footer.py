"""What all pictures share: the finding on top, remarks that must be seen, and one line below."""

from collections.abc import Sequence

from forecasting.charts.canvas import WIDTH, Canvas
from forecasting.charts.fonts import width
from forecasting.charts.texts import ChartTexts

MARGIN = 28
TEXT, SMALL = 30, 27
"""Font sizes in pixels. A phone shows the picture some 390 points wide, at 0.3 of its size, so
26 is the least that still reads."""
FINDING, BELOW = 54, 35
"""Font sizes of the finding and the line below it."""
_BASE = 24
"""Baseline of the last line."""
_DOT = " · "
_STEP = 36
"""From line to line of the remarks."""
_LEAST = 0.85
"""A line that is too long is set smaller down to this share of its size, then cut."""


def fit(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, float]:
    """Return the text and font size that keep a line within `room` pixels."""
    wide = width(text, size, bold=bold)
    if wide <= room:
        return text, size
    if wide * _LEAST <= room:
        return text, size * room / wide
    return cut(text, size * _LEAST, room, bold=bold), size * _LEAST


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return as much of a text as `room` pixels hold, with an ellipsis where some is left out."""
    while len(text) > 1 and width(text, size, bold=bold) > room:
        text = text[:-2].rstrip() + "…"
    return text


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
    words = " · ".join(text for text in texts if text).split(" ")
    count = len(words)
    while count > 1 and width(" ".join(words[:count]), SMALL) > room:
        count -= 1
    lines = (" ".join(words[:count]), " ".join(words[count:]).removeprefix("· "))
    # A remark too long for two lines is cut, never set too small to read.
    return [cut(line, SMALL, room) for line in lines if width(line, SMALL)]


def finding(
    canvas: Canvas, titles: Sequence[str], below: Sequence[str], indent: float = 0.0
) -> float:
    """Write what the picture found as its heading, and return the pixel under it.

    Args:
        canvas: Where to draw.
        titles: The finding, in words that get shorter; the first that fits is taken.
        below: Parts of the line underneath; the last ones are left out where there is no room.
        indent: Pixels left of the heading for a mark.
    """
    colours, room = canvas.colours, canvas.width - 2 * MARGIN - indent
    fitting = [t for t in titles if width(t, FINDING, bold=True) * _LEAST <= room]
    title = fitting[0] if fitting else titles[-1]
    wide = width(title, FINDING, bold=True)
    size = FINDING * min(1.0, room / wide)
    baseline = canvas.height - MARGIN - FINDING * 0.72
    canvas.text(MARGIN + indent, baseline, title, size, colours.ink, bold=True)
    parts = [part for part in below if part]
    while len(parts) > 1 and width(_DOT.join(parts), BELOW) * _LEAST > room:
        parts.pop()
    text, size = fit(_DOT.join(parts), BELOW, room)
    canvas.text(MARGIN + indent, baseline - 52, text, size, colours.muted)
    return baseline - 72


def footer(canvas: Canvas, texts: ChartTexts, number: int = 0, *, key: bool = False) -> float:
    """Write the one line below every picture and return the pixel above it.

    Args:
        canvas: Where to draw.
        texts: Words.
        number: Of the forecast in the ledger, 0 where it has none.
        key: Whether to say what the three shades of a fan stand for.
    """
    room = canvas.width - 2 * MARGIN - (_draw_key(canvas, texts) if key else 0.0)
    said = [texts.bot, f"#F{number}" if number else "", texts.disclaimer]
    text, size = fit(_DOT.join(part for part in said if part), SMALL, room)
    canvas.text(MARGIN, _BASE, text, size, canvas.colours.muted)
    return 64


def _draw_key(canvas: Canvas, texts: ChartTexts) -> float:
    colours, x = canvas.colours, float(canvas.width - MARGIN)
    shades = (
        (texts.in_95, colours.outer),
        (texts.in_80, colours.middle),
        (texts.in_50, colours.inner),
    )
    for text, shade in shades:
        x -= canvas.text(x, _BASE, text, SMALL, colours.muted, "right") + 34
        canvas.box(x, _BASE - 3, x + 26, _BASE + 21, shade, radius=4)
        x -= 26
    return canvas.width - MARGIN - x
