"""Makes every text fit into what Telegram takes; the one place that cuts, splits or folds."""

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.words.language import Html, Words, join

MOST_UNITS = 1024
"""Telegram's limit of a caption, counted in UTF-16 units to be on the safe side."""
MOST_IN_TEXT = 4096
"""That of a text."""
MOST_LINES, MOST_WORDS = 5, 45
"""What is read at a glance: lines and words above a fold."""
_ROOM = 64
"""Units kept free for the line that says who else asked."""
_MORE = "…"
_GROUPED = re.compile(
    "(?<=\\d)[\u00a0\u202f](?=\\d|[A-Z]{0,2}[$€£¥])|(?<=[$€£¥])[\u00a0\u202f](?=\\d)"
)
_OPEN, _CLOSE = "<blockquote expandable>", "</blockquote>"


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def at_a_glance(text: Html) -> bool:
    """Return whether a text has so few lines and words that it is read at a glance."""
    # An amount that its language writes with spaces, such as 1 056,78 $, is read as one word.
    plain = _GROUPED.sub("", text.without_markup())
    return len(plain.split("\n")) <= MOST_LINES and len(plain.split()) <= MOST_WORDS


def folded(words: Words, above: Html, details: Sequence[Html | None]) -> Html:
    """Return a caption with its details below a fold: a quote that opens when it is pressed.

    Args:
        words: The chat's language.
        above: What everybody reads; it is never cut.
        details: Lines for who wants to know more, the most important first; the last ones are left
            out where there is no room.
    """
    lines = [line for line in details if line]
    while lines:
        inside = join(words.t("<b>Details</b>"), *lines)
        text = join(above, Html(f"{_OPEN}{inside}{_CLOSE}"))
        if _read(text) <= MOST_UNITS - _ROOM:
            return text
        lines.pop()
    return above


def parts_of(text: Html) -> tuple[Html, ...]:
    """Return a text as messages, split between its lines; as a rule it is one."""
    return tuple(_whole(_parts(text, MOST_IN_TEXT)))


@lru_cache(maxsize=128)
def fitting_caption(text: Html) -> Html:
    """Return a caption that Telegram takes: the lines from its beginning that fit."""
    return next(_whole(_parts(text, MOST_UNITS)))


def _whole(parts: Iterator[Html]) -> Iterator[Html]:
    """Yield pieces in which a quote that was split is closed, and goes on in the next."""
    opened = False
    for part in parts:
        piece = _OPEN + part if opened else str(part)
        opened = piece.count(_OPEN) > piece.count(_CLOSE)
        yield Html(piece + _CLOSE if opened else piece)


def _parts(text: Html, most: int) -> Iterator[Html]:
    """Yield pieces of at most `most` units; no markup but a quote spans lines."""
    if _read(text) <= most:
        yield text
        return
    held: list[str] = []
    for line in text.split("\n"):
        short = line if _read(line) <= most else _cut(line, most)
        if held and _read("\n".join([*held, short])) > most:
            yield Html("\n".join(held))
            held = []
        held.append(short)
    yield Html("\n".join(held))


def _read(text: str) -> int:
    return utf16_units(Html(text).without_markup())


def _cut(line: str, most: int) -> str:
    """Return the beginning of a line that is too long, without its markup."""
    plain = Html(line).without_markup()
    while utf16_units(plain) >= most:
        plain = plain[: len(plain) - max(1, (utf16_units(plain) - most) // 2)]
    return html.escape(plain, quote=False) + _MORE
