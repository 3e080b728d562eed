"""The language a chat is spoken to in: its sentences, and its way to write numbers and dates.

The sentences stand in English in the code and are looked up in gettext catalogues; a sentence is
always whole, with named holes, and never glued from parts.
"""

import html
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)
from babel.support import Translations

from bot.words.examples import OtherExamples
from bot.words.typography import FrenchSpaces
from forecasting.charts.texts import short_date

LOCALES = Path(__file__).parent / "locale"
_LEAST = 0.005
"""A chance below it would be rounded to nil, which it is not."""
DOMAIN = "tickercast"
SOURCE = "en"
"""The language of the sentences in the code."""


class Html(str):
    """A text that is already safe to send as Telegram's HTML."""

    __slots__ = ()

    def without_markup(self) -> str:
        """Return the text as it is read, for pop-ups, which know no markup."""
        return html.unescape(re.sub(r"<[^>]*>", "", self))


@dataclass(frozen=True, slots=True)
class Words:
    """One language: `t` and `n` translate and fill, the rest writes values.

    Attributes:
        locale: Babel's locale.
        catalogue: The translations; without one the English of the code is used.
        today: The reader's day, which tells whether a date needs its year.
    """

    locale: Locale
    catalogue: NullTranslations
    today: Callable[[], date] | None = None

    @property
    def language(self) -> str:
        """The language's name, such as `pt_BR`."""
        return str(self.locale)

    def t(self, sentence: str, /, **values: Any) -> Html:
        """Return the sentence in this language, its holes filled with escaped values."""
        return _fill(self.catalogue.gettext(sentence), values)

    def n(self, one: str, many: str, count: int, /, **values: Any) -> Html:
        """Return the form of a sentence that fits `count`, filled like `t`, with `{count}`."""
        chosen = self.catalogue.ngettext(one, many, count)
        return _fill(chosen, {"count": self.number(count), **values})

    def plain(self, sentence: str, /, **values: Any) -> str:
        """Return the sentence filled but not escaped, for pictures, buttons and pop-ups."""
        return self.catalogue.gettext(sentence).format(**values)

    def raw(self, sentence: str) -> str:
        """Return the sentence with its holes still open, for who fills them."""
        return self.catalogue.gettext(sentence)

    def price(self, value: float, currency: str, *, fine: bool = False) -> str:
        """Return a price with as many digits as its size asks for, such as `$1,056.78`.

        `fine` gives it five digits in all, as rates of exchange are quoted: `$1.1312`.
        """
        return _price(self.locale, value, currency, fine)

    def change(self, ratio: float) -> str:
        """Return a relative change with its sign, such as `+2.4 %`; `0.0 %` has none."""
        return _change(self.locale, round(ratio, 3) + 0.0)

    def percent(self, share: float) -> str:
        """Return a share as a whole per cent, such as `52 %`."""
        return str(format_percent(share, format="#,##0\u202f%", locale=self.locale))

    def chance(self, share: float) -> str:
        """Return a chance as a whole per cent; one that is not nil is never called so: `< 1 %`."""
        if 0 < share < _LEAST:
            return f"< {self.percent(0.01)}"
        if 1 - _LEAST < share < 1:
            return f"> {self.percent(0.99)}"
        return self.percent(share)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with a fixed count of decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def day(self, day: date) -> str:
        """Return a date with weekday and year, such as `Fri, Dec 31, 2021`."""
        return _day(self.locale, day)

    def short_day(self, day: date) -> str:
        """Return a date without year, such as `Dec 31`; with it where another may be meant."""
        return short_date(day, self.locale, self.today)

    def at(self, instant: datetime) -> Html:
        """Return an instant that each reader sees in their own zone, in UTC where none is known.

        Args:
            instant: Aware.
        """
        utc = instant.astimezone(UTC)
        shown = f"{self.short_day(utc.date())}, {format_time(utc, 'HH:mm', locale=self.locale)} UTC"
        return Html(f'<tg-time unix="{int(instant.timestamp())}" format="Dt">{shown}</tg-time>')

    def listing(self, items: tuple[str, ...]) -> str:
        """Return items joined as this language lists them, such as `A, B, and C`."""
        return str(format_list(items, locale=self.locale))

    def either(self, items: tuple[str, ...]) -> str:
        """Return items of which one is meant, such as `A, B, or C`."""
        return str(format_list(items, style="or", locale=self.locale))


