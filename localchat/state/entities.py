"""Marked spans of a text, counted as Telegram counts: in UTF-16 code units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_DETECTED = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")),
    (
        "bot_command",
        re.compile(r"(?<![\w/@.<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<![\w/])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)
_OPAQUE = {"code", "pre", "text_link"}
KINDS = frozenset(
    {
        *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link"),
        *("blockquote", "expandable_blockquote", "custom_emoji", "date_time"),
        *(kind for kind, _ in _DETECTED),
        *("email", "phone_number", "text_mention"),
    }
)
"""What a text can be marked as."""
DATE_TIME = re.compile(r"r|w?[dD]?[tT]?")
"""How an instant may be shown: relative, or any of weekday, date, time of day."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One marked span.

    Attributes:
        type: Telegram's name of the mark, such as `bold`.
        offset: UTF-16 code units before the span.
        length: UTF-16 code units in the span.
        url: Target of a `text_link`.
        language: Language of a `pre`.
        detail: Any other attribute of the mark (emoji id, unix time).
        shown: How a `date_time` is shown, such as `Dt`; empty for the text as it is.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    detail: str | None = None
    shown: str = ""

    @property
    def end(self) -> int:
        """Offset just behind the span, in UTF-16 code units."""
        return self.offset + self.length


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an offset and length in UTF-16 code units mark."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def detect(text: str, given: Iterable[Entity] = ()) -> tuple[Entity, ...]:
    """Return the given entities plus those that clients find themselves (commands, links, tags).

    Args:
        text: The message text without markup.
        given: Entities that the sender set.

    Returns:
        All entities, by offset; found ones never lie inside code or links.
    """
    entities = list(given)
    taken = [(e.offset, e.end) for e in entities if e.type in _OPAQUE]
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            end = offset + utf16_length(match.group())
            if all(end <= start or offset >= stop for start, stop in taken):
                entities.append(Entity(kind, offset, end - offset))
                taken.append((offset, end))
    return tuple(sorted(entities, key=lambda e: (e.offset, -e.length)))


def strip(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Cut white space from both ends as Telegram does, and move the entities along.

    Args:
        text: The message text without markup.
        entities: Its entities.

    Returns:
        The shorter text and the entities that still mark something.
    """
    stripped = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(stripped)
    kept = []
    for entity in entities:
        start = min(max(entity.offset - lead, 0), total)
        end = min(max(entity.end - lead, 0), total)
        if end > start:
            kept.append(replace(entity, offset=start, length=end - start))
    return stripped, tuple(kept)
