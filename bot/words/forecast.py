"""The words under a forecast's picture: what is read at a glance, and the rest below a fold."""

import math

from bot.values import Coming
from bot.words.cautions import explained, warning_line, warnings
from bot.words.fitting import at_a_glance, folded
from bot.words.forecast_details import details_of
from bot.words.language import Html, Words, join
from bot.words.verdict import held_where_unseen
from forecasting.charts.findings import range_of
from forecasting.charts.texts import ChartTexts
from forecasting.model.artifact import HeldInSlice, Verdict
from forecasting.values import Forecast, HeldBack

NEAR = 5
"""Sessions ahead of the second line."""
_WILDER, _CALMER, _ALIKE, _EVEN = 1.15, 0.87, 0.055, 0.005


def caption(
    words: Words,
    forecast: Forecast,
    forecast_id: int,
    sessions: int,
    *,
    sessions_old: int,
    verdict: Verdict | None,
    alike: HeldInSlice | None = None,
    held_back: HeldBack | None = None,
    coming: Coming | None = None,
) -> Html:
    """Return the caption of a forecast.

    Args:
        words: The chat's language.
        forecast: What was issued.
        forecast_id: Its number in the ledger.
        sessions: How many sessions the picture shows.
        sessions_old: How many sessions closed since the forecast's as-of.
        verdict: How such ranges held, None where nobody measured.
        alike: How those of days like this one held, where that is known.
        held_back: A newer day that is not believed yet; None for none.
        coming: The announcement that is expected within the sessions shown.

    Returns:
        HTML of at most 1024 UTF-16 units; above its fold at most five lines and 45 words, the
        cautions and the disclaimer always among them.
    """
    ahead = min(sessions, len(forecast.targets))
    above, left_out = _at_a_glance(
        _range(words, forecast, ahead),
        _near(words, forecast) if ahead > NEAR else None,
        warning_line(words, warnings(words, forecast, sessions_old, held_back)),
        _what_is_special(words, forecast, ahead, coming),
        () if held_back is not None else _held(words, forecast, verdict, alike),
        footer(words, forecast_id),
    )
    told = (*details_of(words, forecast, ahead), *left_out, *explained(words, forecast, held_back))
    return folded(words, above, told)


def _held(
    words: Words, forecast: Forecast, verdict: Verdict | None, alike: HeldInSlice | None
) -> tuple[Html, ...]:
    # What is said of the model in general is not true of a range that was widened.
    return (
        () if "widened" in forecast.cautions else held_where_unseen(words, forecast, verdict, alike)
    )


def _at_a_glance(
    first: Html,
    near: Html | None,
    cautions: Html | None,
    special: Html | None,
    held: tuple[Html, ...],
    last: Html,
) -> tuple[Html, tuple[Html, ...]]:
    """Return as many of the lines as are read at a glance, and those that were left out."""
    full, short = held or (None, None)
    choices = (
        (near, special, full),
        (near, special, short),
        (near, None, full),
        (near, None, short),
        # How such ranges held, or that it is not known of unseen days, before a second range.
        (None, None, full),
        (None, None, short),
        (near, None, None),
        (None, None, None),
    )
    for near_shown, special_shown, held_shown in choices:
        text = join(first, near_shown, cautions, special_shown, held_shown, last)
        if at_a_glance(text):
            break
    left_out = (
        near if near_shown is None else None,
        special if special_shown is None else None,
        full if held_shown is None else None,
    )
    return text, tuple(line for line in left_out if line is not None)


def _what_is_special(
    words: Words, forecast: Forecast, ahead: int, coming: Coming | None
) -> Html | None:
    if coming is not None and coming.day <= forecast.targets[ahead - 1]:
        return announced(words, coming)
    return wildness(words, forecast, ahead)


def footer(words: Words, *forecast_ids: int) -> Html:
    """Return the last line above the fold: the disclaimer, and the numbers to verify by."""
    numbers = " ".join(f"#F{forecast_id}" for forecast_id in forecast_ids)
    return words.t("<i>Not investment advice.</i> {numbers}", numbers=numbers)


def disclaimer_line(words: Words) -> Html:
    """Return the short disclaimer that is on every forecast."""
    return words.t("<i>Probabilities from past prices, often wrong. Not investment advice.</i>")


def ends_of(words: Words, forecast: Forecast, horizon: int) -> dict[str, str]:
    """Return the ends of the 8-in-10 range as the picture prints them."""
    low, high = range_of(forecast, horizon, ChartTexts(locale=str(words.locale))).prices
    return {"low": low, "high": high}


def _range(words: Words, forecast: Forecast, sessions: int) -> Html:
    return words.t(
        "<b>{ticker}</b> · By {day}: most likely <b>{low} to {high}</b> (8 in 10).",
        ticker=forecast.ticker,
        day=words.short_day(forecast.targets[sessions - 1]),
        **ends_of(words, forecast, sessions),
    )


def card(words: Words, forecast: Forecast, forecast_id: int, sessions: int, old: int) -> Html:
    """Return the few lines of a forecast that is shown where the bot is only called by name.

    Args:
        words: The language of who asks.
        forecast: What was issued.
        forecast_id: Its number in the ledger.
        sessions: How many sessions ahead.
        old: How many sessions closed since the forecast's as-of.
    """
    ahead = min(sessions, len(forecast.targets))
    return join(
        _range(words, forecast, ahead),
        _near(words, forecast) if ahead > NEAR else None,
        warning_line(words, warnings(words, forecast, old, None)),
        wildness(words, forecast, ahead),
        footer(words, forecast_id),
    )


def _near(words: Words, forecast: Forecast) -> Html:
    return words.t(
        "By {day}: {low} to {high}.",
        day=words.short_day(forecast.targets[NEAR - 1]),
        **ends_of(words, forecast, NEAR),
    )


def announced(words: Words, coming: Coming) -> Html:
    """Return the expected announcement as a line."""
    if coming.sure:
        return words.t("Results on {day}: it may jump then.", day=words.short_day(coming.day))
    return words.t("Results around {day}: it may jump then.", day=words.short_day(coming.day))


def wildness(words: Words, forecast: Forecast, horizon: int) -> Html | None:
    """Return whether a ticker is calm or wild beside its own past year, with one number."""
    usual = float(forecast.usual_width[horizon - 1])
    if not math.isfinite(usual) or usual <= 0:
        return None
    width = (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / forecast.close
    ratio = width / usual
    size = words.percent(abs(ratio - 1))
    if ratio > _WILDER:
        return words.t("Wilder than usual: the range is {size} wider.", size=size)
    if ratio < _CALMER:
        return words.t("Calmer than usual: the range is {size} narrower.", size=size)
    if abs(ratio - 1) < _ALIKE:
        return _as_usual(words, ratio, size)
    if ratio > 1:
        return words.t("A little wilder than usual: the range is {size} wider.", size=size)
    return words.t("A little calmer than usual: the range is {size} narrower.", size=size)


def _as_usual(words: Words, ratio: float, size: str) -> Html:
    if abs(ratio - 1) < _EVEN:
        return words.t("As wild as usual: the range is as wide as ever.")
    if ratio > 1:
        return words.t("About as wild as usual: the range is {size} wider.", size=size)
    return words.t("About as wild as usual: the range is {size} narrower.", size=size)
