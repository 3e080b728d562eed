"""What is said of several tickers beside each other: which is calmer, which may end ahead."""

from collections.abc import Sequence

from bot.values import Coming
from bot.words.cautions import warnings
from bot.words.fitting import at_a_glance, folded
from bot.words.forecast import announced, footer, wildness
from bot.words.language import Html, Words, join
from bot.words.several import cautions_of_all, each_caution, moves_of
from bot.words.shares import out_of_100
from forecasting.together import Race, common_horizons
from forecasting.values import Forecast, HeldBack

Shown = tuple[int, Forecast, int, HeldBack | None]
"""Number, forecast, sessions that its prices are old, and what is held back."""
_PAIRS = 2
"""Tickers up to which every pair has a chance of its own."""


def comparison(words: Words, shown: Sequence[Shown], chances: Race, sessions: int) -> Html:
    """Return the caption of `/compare`.

    Args:
        words: The chat's language.
        shown: At least two, the widest range first.
        chances: Who may end ahead, in the same order.
        sessions: How many sessions ahead.

    Returns:
        HTML of at most 1024 UTF-16 units; above its fold at most five lines and 45 words.
    """
    forecasts, ranges, told, calmest = _each(words, shown, sessions)
    cautions, pointer = cautions_of_all(words, told)
    last = footer(words, *(number for number, _, _, _ in shown))
    ahead = ahead_line(words, forecasts, chances)
    choices = [
        join(ranges[0], calmest, ahead, cautions, last),
        join(ranges[0], ahead, cautions, last),
        join(ranges[0], calmest, ahead, pointer, last),
    ]
    above = next((text for text in choices if at_a_glance(text)), choices[-1])
    pointed = each_caution(words, told) if above == choices[-1] != choices[0] else []
    left = [calmest] if above == choices[1] != choices[0] else []
    below = [*left, *ranges[1:], *_behind(words, forecasts, chances), how(words)]
    return folded(words, above, [*pointed, *below])


def ranges_card(words: Words, shown: Sequence[Shown], sessions: int) -> Html:
    """Return what a card says of several tickers whose answer is no longer at hand: each range."""
    _, ranges, told, calmest = _each(words, shown, sessions)
    cautions, _ = cautions_of_all(words, told)
    last = footer(words, *(number for number, _, _, _ in shown))
    return join(*ranges, calmest, cautions, last)


def _each(
    words: Words, shown: Sequence[Shown], sessions: int
) -> tuple[list[Forecast], list[Html], list[tuple[str, tuple[Html, ...]]], Html]:
    """Return the forecasts, the range of each, its cautions, and which is the calmest."""
    forecasts = [forecast for _, forecast, _, _ in shown]
    ends = common_horizons(forecasts, sessions)
    ranges = [moves_of(words, one, end) for one, end in zip(forecasts, ends, strict=True)]
    told = [(f.ticker, warnings(words, f, old, doubt)) for _, f, old, doubt in shown]
    return forecasts, ranges, told, _calmest(words, forecasts, ends)


def ahead_line(words: Words, forecasts: Sequence[Forecast], chances: Race) -> Html:
    """Return who may end ahead: of the other, or of all where there are more than two."""
    day = words.short_day(chances.day)
    if len(forecasts) <= _PAIRS:
        return _pair(words, forecasts, chances, 0, 1)
    each = tuple(
        words.plain("{ticker} {count}", ticker=one.ticker, count=words.number(count))
        for one, count in zip(forecasts, out_of_100(chances.in_front), strict=True)
    )
    return words.t(
        "Ends ahead of all by {day}, in 100 cases: {each}.", day=day, each=words.listing(each)
    )


def how(words: Words) -> Html:
    """Return where the chances come from."""
    return words.t("From the ranges of each, and how they moved together in the last 250 sessions.")


def _calmest(words: Words, forecasts: Sequence[Forecast], ends: Sequence[int]) -> Html:
    sizes = [share_of(forecast, end) for forecast, end in zip(forecasts, ends, strict=True)]
    size, widest = min(sizes), max(sizes)
    return words.t(
        "<b>{calmest}</b> moves least: its range is {share} as wide as that of {widest}.",
        calmest=forecasts[sizes.index(size)].ticker,
        share=words.percent(size / widest),
        widest=forecasts[sizes.index(widest)].ticker,
    )


