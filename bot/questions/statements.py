"""What the pieces of a question say together: a relation, its amounts and its day, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.questions.amounts import Amount
from bot.questions.pieces import Piece, joined
from bot.questions.ranges import EITHER_WAY, Stated, range_of
from bot.questions.values import ReadQuestion, Relation

_TOLD = ("above", "below")
_BEFORE_PRICE = ("above", "below", "more", "less")
_AFTER_PRICE = {"above_after": "above", "below_after": "below"}
"""Verbs that German puts last: "dass Tesla 300 überschreitet"."""
_DOUBLED = {"double": 100.0, "triple": 200.0, "half": -50.0}


def question_of(pieces: Sequence[Piece]) -> ReadQuestion | None:
    """Return what pieces ask together, None where they do not fit."""
    whole = joined(pieces)
    return None if whole is None else _asked(whole)


def _asked(pieces: Sequence[Piece]) -> ReadQuestion | None:
    whens = [piece.value for piece in pieces if piece.kind == "when"]
    subjects = [piece.value for piece in pieces if piece.kind == "subject"]
    tells = sum(piece.kind == "tell" for piece in pieces)
    if len(whens) > 1 or tells > 1:
        return None
    when = next((day for day in whens if isinstance(day, (date, int))), None)
    if len(subjects) == 2 and not tells:
        return _comparison(pieces, when)
    whom = subjects[0] if len(subjects) == 1 else None
    stated = _statement([p for p in pieces if p.kind not in ("subject", "when", "tell")])
    if stated is None or not isinstance(whom, tuple) or (stated in _UNDATED and when is None):
        return None
    if tells and (when is not None or stated.relation not in _TOLD or stated.percent):
        return None
    return ReadQuestion(
        whom,
        stated.relation,
        stated.low,
        stated.high,
        stated.percent,
        stated.currency,
        when,
        tell=bool(tells),
    )


def _comparison(pieces: Sequence[Piece], when: date | int | None) -> ReadQuestion | None:
    """Return which of two companies is asked to be the calmer or the wilder."""
    kinds = tuple(piece.kind for piece in pieces if piece.kind != "when")
    one, other = (piece.value for piece in pieces if piece.kind == "subject")
    if not isinstance(one, tuple) or not isinstance(other, tuple) or len(other) != 1:
        return None
    relations: tuple[Relation, ...] = ("calmer", "wilder")
    kinds = _strength(kinds)
    for relation in relations:
        orders = (
            ("subject", relation, "than", "subject"),
            (relation, "subject", "than", "subject"),
            ("subject", relation, "subject"),  # Russian needs no "than"
            ("which", relation, "subject", "or", "subject"),
            ("subject", "or", "subject", "which", relation),
            ("which", "subject", "or", "subject", relation),
        )
        if kinds in orders and one != other:
            return ReadQuestion(one, relation, when=when, other=other[0])
    return None


def _signed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return a range with signs for its words: "between down 3 % and up 3 %"."""
    kinds = tuple(piece.kind for piece in pieces)
    if kinds not in _WORDED:
        return pieces
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else piece
        if isinstance(piece.value, Amount) and before.kind in _SIGNS and not piece.value.sign:
            found[-1] = Piece("amount", replace(piece.value, sign=_SIGNS[before.kind]))
        else:
            found.append(piece)
    return found


_SIGNS = {"up": "+", "down": "-", "gain": "+"}
_WORDED = frozenset(
    ("between", one, "amount", "and", other, "amount")
    for one in ("up", "down")
    for other in ("up", "down")
)


