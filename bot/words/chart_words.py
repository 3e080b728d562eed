"""The words on pictures, in a chat's language."""

from collections.abc import Callable
from typing import Any

from bot.words.language import Words
from forecasting.charts.texts import ChartTexts, readable


def chart_texts(words: Words) -> ChartTexts:
    """Return the texts that pictures are drawn with."""
    texts = _forecast_words(words.raw) | _record_words(words.raw) | _counts(words)
    return readable(ChartTexts(locale=str(words.locale), cautions=_cautions(words.raw), **texts))


def _forecast_words(raw: Callable[[str], str]) -> dict[str, Any]:
    return {
        "median": raw("median"),
        "no_change": raw("no change"),
        "close_of": raw("Close of {date}"),
        "until": raw("{sessions}, to {date}"),
        "source": raw("Source: {source}"),
        "model": raw("model {model}"),
        "disclaimer": raw("A statistical estimate that can be wrong. Not investment advice."),
        "actual": raw("actual"),
        "inside": raw("inside the {level} band"),
        "outside": raw("outside the {level} band"),
        "each_scale": raw("{level} range, {sessions}; each on its own scale"),
    }


def _record_words(raw: Callable[[str], str]) -> dict[str, Any]:
    return {
        "track": raw("Track record"),
        "reliability": raw("Closes below a level, in %"),
        "promised": raw("promised →"),
        "happened": raw("↑ came"),
        "luck": raw("grey: luck alone"),
        "held": raw("{level} band held {share}"),
        "earlier": raw("Earlier forecasts, {level} bands"),
        "missed": raw("outside"),
        "by_band": raw("Closes inside each band"),
        "backtest": raw("as forecast {sessions}"),
        "forecast": raw("forecast"),
        "close_line": raw("close"),
        "mae": raw("Mean error {model} (no change {naive})"),
        "rmse": raw("RMSE {model} ({naive})"),
        "in_training": raw("in training data"),
        "card": raw("Model"),
        "quality": raw("tested on data it never saw"),
        "tested": raw("{results}, {start} to {end}"),
        "skill": raw("Error smaller than with …, in %"),
        "coverage": raw("Closes inside the band, in %"),
        "ahead": raw("sessions ahead →"),
    }


def _counts(words: Words) -> dict[str, Any]:
    n = words.n
    return {
        "sessions_ahead": lambda c: n("next session", "next {count} sessions", c),
        "sessions_old": lambda c: n("{count} session old", "{count} sessions old", c),
        "sessions_later": lambda c: n("{count} session later", "{count} sessions later", c),
        "sessions_before": lambda c: n("{count} session before", "{count} sessions before", c),
        "tickers": lambda c: n("{count} ticker", "{count} tickers", c),
        "results": lambda c: n("{count} result", "{count} results", c),
    }


def _cautions(raw: Callable[[str], str]) -> dict[str, str]:
    return {
        "widened": raw("unlike any past data: drawn wider"),
        "calendar-guessed": raw("dates guessed: no exchange calendar"),
        "short-history": raw("short history"),
        "no-market": raw("market state unknown"),
        "no-dates": raw("earnings dates unknown"),
    }
