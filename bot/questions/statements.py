"""What the pieces of a question say together: a relation, its amounts and its day, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.questions.amounts import Amount
from bot.questions.values import ReadQuestion, Relation


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question: its kind, and what it says."""

    kind: str
    value: object = None


@dataclass(frozen=True, slots=True)
class _Stated:
    relation: Relation
    low: float = 0.0
    high: float = 0.0
    percent: bool = False
    currency: str = ""


_TOLD = ("above", "below")
_BEFORE_PRICE = ("above", "below", "more", "less")
_RANGES = frozenset(
    {
        ("between", "amount", "and", "amount"),
        ("between", "amount", "dash", "amount"),
        ("amount", "dash", "amount"),
    }
)
_MOST_OF_A_DATE = 31
"""Two numbers up to this with a dash may be a day and a month."""
_DOUBLED = {"double": 100.0, "triple": 200.0, "half": -50.0}


def question_of(pieces: Sequence[Piece]) -> ReadQuestion | None:
    """Return what pieces ask together, None where they do not fit."""
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
    if stated is None or not isinstance(whom, tuple):
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
    for relation in relations:
        orders = (
            ("subject", relation, "than", "subject"),
            (relation, "subject", "than", "subject"),
            ("subject", relation, "subject"),  # Russian needs no "than"
        )
        if kinds in orders and one != other:
            return ReadQuestion(one, relation, when=when, other=other[0])
    return None


def _statement(pieces: Sequence[Piece]) -> _Stated | None:
    """Return the relation and its amounts, from what stands beside subject and day."""
    pieces = _without_or_more(pieces)
    kinds = tuple(piece.kind for piece in pieces)
    amounts = [piece.value for piece in pieces if isinstance(piece.value, Amount)]
    if kinds == ("where",):
        return _Stated("where")
    if not amounts:
        return _doubled(pieces)
    if len(amounts) == 2:
        dated = kinds[0] == "amount" and amounts[0].value <= _MOST_OF_A_DATE
        return _range(amounts[0], amounts[1]) if kinds in _RANGES and not dated else None
    if len(amounts) > 2:
        return None
    words = tuple(kind for kind in kinds if kind != "amount")
    if amounts[0].percent:
        return _change(amounts[0], words)
    # A price stands right behind its word: "above 300", whatever a language puts after it.
    before = ("", *kinds)[kinds.index("amount")]
    return _level(amounts[0], words) if before in _BEFORE_PRICE else None


def _without_or_more(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return pieces without an "or more" right behind an amount; elsewhere it makes no sense."""
    return [
        piece
        for before, piece in zip((None, *pieces), pieces, strict=False)
        if not (piece.kind == "plus" and before is not None and before.kind == "amount")
    ]


def _level(amount: Amount, words: tuple[str, ...]) -> _Stated | None:
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
    return _Stated(relation, amount.value, currency=amount.currency)


_SIGNED = {
    "±": ((), ("beyond",)),
    "+": ((), ("above",)),
    "-": ((), ("below",)),
}
"""What may stand beside a signed change, "more than" left out."""
_SIGN_MEANS = {"±": ("beyond",), "+": ("up",), "-": ("down",)}


def _change(amount: Amount, words: tuple[str, ...]) -> _Stated | None:
    """Return a change in per cent: up, down, or either way."""
    plain = tuple(word for word in words if word != "more")
    if len(words) - len(plain) > 1 or not 0 < amount.value < 1000:
        return None
    if amount.sign:
        plain = _SIGN_MEANS[amount.sign] if plain in _SIGNED[amount.sign] else ("unclear",)
    if plain == ("up",):
        return _Stated("above", amount.value, percent=True)
    if plain == ("down",) and amount.value < 100:
        return _Stated("below", -amount.value, percent=True)
    if plain == ("beyond",) and amount.value < 100:
        return _Stated("beyond", amount.value, percent=True)
    return None


def _doubled(pieces: Sequence[Piece]) -> _Stated | None:
    kinds = tuple(piece.kind for piece in pieces)
    if kinds not in (("factor",), ("up", "factor"), ("down", "factor")):
        return None
    change = _DOUBLED[str(pieces[-1].value)]
    if len(pieces) == 2 and (pieces[0].kind == "up") != (change > 0):
        return None
    return _Stated("above" if change > 0 else "below", change, percent=True)


def _range(one: Amount, other: Amount) -> _Stated | None:
    """Return a range of prices; the currency may stand at one end only."""
    currencies = {one.currency, other.currency} - {""}
    if one.sign or other.sign or len(currencies) > 1 or one.percent or other.percent:
        return None
    if not 0 < one.value < other.value:
        return None
    return _Stated("between", one.value, other.value, currency="".join(currencies))