# One night's prices are written into thousands of digests, and Babel takes 0.1 ms for each.
_REMEMBERED = 8192


@lru_cache(_REMEMBERED)
def _day(locale: Locale, day: date) -> str:
    return str(format_skeleton("yMMMEd", day, locale=locale))


@lru_cache(_REMEMBERED)
def _price(locale: Locale, value: float, currency: str, fine: bool) -> str:
    digits = price_digits(value)
    if fine:
        digits = max(digits, 4 - math.floor(math.log10(value)))
    if value >= 1000 and currency and get_currency_precision(currency) == 0:
        digits = 0
    number = "#,##0." + "0" * digits if digits else "#,##0"
    if not currency:
        return str(format_decimal(value, format=number, locale=locale))
    return str(
        format_currency(
            value,
            currency,
            format=_money(locale, currency, number),
            locale=locale,
            currency_digits=False,
        )
    )


def _money(locale: Locale, currency: str, number: str) -> str:
    """Return the language's own order of sign and number: `$1,056.78`, `1.056,78 $`."""
    if get_currency_symbol(currency, locale).isalpha():
        # A code is written behind its number, in every language, as on the pictures.
        return f"{number}\xa0¤"
    standard = str(locale.currency_formats["standard"].pattern)
    return standard.split(";", maxsplit=1)[0].replace("#,##0.00", number)


@lru_cache(_REMEMBERED)
def _change(locale: Locale, ratio: float) -> str:
    digits = "#,##0.0\u202f%"
    signed = f"+{digits};\u2212{digits}" if ratio else digits
    return str(format_percent(ratio, format=signed, locale=locale))


def price_digits(value: float) -> int:
    """Return the decimals a price needs: two as a rule, none if large, four digits if small."""
    size = abs(value)
    if size >= 10_000:
        return 0
    if size >= 1:
        return 2
    return min(10, next(d for d in range(3, 30) if size * 10**d >= 1000 or d == 10))


def _fill(sentence: str, values: dict[str, Any]) -> Html:
    safe = {
        name: value if isinstance(value, Html) else html.escape(str(value), quote=False)
        for name, value in values.items()
    }
    for name, value in safe.items():
        # A date such as "22 июн. 2023 г." brings the full stop of its sentence along.
        if value.endswith("."):
            sentence = sentence.replace(f"{{{name}}}.", f"{{{name}}}")
    return Html(sentence.format(**safe))


def copied(number: int) -> Html:
    """Return a number that one tap copies, such as that of a forecast for `/verify`."""
    return Html(f"<code>{number}</code>")


def join(*lines: Html | None) -> Html:
    """Return the lines one below the other, leaving out those that are None."""
    return Html("\n".join(line for line in lines if line is not None))


def load_words(
    language: str = SOURCE,
    examples: tuple[str, ...] = (),
    *,
    demo: bool = True,
    today: Callable[[], date] | None = None,
) -> Words:
    """Return the words of a language, English where there is no catalogue for it.

    Args:
        language: As in `storage`, such as `pt_BR`.
        examples: Tickers that sentences are to name in place of the usual ones; none for those.
        demo: Whether those are the sample's.
        today: The reader's day; None writes no short date with its year.
    """
    catalogue: NullTranslations = Translations.load(LOCALES, [language], DOMAIN)
    if language.startswith("fr"):
        catalogue = FrenchSpaces(catalogue)
    shown = OtherExamples(catalogue, examples, demo=demo) if examples else catalogue
    return Words(Locale.parse(language), shown, today)
