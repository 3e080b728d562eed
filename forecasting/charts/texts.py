"""Every word and number format on a picture: English here, other languages handed in.

Sentences are data with named places, so that a translation may order them as it likes; numbers
and dates are formatted by Babel in `locale`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)

from forecasting.charts.fonts import can_draw

_NEAR = timedelta(days=92)
"""Around New Year nobody takes January for the one that has gone by."""
_SMALL = 10.0
"""Below this a price is quoted finer than its currency's smallest coin."""


def _sessions_ahead(count: int) -> str:
    return "next session" if count == 1 else f"next {count} sessions"


def _sessions_old(count: int) -> str:
    return "1 session old" if count == 1 else f"{count:,} sessions old"


def _sessions_before(count: int) -> str:
    return "1 session before" if count == 1 else f"{count} sessions before"


def _tickers(count: int) -> str:
    return "1 ticker" if count == 1 else f"{count} tickers"


def _left(count: int) -> str:
    return "1 left its range" if count == 1 else f"{count} left their ranges"


def _results(count: int) -> str:
    return "1 result" if count == 1 else f"{count:,} results"


def _week_held(held: int, count: int) -> str:
    ranges = "range" if count == 1 else "ranges"
    return f"{held:,} of {count:,} {ranges} of this week held"


def _week_of(held: int, count: int) -> str:
    return f"{held:,} of {count:,} held"


def _week_key(count: int) -> str:
    later = "1 session" if count == 1 else f"{count} sessions"
    return f"8-in-10 ranges, and the close {later} later"


def _cautions() -> dict[str, str]:
    return {
        "widened": "unlike any past data: drawn wider",
        "calendar-guessed": "dates guessed: no exchange calendar",
        "short-history": "short history",
        "no-market": "market state unknown",
        "no-dates": "earnings dates unknown",
    }