def _strength(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return kinds with "swings" and a later "more" made one word: "Schwankt A mehr als B?"."""
    said = {"stronger": "wilder", "weaker": "calmer"}
    if kinds.count("beyond") != 1 or not set(kinds) & set(said):
        return kinds
    return tuple(said.get(kind, kind) for kind in kinds if kind != "beyond")


def _statement(pieces: Sequence[Piece]) -> Stated | None:
    """Return the relation and its amounts, from what stands beside subject and day."""
    pieces = _signed(_without_or_more(pieces))
    kinds = tuple(piece.kind for piece in pieces)
    amounts = [piece.value for piece in pieces if isinstance(piece.value, Amount)]
    if kinds and set(kinds) == {"where"}:
        return Stated("where")
    if not amounts:
        return _side(kinds) or _doubled(pieces)
    if len(amounts) > 1:
        one, other = amounts
        return range_of(one, other, kinds, either=pieces[0].value == EITHER_WAY)
    if amounts[0].percent:
        return _change(amounts[0], tuple(kind for kind in kinds if kind != "amount"))
    return _price(amounts[0], kinds)


_UP, _DOWN = Stated("above", percent=True), Stated("below", percent=True)
_UNDATED = (_UP, _DOWN)
"""Up or down from today: by when must be said."""


def _side(kinds: tuple[str, ...]) -> Stated | None:
    """Return "higher" or "in the red" with no amount: above or below the last close."""
    sides: dict[tuple[str, ...], Stated] = {
        ("up",): _UP,
        ("higher",): _UP,
        ("down",): _DOWN,
        ("lower",): _DOWN,
    }
    return sides.get(kinds)


def _price(amount: Amount, kinds: tuple[str, ...]) -> Stated | None:
    """Return a price that stands behind its word, or between German word and verb.

    "Above 300", whatever a language puts after it; "dass Tesla 300 überschreitet".
    """
    words = tuple(kind for kind in kinds if kind != "amount")
    if len(words) == 1 and words[0] in _AFTER_PRICE:
        return _level(amount, (_AFTER_PRICE[words[0]],))
    before = ("", *kinds)[kinds.index("amount")]
    if kinds == ("amount", "or_less"):
        return _level(amount, ("less",))
    return _level(amount, words) if before in _BEFORE_PRICE else None


def _without_or_more(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces without an "or more" right behind an amount; elsewhere it makes no sense.

    Where nothing else is said of a price, it is what is said: "at 300 or more".
    """
    if tuple(piece.kind for piece in pieces) == ("amount", "plus"):
        return (Piece("more"), pieces[0])
    return [
        piece
        for before, piece in zip((None, *pieces), pieces, strict=False)
        if not (piece.kind == "plus" and before is not None and before.kind == "amount")
    ]


def _level(amount: Amount, words: tuple[str, ...]) -> Stated | None:
    """Return a price that the close is to be above or below; it stands behind the word."""
    relations: dict[tuple[str, ...], Relation] = {
        ("above",): "above",
        ("up", "above"): "above",
        ("above", "up"): "above",
        ("more",): "above",
        ("below",): "below",
        ("down", "below"): "below",
        ("below", "down"): "below",
        ("less",): "below",
    }
    relation = relations.get(words)
    if relation is None or amount.sign or amount.value <= 0:
        return None
    return Stated(relation, amount.value, currency=amount.currency)


_SIGNED = {
    "±": ((), ("beyond",)),
    "+": ((), ("above",)),
    "-": ((), ("below",)),
}
"""What may stand beside a signed change, "more than" left out."""
_SIGN_MEANS = {"±": ("beyond",), "+": ("up",), "-": ("down",)}


_GAIN = {"gain": "up"}
"""What says up only beside an amount: "makes 5 %", "plus 5 %"."""


def _change(amount: Amount, words: tuple[str, ...]) -> Stated | None:
    """Return a change in per cent: up, down, or either way."""
    words = tuple(_GAIN.get(word, word) for word in words if word != "some")
    plain = tuple(word for word in words if word != "more")
    more = len(words) - len(plain)
    # "moves 5 % either way" says it twice.
    plain = ("beyond",) if plain == ("beyond", "beyond") else plain
    if more > 1 or not 0 < amount.value < 1000:
        return None
    if amount.sign:
        plain = _SIGN_MEANS[amount.sign] if plain in _SIGNED[amount.sign] else ("unclear",)
    if plain == ("up",):
        return Stated("above", amount.value, percent=True)
    if plain == ("down",) and amount.value < 100:
        return Stated("below", -amount.value, percent=True)
    if plain == ("beyond",) and amount.value < 100:
        return Stated("beyond", amount.value, percent=True)
    return None


_TIMES = {
    ("up", "by2"): 100.0,
    ("down", "by2"): -50.0,
    ("up", "by3"): 200.0,
    ("up", "by1.5"): 50.0,
}
"""What "by two" (`вдвое`) says beside a word for up or down; alone it says nothing."""


def _doubled(pieces: Sequence[Piece]) -> Stated | None:
    kinds = tuple(piece.kind for piece in pieces)
    if kinds not in (("factor",), ("up", "factor"), ("down", "factor")):
        return None
    said = str(pieces[-1].value)
    change = _TIMES.get((kinds[0], said)) or _DOUBLED.get(said)
    if change is None or (len(pieces) == 2 and (kinds[0] == "up") != (change > 0)):
        return None
    return Stated("above" if change > 0 else "below", change, percent=True)
