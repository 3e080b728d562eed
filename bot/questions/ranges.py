"""Ranges: between which two prices, or from which to which change in per cent."""

from dataclasses import dataclass

from bot.questions.amounts import Amount
from bot.questions.values import Relation


@dataclass(frozen=True, slots=True)
class Stated:
    """What the close is to do: its relation, and to which amounts."""

    relation: Relation
    low: float = 0.0
    high: float = 0.0
    percent: bool = False
    currency: str = ""


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
EITHER_WAY = "either"
"""The value of words such as "between": the larger of two prices may be said first."""
_MOST_APART = 50
"""How many times the lower price the higher may be: "from 120 to 100k" is a slip."""


def range_of(one: Amount, other: Amount, kinds: tuple[str, ...], *, either: bool) -> Stated | None:
    """Return a range of prices or of changes; the currency may stand at one end only.

    The amounts come in the order in which they were said; `either` tells whether the word before
    them allows the larger one first.
    """
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
    low, high = _scaled(one, other)
    low, high = sorted((low, high)) if either else (low, high)
    if not 0 < low < high <= _MOST_APART * low:
        return None
    return Stated("between", low, high, currency="".join(currencies))


def _scaled(one: Amount, other: Amount) -> tuple[float, float]:
    """Return the ends of a range whose scale may be said once: "between 100 and 120 thousand"."""
    if one.scale == 1 and one.value < other.value / other.scale:
        return one.value * other.scale, other.value
    return one.value, other.value


def _changes(one: Amount, other: Amount) -> Stated | None:
    """Return from which to which change in per cent, where each says whether it is up or down."""
    signs = {"+": 1.0, "-": -1.0}
    # "Between -2 and 2 %": behind a minus the other one is a plus.
    second = other.sign or ("+" if one.sign == "-" else "")
    if one.sign not in signs or second not in signs or not other.percent:
        return None
    low, high = sorted((signs[one.sign] * one.value, signs[second] * other.value))
    if not -100 < low < high < 1000:
        return None
    return Stated("between", low, high, percent=True)
