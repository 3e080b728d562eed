"""The words under an album of forecasts: one caption for all, the widest range first."""

from bot.words.cautions import warnings
from bot.words.fitting import at_a_glance, folded
from bot.words.forecast import ends_of, footer, wildness
from bot.words.forecast_details import origin
from bot.words.language import Html, Words, join
from bot.words.verdict import held_of_all
from forecasting.model.artifact import Verdict
from forecasting.values import Forecast, HeldBack

_ALONE = 2
"""Tickers up to which each has a line of its own."""


def album_caption(
    words: Words,
    shown: list[tuple[int, Forecast, int, HeldBack | None]],
    sessions: int,
    verdict: Verdict | None,
) -> Html:
    """Return one caption for several forecasts.

    Args:
        words: The chat's language.
        shown: Number, forecast, sessions that its prices are old, and what is held back of each, in
            the order of the pictures.
        sessions: How many sessions the pictures show.
        verdict: How such ranges held, None where nobody measured.

    Returns:
        HTML of at most 1024 UTF-16 units; above its fold at most five lines and 45 words.
    """
    ranges = [_range(words, forecast, sessions) for _, forecast, _, _ in shown]
    told = [
        (forecast.ticker, warnings(words, forecast, old, doubt))
        for _, forecast, old, doubt in shown
    ]
    doubtful = any("widened" in f.cautions or doubt is not None for _, f, _, doubt in shown)
    forecasts = [forecast for _, forecast, _, _ in shown]
    held = () if doubtful else held_of_all(words, forecasts, verdict)
    first, last = _heading(words, shown, sessions), footer(words, *(n for n, _, _, _ in shown))
    cautions, pointer = cautions_of_all(words, told)
    lines = _lines(ranges)
    choices = [
        *(join(first, *lines, cautions, line, last) for line in (*held, None)),
        join(first, *_lines(ranges, 1), pointer, last),
    ]
    above = next((text for text in choices if at_a_glance(text)), choices[-1])
    details = [*held[:1], *_details(words, forecasts, sessions)]
    if above == choices[-1]:
        details = [*each_caution(words, told), *details]
    shown_above = above.split("\n")
    return folded(words, above, [line for line in details if line not in shown_above])


def _heading(
    words: Words, shown: list[tuple[int, Forecast, int, HeldBack | None]], sessions: int
) -> Html:
    days = {forecast.targets[sessions - 1] for _, forecast, _, _ in shown}
    if len(days) == 1:
        day = words.short_day(days.pop())
        return words.t("By {day}: most likely (8 in 10), widest first", day=day)
    return words.n(
        "In {count} session: most likely (8 in 10), widest first",
        "In {count} sessions: most likely (8 in 10), widest first",
        sessions,
    )


def _range(words: Words, forecast: Forecast, sessions: int) -> Html:
    return words.t(
        "<b>{ticker}</b> {low} to {high}",
        ticker=forecast.ticker,
        **ends_of(words, forecast, sessions),
    )


def _lines(ranges: list[Html], lines: int = 2) -> list[Html]:
    """Return the ranges in so few lines, one each where they are few."""
    if lines >= len(ranges):
        return ranges
    each = -(-len(ranges) // lines)
    return [Html(" · ".join(ranges[start : start + each])) for start in range(0, len(ranges), each)]


def cautions_of_all(
    words: Words, told: list[tuple[str, tuple[Html, ...]]]
) -> tuple[Html | None, Html | None]:
    """Return the cautions of all, each once with its tickers, and a line that points to them."""
    tickers: dict[Html, list[str]] = {}
    for ticker, cautions in told:
        for caution in cautions:
            tickers.setdefault(caution, []).append(ticker)
    if not tickers:
        return None, None
    of_all = all(len(having) == len(told) for having in tickers.values())
    said = [
        caution
        if of_all
        else words.t("{tickers}: {caution}", tickers=", ".join(t), caution=caution)
        for caution, t in tickers.items()
    ]
    concerned = [ticker for ticker, cautions in told if cautions]
    pointer = words.t("⚠️ Take care with {tickers}: see Details.", tickers=", ".join(concerned))
    if len(concerned) == len(told):
        pointer = words.t("⚠️ Take care: see Details.")
    return words.t("⚠️ {cautions}", cautions=Html(" ".join(said))), pointer


def each_caution(words: Words, told: list[tuple[str, tuple[Html, ...]]]) -> list[Html]:
    """Return what a line that only points to cautions points to; it goes first below the fold."""
    return [
        words.t("⚠️ {ticker}: {cautions}", ticker=ticker, cautions=Html(" ".join(cautions)))
        for ticker, cautions in told
        if cautions
    ]


def _details(words: Words, forecasts: list[Forecast], sessions: int) -> list[Html | None]:
    lines: list[Html | None] = []
    for forecast in forecasts:
        lines += [moves_of(words, forecast, sessions), wildness(words, forecast, sessions)]
    return [*lines, *dict.fromkeys(origin(words, forecast) for forecast in forecasts)]


def moves_of(words: Words, forecast: Forecast, sessions: int) -> Html:
    """Return a ticker's 8-in-10 range in per cent of its price."""
    low, high = (forecast.at(sessions, level) / forecast.close - 1 for level in (0.1, 0.9))
    return words.t(
        "<b>{ticker}</b> by {day}: {low} to {high}",
        ticker=forecast.ticker,
        day=words.short_day(forecast.targets[sessions - 1]),
        low=words.change(low),
        high=words.change(high),
    )