@dataclass(frozen=True, slots=True)
class ChartTexts:
    """The texts of the pictures in one language; places are named in braces.

    Attributes:
        locale: Babel's name of the locale for numbers and dates.
        bot, disclaimer: On the line below every picture.
        finding to inside_before: On a forecast.
        above to one_scale: On many small forecasts.
        came_inside to given: On a forecast with what came.
        kept to too_early, of_hundred, promised, luck, band_held: Whether ranges held, on the track
            record, the backtest and the model's card; the rest of theirs follow.
        sessions_ahead, sessions_old, sessions_before, tickers, left, results, week_key: Wording of
            a count, so that plurals are the language's own.
        week_held, week_of: Wording of so many of a count.
        cautions: Wording of `Forecast.cautions`; a name that is missing is drawn as it is.
        reader_day: The reader's day, which tells whether a date in a sentence needs its year.
    """

    locale: str = "en"
    bot: str = "Tickercast"
    finding: str = "{name}: 8 in 10 for {low} to {high} by {day}"
    now: str = "Now {price}"
    named_now: str = "{ticker} now {price}"
    closed: str = "{price} on {day}"
    named_closed: str = "{ticker} {price} on {day}"
    moves: str = "{low} to {high}"
    market: str = "the S&P 500"
    calmer: str = "calmer than {market}"
    as_wild: str = "as wild as {market}"
    twice_as_wild: str = "twice as wild as {market}"
    times_as_wild: str = "{times} times as wild as {market}"
    today: str = "Today"
    todays_price: str = "Today's price"
    last_price: str = "Last price"
    in_50: str = "5 in 10"
    in_80: str = "8 in 10"
    in_95: str = "19 in 20"
    announcement: str = "Earnings {day}"
    above_before: str = "above the range of {day}"
    below_before: str = "below the range of {day}"
    inside_before: str = "inside the range of {day}"
    above: str = "above its range"
    below: str = "below its range"
    together: str = "{tickers}: {left}"
    widest_first: str = "{tickers}, the widest range first"
    one_scale: str = "8-in-10 ranges, {sessions} · one scale, {rung}"
    came_inside: str = "{name}: inside the 8-in-10 range"
    came_outside: str = "{name}: outside the 8-in-10 range"
    range_was: str = "the range was {low} to {high}"
    given: str = "Forecast"
    disclaimer: str = "not advice"
    kept: str = "{name}: ranges held as promised"
    too_narrow: str = "{name}: ranges too narrow"
    sample: str = "sample prices from the past"
    too_wide: str = "{name}: ranges too wide"
    too_early: str = "{name}: too early to judge"
    of_hundred: str = "Of 100 ranges that promised {promised}, {held} held"
    promised: str = "{count} promised"
    luck: str = "luck alone gives {low} to {high}"
    band_held: str = "{band}: {held} of 100 held"
    by_band: str = "Held, of 100 ranges of each kind"
    all_tickers: str = "All tickers"
    earlier: str = "Earlier ranges and what came"
    missed: str = "outside"
    close_line: str = "price"
    backtest: str = "as forecast {sessions}"
    mae: str = "Mean error {model} (no change {naive})"
    in_training: str = "in training data"
    card: str = "This model"
    quality: str = "tested on data it never saw"
    tested: str = "{results}, {start} to {end}"
    model: str = "model {model}"
    skill: str = "Error smaller than with …, in %"
    ahead: str = "sessions ahead →"
    sessions_ahead: Callable[[int], str] = _sessions_ahead
    sessions_old: Callable[[int], str] = _sessions_old
    sessions_before: Callable[[int], str] = _sessions_before
    tickers: Callable[[int], str] = _tickers
    left: Callable[[int], str] = _left
    results: Callable[[int], str] = _results
    week_held: Callable[[int, int], str] = _week_held
    week_of: Callable[[int, int], str] = _week_of
    week_key: Callable[[int], str] = _week_key
    cautions: Mapping[str, str] = field(default_factory=_cautions)
    reader_day: Callable[[], date] | None = None

    def number(self, value: float, decimals: int) -> str:
        """Return a number with exactly that many decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return _minus(format_decimal(value, format=pattern, locale=self.locale))

    def exact(self, value: float, currency: str) -> str:
        """Return a price as the exchange quotes it: at least its coins, finer below ten."""
        coins = self.coins(currency)
        finest = max(coins, _finest(value))
        return self._with_currency(value, "0" * coins + "#" * (finest - coins), currency)

    def alike(self, value: float, currency: str, beside: float) -> str:
        """Return a price with as many decimals as another one that stands beside it may have."""
        coins = self.coins(currency)
        return self.money(value, currency, max(coins, _finest(beside)))

    def coins(self, currency: str) -> int:
        """Return the decimals of a currency's smallest coin, two without a currency."""
        return int(get_currency_precision(currency)) if currency else 2

    def money(self, value: float, currency: str, decimals: int) -> str:
        """Return a price with exactly that many decimals, `$296`."""
        return self._with_currency(value, "0" * decimals, currency)

    def _with_currency(self, value: float, decimals: str, currency: str) -> str:
        digits = "#,##0" + ("." + decimals if decimals else "")
        number = str(format_decimal(value, format=digits, locale=self.locale))
        sign = get_currency_symbol(currency, self.locale) if currency else ""
        if not sign or sign.isalpha():
            # A code is written behind its number, in every language: `2,800.5 SEK`.
            return f"{number}\xa0{sign}".rstrip()
        pattern = Locale.parse(self.locale, sep=_separator(self.locale)).currency_formats[
            "standard"
        ]
        before, behind = pattern.pattern.split(";")[0].split("#,##0.00")
        return f"{before}{number}{behind}".replace("¤", sign)

    def percent(self, share: float, decimals: int) -> str:
        """Return a share of one as a signed percentage."""
        pattern, shown = _percent_pattern(self.locale, decimals), round(share, decimals + 2)
        signed = f"+{pattern};-{pattern}" if shown else pattern
        return _minus(format_percent(shown + 0.0, format=signed, locale=self.locale))

    def noted(self, note: str) -> str:
        """Return what a history's note says to people; the sample's names its library."""
        return self.sample if note.startswith("sample: ") else note

    def share(self, share: float, decimals: int) -> str:
        """Return a share of one as a percentage without a plus sign."""
        pattern = _percent_pattern(self.locale, decimals)
        return _minus(format_percent(share, format=pattern, locale=self.locale))

    def level(self, share: float) -> str:
        """Return a probability as a whole percentage."""
        return self.share(share, 0)

    def day(self, day: date) -> str:
        """Return a date without its year."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def told_day(self, day: date) -> str:
        """Return a date as it stands in a sentence, with its year where another may be meant."""
        return short_date(day, self.locale, self.reader_day)

    def full_day(self, day: date) -> str:
        """Return a date with weekday and year."""
        return str(format_skeleton("yMMMEd", day, locale=self.locale))

    def full_date(self, day: date) -> str:
        """Return a date with its year."""
        return str(format_skeleton("yMMMd", day, locale=self.locale))

    def month(self, day: date) -> str:
        """Return the month of a date, or the year where a new one begins."""
        return str(format_date(day, "LLL" if day.month > 1 else "y", locale=self.locale))


def short_date(day: date, locale: Locale | str, today: Callable[[], date] | None) -> str:
    """Return a date such as `Dec 31`, with its year where that is not the reader's.

    Args:
        day: Any.
        locale: Babel's, or its name.
        today: The reader's day; None writes no year.
    """
    now = today() if today is not None else day
    near = day.year == now.year or abs(day - now) <= _NEAR
    return str(format_skeleton("MMMd" if near else "yMMMd", day, locale=locale))


ENGLISH = ChartTexts()


def readable(texts: ChartTexts) -> ChartTexts:
    """Return the texts, or English where the shipped font lacks the language's letters."""
    words = [getattr(texts, f.name) for f in fields(texts)]
    spoken = [word for word in words if isinstance(word, str)]
    spoken += [texts.full_day(date(2000, month, 1)) for month in (1, 5, 9)]
    spoken += [texts.sessions_ahead(2), texts.sessions_old(2), *texts.cautions.values()]
    return texts if can_draw("".join(spoken), bold=True) else ENGLISH


def _finest(value: float) -> int:
    """Return the decimals that an exchange may quote a price of this size with."""
    return 1 if value >= _SMALL else 4 - math.floor(math.log10(value))


def _minus(number: str) -> str:
    return number.replace("-", "−")


@cache
def _percent_pattern(locale: str, decimals: int) -> str:
    """Return the locale's own percent pattern (sign place, space) with the decimals wanted."""
    pattern = Locale.parse(locale, sep=_separator(locale)).percent_formats[None].pattern
    return str(pattern).replace("#,##0", "#,##0" + ("." + "0" * decimals if decimals else ""))


def _separator(locale: str) -> str:
    return "-" if "-" in locale else "_"
