"""Telegram's HTML style: a small language of its own, read strictly.

Stricter than Telegram in one point: a bare `&` is refused, as its manual asks for `&amp;`.
"""

import html
import re
from dataclasses import dataclass

from localchat.errors import ApiError, bad_request
from localchat.state.entities import DATE_TIME, Entity, utf16_length

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
_TAGS = {*_SIMPLE, "a", "span", "tg-emoji", "tg-time"}
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_START = re.compile(
    r"<([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*>"
)
_END = re.compile(r"</([A-Za-z][A-Za-z0-9-]*)\s*>")
_ATTRIBUTE = re.compile(r"([A-Za-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Read a text in HTML style.

    Args:
        source: The text with markup.

    Returns:
        The text without markup, and its entities by offset.

    Raises:
        ApiError: 400 "can't parse entities" with the byte offset of the first fault.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, tuple[Entity, ...]]:
        while self._at < len(self._source):
            mark = self._source[self._at]
            if mark == "<":
                self._read_tag()
            elif mark == "&":
                self._read_reference()
            else:
                stop = re.compile(r"[<&]|\Z").search(self._source, self._at)
                end = stop.start() if stop else len(self._source)
                self._append(self._source[self._at : end])
                self._at = end
        if self._open:
            raise self._fault(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            )
        ordered = sorted(self._entities, key=lambda e: (e.offset, -e.length))
        return "".join(self._text), tuple(ordered)

    def _append(self, text: str) -> None:
        self._text.append(text)
        self._length += utf16_length(text)

    def _read_reference(self) -> None:
        match = _REFERENCE.match(self._source, self._at)
        if match is None:
            raise self._fault(f'Unescaped character "&" at byte offset {self._bytes()}')
        self._append(_NAMED.get(match.group()) or html.unescape(match.group()))
        self._at = match.end()

    def _read_tag(self) -> None:
        if self._source.startswith("</", self._at):
            self._read_end_tag()
            return
        match = _START.match(self._source, self._at)
        name = match.group(1).lower() if match else self._word()
        if match is None or name not in _TAGS:
            raise self._fault(f'Unsupported start tag "{name}" at byte offset {self._bytes()}')
        attributes = {
            key.lower(): html.unescape(double or single)
            for key, double, single in _ATTRIBUTE.findall(match.group(2))
        }
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fault(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes()}'
            )
        if name == "tg-time" and not _is_instant(attributes):
            raise self._fault(f'Invalid date-time in tag "tg-time" at byte offset {self._bytes()}')
        self._open.append(_Open(name, attributes, self._length))
        self._at = match.end()

    def _read_end_tag(self) -> None:
        match = _END.match(self._source, self._at)
        if match is None or not self._open:
            raise self._fault(f"Unexpected end tag at byte offset {self._bytes()}")
        begun, name = self._open.pop(), match.group(1).lower()
        if begun.tag != name:
            raise self._fault(
                f'Unmatched end tag at byte offset {self._bytes()}, expected "</{begun.tag}>", '
                f'found "</{name}>"'
            )
        self._at = match.end()
        self._close(begun)

    def _close(self, begun: _Open) -> None:
        length = self._length - begun.offset
        if not length:
            return
        last = self._entities[-1] if self._entities else None
        span = (begun.offset, length)
        if (
            begun.tag == "pre"
            and last
            and last.type == "code"
            and (last.offset, last.length) == span
        ):
            self._entities[-1] = Entity("pre", *span, language=last.language)
            return
        entity = _entity(begun, *span)
        if entity is not None:
            self._entities.append(entity)

    def _word(self) -> str:
        match = re.compile(r"[A-Za-z0-9-]*").match(self._source, self._at + 1)
        return match.group() if match else ""

    def _bytes(self) -> int:
        return len(self._source[: self._at].encode())

    def _fault(self, reason: str) -> ApiError:
        return bad_request(f"can't parse entities: {reason}")


def _is_instant(attributes: dict[str, str]) -> bool:
    shown = DATE_TIME.fullmatch(attributes.get("format", ""))
    return shown is not None and re.fullmatch(r"-?\d{1,12}", attributes.get("unix", "")) is not None


def _entity(begun: _Open, offset: int, length: int) -> Entity | None:
    attributes, span = begun.attributes, (offset, length)
    match begun.tag:
        case "a":
            url = attributes.get("href", "")
            entity = Entity("text_link", *span, url=url) if url else None
        case "span":
            entity = Entity("spoiler", *span)
        case "tg-emoji":
            entity = Entity("custom_emoji", *span, detail=attributes.get("emoji-id"))
        case "tg-time":
            shown = attributes.get("format", "")
            entity = Entity("date_time", *span, detail=attributes["unix"], shown=shown)
        case "blockquote" if "expandable" in attributes:
            entity = Entity("expandable_blockquote", *span)
        case "code":
            language = attributes.get("class", "").removeprefix("language-") or None
            entity = Entity("code", *span, language=language)
        case tag:
            entity = Entity(_SIMPLE[tag], *span)
    return entity
