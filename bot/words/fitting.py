"""Makes every text fit into what Telegram takes; the one place that cuts or splits."""

import html
from collections.abc import Iterator

from bot.words.forecast import MOST_UNITS, utf16_units
from bot.words.language import Html

MOST_IN_TEXT = 4096
"""Telegram's limit, counted in UTF-16 units to be on the safe side."""
_MORE = "…"


def parts_of(text: Html) -> tuple[Html, ...]:
    """Return a text as messages, split between its lines; as a rule it is one."""
    return tuple(_parts(text, MOST_IN_TEXT))


def fitting_caption(text: Html) -> Html:
    """Return a caption that Telegram takes: the lines from its beginning that fit."""
    return next(_parts(text, MOST_UNITS))


def _parts(text: Html, most: int) -> Iterator[Html]:
    """Yield pieces of at most `most` units; markup never spans lines, so that it stays whole."""
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
