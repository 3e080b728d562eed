"""Every word and number format on a picture: English here, other languages handed in.

Sentences are data with named places, so that a translation may order them as it likes; numbers
and dates are formatted by Babel in `locale`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent, get_currency_precision

from forecasting.charts.fonts import can_draw

_SMALL = 10.0
"""Below this a price is quoted finer than its currency's smallest coin."""


def _sessions_ahead(count: int) -> str:
    return "next session" if count == 1 else f"next {count} sessions"


def _sessions_old(count: int) -> str:
    return "1 session old" if count == 1 else f"{count:,} sessions old"


def _sessions_later(count: int) -> str:
    return "1 session later" if count == 1 else f"{count} sessions later"


def _sessions_before(count: int) -> str:
    return "1 session before" if count == 1 else f"{count} sessions before"


def _tickers(count: int) -> str:
    return "1 ticker" if count == 1 else f"{count} tickers"


def _results(count: int) -> str:
    return "1 result" if count == 1 else f"{count:,} results"


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
        median, no_change, close_of, until, source, model, disclaimer: On the fan and others.
        actual, inside, outside: On the fan with what came.
        each_scale: Under the heading of many small fans.
        track, reliability, promised, happened, luck, held, earlier, missed, by_band: On the track
            record.
        backtest, forecast, close_line, mae, rmse, in_training: On the backtest.
        card, quality, tested, skill, coverage, ahead: On the model's card.
        sessions_ahead, sessions_old, sessions_later, sessions_before, tickers, results: Wording
            of a count, so that plurals are the language's own.
        cautions: Wording of `Forecast.cautions`; a name that is missing is drawn as it is.
    """

    locale: str = "en"
    median: str = "median"
    no_change: str = "no change"
    close_of: str = "Close of {date}"
    until: str = "{sessions}, to {date}"
    source: str = "Source: {source}"
    model: str = "model {model}"
    disclaimer: str = "A statistical estimate that can be wrong. Not investment advice."
    actual: str = "actual"
    inside: str = "inside the {level} band"
    outside: str = "outside the {level} band"
    each_scale: str = "{level} range, {sessions}; each on its own scale"
    track: str = "Track record"
    reliability: str = "Closes below a level, in %"
    promised: str = "promised →"
    happened: str = "↑ came"
    luck: str = "grey: luck alone"
    held: str = "{level} band held {share}"
    earlier: str = "Earlier forecasts, {level} bands"
    missed: str = "outside"
    by_band: str = "Closes inside each band"
    backtest: str = "as forecast {sessions}"
    forecast: str = "forecast"
    close_line: str = "close"
    mae: str = "Mean error {model} (no change {naive})"
    rmse: str = "RMSE {model} ({naive})"
    in_training: str = "in training data"
    card: str = "Model"
    quality: str = "tested on data it never saw"
    tested: str = "{results}, {start} to {end}"
    skill: str = "Error smaller than with …, in %"
    coverage: str = "Closes inside the band, in %"
    ahead: str = "sessions ahead →"
    sessions_ahead: Callable[[int], str] = _sessions_ahead
    sessions_old: Callable[[int], str] = _sessions_old
    sessions_later: Callable[[int], str] = _sessions_later
    sessions_before: Callable[[int], str] = _sessions_before
    tickers: Callable[[int], str] = _tickers
    results: Callable[[int], str] = _results
    cautions: Mapping[str, str] = field(default_factory=_cautions)

    def number(self, value: float, decimals: int) -> str:
        """Return a number with exactly that many decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return _minus(format_decimal(value, format=pattern, locale=self.locale))

    def close(self, value: float, currency: str) -> str:
        """Return an exact price with its currency's code, as the exchange quotes it."""
        coins = get_currency_precision(currency) if currency else 2
        finest = max(coins, 1 if value >= _SMALL else 4 - math.floor(math.log10(value)))
        pattern = "#,##0." + "0" * coins + "#" * (finest - coins)
        number = format_decimal(value, format=pattern, locale=self.locale)
        return f"{number} {currency}".rstrip()

    def percent(self, share: float, decimals: int) -> str:
        """Return a share of one as a signed percentage."""
        pattern = _percent_pattern(self.locale, decimals)
        return _minus(format_percent(share, format=f"+{pattern};-{pattern}", locale=self.locale))

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

    def full_day(self, day: date) -> str:
        """Return a date with weekday and year."""
        return str(format_skeleton("yMMMEd", day, locale=self.locale))

    def full_date(self, day: date) -> str:
        """Return a date with its year."""
        return str(format_skeleton("yMMMd", day, locale=self.locale))

    def month(self, day: date) -> str:
        """Return the month of a date, or the year where a new one begins."""
        return str(format_date(day, "LLL" if day.month > 1 else "y", locale=self.locale))


ENGLISH = ChartTexts()


def readable(texts: ChartTexts) -> ChartTexts:
    """Return the texts, or English where the shipped font lacks the language's letters."""
    words = [getattr(texts, f.name) for f in fields(texts)]
    spoken = [word for word in words if isinstance(word, str)]
    spoken += [texts.full_day(date(2000, month, 1)) for month in (1, 5, 9)]
    spoken += [texts.sessions_ahead(2), texts.sessions_old(2), *texts.cautions.values()]
    return texts if can_draw("".join(spoken), bold=True) else ENGLISH


def _minus(number: str) -> str:
    return number.replace("-", "−")


@cache
def _percent_pattern(locale: str, decimals: int) -> str:
    """Return the locale's own percent pattern (sign place, space) with the decimals wanted."""
    pattern = Locale.parse(locale, sep="-" if "-" in locale else "_").percent_formats[None].pattern
    return str(pattern).replace("#,##0", "#,##0" + ("." + "0" * decimals if decimals else ""))
