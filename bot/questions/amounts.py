"""Prices and percentages in words: `$1,200.50`, `1.200,50 €`, `±10 %`, `100k`.

Whether a mark parts thousands or decimals depends on the language; where it may be both, the
number is not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from bot.questions.numerals import numerals
from bot.questions.phrases import Phrases

_SPACED = re.compile(r"\d{3}(?:,\d+)?")
_PLAIN = re.compile(r"\d{1,9}")
_SCALED = re.compile(r"(\d+(?:[.,]\d+)?)(k|к|m|тыс|mil|mille|mio)")
CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₽": "RUB",
    "₹": "INR",
    "r$": "BRL",
}
"""What signs before or after a price mean."""
_POINT = frozenset({"en"})
"""Languages that write 1,200.50; the others write 1.200,50."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A price, or a share of one.

    Attributes:
        value: Of money or points; of per cent, signed.
        percent: Whether it is per cent.
        currency: ISO 4217 code where one was named.
        sign: `+`, `-` or `±` where one stood before it.
        scale: What its last word multiplies by: 1000 of "120 thousand" and "120k".
    """

    value: float
    percent: bool = False
    currency: str = ""
    sign: str = ""
    scale: float = 1.0


class AmountReader:
    """Finds the amounts that a text may speak of."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._tokens = phrases.tokens
        self._words = phrases.words

    def at(self, start: int) -> Iterator[tuple[int, Amount]]:
        """Yield where each reading of an amount that begins at a token ends, and the amount."""
        sign, place = self._sign(start)
        for end, amount in chain(self._marked(place), self._counted(place), self._plain(place)):
            yield end, replace(amount, sign=sign)

    def _marked(self, start: int) -> Iterator[tuple[int, Amount]]:
        """Yield "$300", and "$300 USD", which says it twice."""
        for mark_end, currency in self._currency(start):
            for end, value, scale in chain(self._value(mark_end), self._spoken(mark_end)):
                yield end, Amount(value, currency=currency, scale=scale)
                for behind, again in self._currency(end):
                    if again == currency:
                        yield behind, Amount(value, currency=currency, scale=scale)

    def _counted(self, start: int) -> Iterator[tuple[int, Amount]]:
        """Yield "a tenth", "ten per cent" and "a buck"."""
        for end, share in self._kind(start, "fraction"):
            yield end, Amount(float(share), percent=True)
        for after, count in self._kind(start, "count"):
            for end, _ in self._kind(after, "percent"):
                yield end, Amount(float(count), percent=True)
            for end, currency in self._currency(after):
                yield end, Amount(float(count), currency=currency)

    def _plain(self, start: int) -> Iterator[tuple[int, Amount]]:
        """Yield a number, and what follows it: per cent, or a currency."""
        for end, value, scale in chain(self._value(start), self._spoken(start)):
            after = [after for after, _ in self._kind(end, "percent")]
            if after:
                yield after[0], Amount(value, percent=True)
                continue
            for behind, currency in self._currency(end):
                yield behind, Amount(value, currency=currency, scale=scale)
            yield end, Amount(value, scale=scale)

    def _sign(self, start: int) -> tuple[str, int]:
        signs = {"±": "±", "+/-": "±", "+-": "±", "+": "+", "-": "-", "−": "-"}
        low = self._tokens[start].low if start < len(self._tokens) else ""
        return (signs[low], start + 1) if low in signs else ("", start)

    def _kind(self, start: int, kind: str) -> Iterator[tuple[int, str]]:
        return ((end, meaning.value) for end, meaning in self._phrases.at(start, kind))

    def _currency(self, start: int) -> Iterator[tuple[int, str]]:
        if start < len(self._tokens) and (code := CURRENCIES.get(self._tokens[start].low)):
            yield start + 1, code
        yield from self._kind(start, "currency")

    def _spoken(self, start: int) -> Iterator[tuple[int, float, float]]:
        """Yield numbers in words and their scales; what is called one may be an article."""
        for end, value in numerals(self._phrases, start):
            if value > 1:
                scales = (scale for scale in (1e6, 1e3) if not value % scale)
                yield end, value, next(scales, 1.0)

    def _value(self, start: int) -> Iterator[tuple[int, float, float]]:
        """Yield where a number in digits ends, the number, and its scale."""
        if start >= len(self._tokens):
            return
        low = self._tokens[start].low
        if match := _SCALED.fullmatch(low):
            value = number(match[1], self._words.language)
            scale = 1e6 if match[2] in ("m", "mio") else 1e3
            # 5m may be metres or minutes; with a k nothing else is meant.
            if value is not None and match[2] != "m":
                yield start + 1, value * scale, scale
            return
        end, text = start + 1, self._tokens[start].text
        if self._words.language not in _POINT and re.fullmatch(r"\d{1,3}", text):
            while end < len(self._tokens) and _SPACED.fullmatch(self._tokens[end].text):
                text, end = text + self._tokens[end].text, end + 1
        value = number(text, self._words.language)
        if value is None:
            return
        scales = list(self._kind(end, "scale"))
        if scales:
            scale = float(scales[0][1])
            yield scales[0][0], value * scale, scale
            return
        yield end, value, 1.0


def number(text: str, language: str) -> float | None:
    """Return the number that a text is in a language, None where it is none or may be two.

    Args:
        text: Digits with points and commas.
        language: Of the sentence; Spanish and Portuguese are written both ways over the world.
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    thousands, decimal = (",", ".") if language in _POINT else (".", ",")
    grouped = rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?"
    if re.fullmatch(grouped, text) or re.fullmatch(rf"\d+\{decimal}\d{{1,2}}", text):
        return float(text.replace(thousands, "").replace(decimal, "."))
    if re.fullmatch(rf"0\{decimal}\d+", text) or re.fullmatch(rf"\d+\{decimal}\d{{4,}}", text):
        return float(text.replace(decimal, "."))
    # The other way round, where it cannot be thousands: 300.50 in German, 1,5 is not said so.
    if language not in _POINT and re.fullmatch(r"\d+\.\d{1,2}", text):
        return float(text)
    other = rf"\d{{1,3}}(?:\{decimal}\d{{3}})+\{thousands}\d{{1,2}}"
    return (
        float(text.replace(decimal, "").replace(thousands, "."))
        if re.fullmatch(other, text)
        else None
    )