def share_of(forecast: Forecast, horizon: int) -> float:
    """Return the width of the 8-in-10 range as a share of the close."""
    return (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / forecast.close


def _behind(words: Words, forecasts: Sequence[Forecast], chances: Race) -> list[Html]:
    """Return each pair's chance, where only who is ahead of all is told above."""
    if len(forecasts) <= _PAIRS:
        return []
    places = range(len(forecasts))
    return [_pair(words, forecasts, chances, i, j) for i in places for j in places if i < j]


def _pair(words: Words, forecasts: Sequence[Forecast], chances: Race, one: int, other: int) -> Html:
    return words.t(
        "{ticker} ends ahead of {other} by {day} in {count} of 100 cases.",
        ticker=forecasts[one].ticker,
        other=forecasts[other].ticker,
        day=words.short_day(chances.day),
        count=words.number(100 * chances.ahead[one][other]),
    )


def compare_usage(words: Words, most: int) -> Html:
    """Return how `/compare` is used, for those who named fewer than two tickers."""
    return words.t("Name 2 to {most} tickers: <code>/compare TSLA KO</code>.", most=most)


def rank_usage(words: Words) -> Html:
    """Return how `/rank` comes to have something to say."""
    return words.t(
        "There is no list here yet: <code>/subscribe TSLA KO</code>, then <code>/rank</code>."
    )


def ranking(
    words: Words, shown: Sequence[Shown], comings: Sequence[Coming | None], sessions: int
) -> Html:
    """Return the text of `/rank`.

    Args:
        words: The chat's language.
        shown: At least one, the widest range first.
        comings: The next announcement of each.
        sessions: How many sessions ahead.
    """
    forecasts = [forecast for _, forecast, _, _ in shown]
    strange = max(range(len(shown)), key=lambda place: _strangeness(forecasts[place], sessions))
    told = dict.fromkeys((0, len(shown) - 1, strange))
    cautions, _ = cautions_of_all(
        words, [(f.ticker, warnings(words, f, old, doubt)) for _, f, old, doubt in shown]
    )
    ends = _ends(words, forecasts, sessions)
    unusual = _most_unusual(words, forecasts[strange], sessions)
    if len(forecasts) == 1:
        unusual = tuple(line for line in (wildness(words, forecasts[0], sessions),) if line)
    rest = (
        _nearest(words, forecasts, comings),
        footer(words, *(shown[place][0] for place in told)),
    )
    choices = [join(*ends, line, *rest) for line in (*unusual, None)]
    above = next((text for text in choices if at_a_glance(text)), choices[-1])
    left = unusual[0] if unusual and above != choices[0] else None
    return folded(
        words, above, [cautions, left, *(moves_of(words, f, sessions) for f in forecasts)]
    )


def _ends(words: Words, forecasts: Sequence[Forecast], sessions: int) -> tuple[Html, ...]:
    """Return the widest and the calmest; the one that there is, where it is alone."""
    ranges = [moves_of(words, one, sessions) for one in (forecasts[0], forecasts[-1])]
    if len(forecasts) == 1:
        return (ranges[0],)
    return (
        words.t("Widest: {range}", range=ranges[0]),
        words.t("Calmest: {range}", range=ranges[1]),
    )


def _strangeness(forecast: Forecast, sessions: int) -> float:
    usual = float(forecast.usual_width[sessions - 1])
    ratio = share_of(forecast, sessions) / usual if usual > 0 else 1.0
    return max(ratio, 1 / ratio)


def _most_unusual(words: Words, forecast: Forecast, sessions: int) -> tuple[Html, ...]:
    """Return which behaves least as it is used to, in full and then shorter."""
    said = wildness(words, forecast, sessions)
    if said is None:
        return ()
    ticker = forecast.ticker
    return (
        words.t("Most unusual for itself: {ticker}. {said}", ticker=ticker, said=said),
        words.t("Most unusual for itself: {ticker}.", ticker=ticker),
    )


def _nearest(
    words: Words, forecasts: Sequence[Forecast], comings: Sequence[Coming | None]
) -> Html | None:
    found = [
        (coming.day, forecast.ticker, coming)
        for forecast, coming in zip(forecasts, comings, strict=True)
        if coming is not None
    ]
    if not found:
        return None
    _, ticker, coming = min(found, key=lambda one: one[:2])
    return words.t("{ticker}: {said}", ticker=ticker, said=announced(words, coming))
