"""The pieces that a question is cut into, and which of them are one thing said in two words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question: its kind, and what it says."""

    kind: str
    value: object = None


def joined(pieces: Sequence[Piece]) -> Sequence[Piece] | None:
    """Return pieces with those made one that say one thing together, None where one is left over.

    "ping" and "when" ask to be told; "if I hold it" says that "six weeks" is a day, and that
    "today" is when it is bought.
    """
    pieces = _named_once(pieces)
    kinds = {piece.kind for piece in pieces}
    if _asks_nothing(pieces):
        return None
    if any(one.kind == other.kind == "where" for one, other in pairwise(pieces)):
        return None
    pieces = _ended(pieces)
    held = "hold" in kinds
    if not held and ("span" in kinds or "now" in kinds):
        return None
    found: list[Piece] = []
    for piece in _told(pieces):
        if piece.kind == "span":
            found.append(Piece("when", piece.value))
        elif piece.kind not in ("hold", "now", "suppose", "have", "were"):
            found.append(Piece(_RISEN.get(piece.kind, piece.kind), piece.value))
    if any(piece.kind in _LEFT_OVER for piece in found):
        return None
    return _dated_once(found)


_LEFT_OVER = ("tell_verb", "tell_when", "ends", "period")


def _dated_once(pieces: Sequence[Piece]) -> Sequence[Piece] | None:
    """Return pieces with a day that was said twice said once, None where two days were said."""
    days = [piece.value for piece in pieces if piece.kind == "when"]
    if len(set(days)) > 1:
        return None
    again = [piece for piece in pieces if piece.kind == "when"][1:]
    return [piece for piece in pieces if not any(piece is each for each in again)]


def _ended(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces with "ends ... the year", said around the subject, made one day."""
    kinds = [piece.kind for piece in pieces]
    if kinds.count("ends") != 1 or "period" not in kinds[kinds.index("ends") :]:
        return pieces
    return [
        Piece("when", piece.value) if piece.kind == "period" else piece
        for piece in pieces
        if piece.kind != "ends"
    ]


def _asks_nothing(pieces: Sequence[Piece]) -> bool:
    """Return whether pieces state a condition, or tell of the past."""
    kinds = {piece.kind for piece in pieces}
    # "Suppose it rises, is it above 300?" is a condition, which nobody forecasts.
    if "suppose" in kinds and kinds & {"up", "down"} and kinds & {"above", "below"}:
        return True
    # "Has it risen?" asks of the past, "will it have risen?" does not.
    if kinds & {"risen", "fallen"} and "have" not in kinds:
        return True
    # "What if it fell?" asks, "it fell" tells.
    were = "were" in kinds or any(piece.value == "were" for piece in pieces)
    return were and "suppose" not in kinds


_RISEN = {"risen": "up", "fallen": "down"}


def _told(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces with "ping me when ..." and "when ..., ping me" made one word."""
    kinds = [piece.kind for piece in pieces]
    if kinds.count("tell_verb") != 1 or kinds.count("tell_when") != 1:
        return pieces
    verb, when = kinds.index("tell_verb"), kinds.index("tell_when")
    if verb + 1 != when and (when, verb) != (0, len(kinds) - 1):
        return pieces
    return [Piece("tell"), *(p for p in pieces if p.kind not in ("tell_verb", "tell_when"))]


def _named_once(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces without a company's ticker right behind its name: "Apple (AAPL)"."""
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else Piece("")
        if piece.kind == before.kind == "subject" and _share(before.value, piece.value):
            found.pop()
        found.append(piece)
    return found


def _share(one: object, other: object) -> bool:
    return isinstance(one, tuple) and isinstance(other, tuple) and set(other) <= set(one)
