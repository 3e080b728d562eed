"""What the pieces of a question say together: a relation, its amounts and its day, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.questions.amounts import Amount
from bot.questions.pieces import Piece, joined
from bot.questions.values import ReadQuestion, Relation


@dataclass(frozen=True, slots=True)
class _Stated:
    relation: Relation
    low: float = 0.0
    high: float = 0.0
    percent: bool = False
    currency: str = ""


_TOLD = ("above", "below")
_BEFORE_PRICE = ("above", "below", "more", "less")
_AFTER_PRICE = {"above_after": "above", "below_after": "below"}
"""Verbs that German puts last: "dass Tesla 300 überschreitet"."""
_YEARS = range(2000, 2100)
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


def _statement(pieces: Sequence[Piece]) -> _Stated | None:
    """Return the relation and its amounts, from what stands beside subject and day."""
    pieces = _signed(_without_or_more(pieces))
    kinds = tuple(piece.kind for piece in pieces)
    amounts = [piece.value for piece in pieces if isinstance(piece.value, Amount)]
    if kinds and set(kinds) == {"where"}:
        return _Stated("where")
    if not amounts:
        return _side(kinds) or _doubled(pieces)
    if len(amounts) > 1:
        return _range(amounts, kinds)
    if amounts[0].percent:
        return _change(amounts[0], tuple(kind for kind in kinds if kind != "amount"))
    return _price(amounts[0], kinds)


_UP, _DOWN = _Stated("above", percent=True), _Stated("below", percent=True)
_UNDATED = (_UP, _DOWN)
"""Up or down from today: by when must be said."""


def _side(kinds: tuple[str, ...]) -> _Stated | None:
    """Return "higher" or "in the red" with no amount: above or below the last close."""
    sides: dict[tuple[str, ...], _Stated] = {
        ("up",): _UP,
        ("higher",): _UP,
        ("down",): _DOWN,
        ("lower",): _DOWN,
    }
    return sides.get(kinds)


def _price(amount: Amount, kinds: tuple[str, ...]) -> _Stated | None:
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


_GAIN = {"gain": "up"}
"""What says up only beside an amount: "makes 5 %", "plus 5 %"."""


def _change(amount: Amount, words: tuple[str, ...]) -> _Stated | None:
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


def _range(amounts: Sequence[Amount], kinds: tuple[str, ...]) -> _Stated | None:
    """Return a range of prices or of changes; the currency may stand at one end only."""
    one, other = amounts
    if kinds not in _RANGES:
        return None
    if one.percent or other.percent:
        return _changes(one, other)
    # What may be a day and a month, or end in a year, is no price for sure.
    if kinds[0] == "amount" and (one.value <= _MOST_OF_A_DATE or other.value in _YEARS):
        return None
    currencies = {one.currency, other.currency} - {""}
    if one.sign or other.sign or len(currencies) > 1:
        return None
    if not 0 < one.value < other.value:
        return None
    return _Stated("between", one.value, other.value, currency="".join(currencies))


def _changes(one: Amount, other: Amount) -> _Stated | None:
    """Return from which to which change in per cent, where each says whether it is up or down."""
    signs = {"+": 1.0, "-": -1.0}
    # "Between -2 and 2 %": behind a minus the other one is a plus.
    second = other.sign or ("+" if one.sign == "-" else "")
    if one.sign not in signs or second not in signs or not other.percent:
        return None
    low, high = sorted((signs[one.sign] * one.value, signs[second] * other.value))
    if not -100 < low < high < 1000:
        return None
    return _Stated("between", low, high, percent=True)
