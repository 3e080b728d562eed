"""The words on pictures, in a chat's language."""

from collections.abc import Callable
from typing import Any

from bot.words.language import Words
from forecasting.charts.texts import ChartTexts, readable


def chart_texts(words: Words) -> ChartTexts:
    """Return the texts that pictures are drawn with."""
    raw = words.raw
    texts = _forecast_words(raw) | _many_words(raw) | _record_words(raw) | _counts(words)
    locale, cautions = str(words.locale), _cautions(raw)
    return readable(ChartTexts(locale=locale, cautions=cautions, reader_day=words.today, **texts))


def _forecast_words(raw: Callable[[str], str]) -> dict[str, Any]:
    return {
        "bot": "Tickercast",
        "finding": raw("{name}: 8 in 10 for {low} to {high} by {day}"),
        "now": raw("Now {price}"),
        "named_now": raw("{ticker} now {price}"),
        "closed": raw("{price} on {day}"),
        "named_closed": raw("{ticker} {price} on {day}"),
        "moves": raw("{low} to {high}"),
        "market": raw("the S&P 500"),
        "calmer": raw("calmer than {market}"),
        "as_wild": raw("as wild as {market}"),
        "twice_as_wild": raw("twice as wild as {market}"),
        "times_as_wild": raw("{times} times as wild as {market}"),
        "today": raw("Today"),
        "todays_price": raw("Today's price"),
        "last_price": raw("Last price"),
        "in_50": raw("5 in 10"),
        "in_80": raw("8 in 10"),
        "in_95": raw("19 in 20"),
        "announcement": raw("Earnings {day}"),
        "above_before": raw("above the range of {day}"),
        "below_before": raw("below the range of {day}"),
        "inside_before": raw("inside the range of {day}"),
    }


def _many_words(raw: Callable[[str], str]) -> dict[str, Any]:
    return {
        "above": raw("above its range"),
        "below": raw("below its range"),
        "together": raw("{tickers}: {left}"),
        "widest_first": raw("{tickers}, the widest range first"),
        "one_scale": raw("8-in-10 ranges, {sessions} · one scale, {rung}"),
        "came_inside": raw("{name}: inside the 8-in-10 range"),
        "came_outside": raw("{name}: outside the 8-in-10 range"),
        "range_was": raw("the range was {low} to {high}"),
        "given": raw("Forecast"),
        "disclaimer": raw("not advice"),
    }


def _record_words(raw: Callable[[str], str]) -> dict[str, Any]:
    return {
        "kept": raw("{name}: ranges held as promised"),
        "too_narrow": raw("{name}: ranges too narrow"),
        "sample": raw("sample prices from the past"),
        "too_wide": raw("{name}: ranges too wide"),
        "too_early": raw("{name}: too early to judge"),
        "of_hundred": raw("Of 100 ranges that promised {promised}, {held} held"),
        "promised": raw("{count} promised"),
        "luck": raw("luck alone gives {low} to {high}"),
        "band_held": raw("{band}: {held} of 100 held"),
        "by_band": raw("Held, of 100 ranges of each kind"),
        "all_tickers": raw("All tickers"),
        "earlier": raw("Earlier ranges and what came"),
        "missed": raw("outside"),
        "close_line": raw("price"),
        "backtest": raw("as forecast {sessions}"),
        "mae": raw("Mean error {model} (no change {naive})"),
        "in_training": raw("in training data"),
        "card": raw("This model"),
        "quality": raw("tested on data it never saw"),
        "tested": raw("{results}, {start} to {end}"),
        "model": raw("model {model}"),
        "skill": raw("Error smaller than with …, in %"),
        "ahead": raw("sessions ahead →"),
    }


def _counts(words: Words) -> dict[str, Any]:
    n = words.n
    return {
        "sessions_ahead": lambda c: n("next session", "next {count} sessions", c),
        "sessions_old": lambda c: n("{count} session old", "{count} sessions old", c),
        "sessions_before": lambda c: n("{count} session before", "{count} sessions before", c),
        "tickers": lambda c: n("{count} ticker", "{count} tickers", c),
        "left": lambda c: n("{count} left its range", "{count} left their ranges", c),
        "results": lambda c: n("{count} result", "{count} results", c),
        "week_held": lambda held, c: n(
            "{held} of {count} range of this week held",
            "{held} of {count} ranges of this week held",
            c,
            held=words.number(held),
        ),
        "week_of": lambda held, c: n(
            "{held} of {count} held", "{held} of {count} held", c, held=words.number(held)
        ),
        "week_key": lambda c: n(
            "8-in-10 ranges, and the close {count} session later",
            "8-in-10 ranges, and the close {count} sessions later",
            c,
        ),
    }


def _cautions(raw: Callable[[str], str]) -> dict[str, str]:
    return {
        "widened": raw("unlike any past data: drawn wider"),
        "calendar-guessed": raw("dates guessed: no exchange calendar"),
        "short-history": raw("short history"),
        "no-market": raw("market state unknown"),
        "no-dates": raw("earnings dates unknown"),
    }
