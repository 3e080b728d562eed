"""The words under a forecast's picture."""

import numpy as np

from bot.words.language import Html, Words, join
from forecasting.values import Forecast, HeldBack

# Telegram allows 1024 characters; counted in UTF-16 units to be on the safe side.
MOST_UNITS = 1024
_FAR = 0.1
"""A move worth a chance of its own: whether a price rises or falls is a coin for all tickers."""


def caption(
    words: Words,
    forecast: Forecast,
    forecast_id: int,
    sessions: int,
    *,
    sessions_old: int,
    verdict: Html | None,
    held_back: HeldBack | None = None,
) -> Html:
    """Return the caption of a forecast.

    Args:
        words: The chat's language.
        forecast: What was issued.
        forecast_id: Its number in the ledger.
        sessions: How many sessions the picture shows.
        sessions_old: How many sessions closed since the forecast's as-of.
        verdict: The one-line track record of the model, None where there is none.
        held_back: A newer day that is not believed yet; None for none.

    Returns:
        HTML of at most 1024 UTF-16 units, the disclaimer always in it.
    """
    horizons = sorted({min(5, sessions), sessions})
    required = (
        _heading(words, forecast),
        _age(words, sessions_old),
        _held_back(words, held_back),
        *(_horizon(words, forecast, h) for h in horizons),
        _chance(words, forecast, horizons),
    )
    # What is said of the model in general is not true of a range that was widened or is doubtful.
    doubtful = "widened" in forecast.cautions or held_back is not None
    general = None if doubtful else verdict
    optional = [_width(words, forecast, horizons[-1]), _cautions(words, forecast), general]
    footer = (_origin(words, forecast, forecast_id), disclaimer_line(words))
    while True:
        text = join(*required, *optional, *footer)
        if utf16_units(text) <= MOST_UNITS or not optional:
            return text
        optional.pop()


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def disclaimer_line(words: Words) -> Html:
    """Return the short disclaimer that is on every forecast."""
    return words.t("<i>Probabilities from past prices, often wrong. Not investment advice.</i>")


def _price(words: Words, forecast: Forecast, value: float) -> str:
    return words.price(value, forecast.currency, fine=forecast.ticker.endswith("=X"))


def _heading(words: Words, forecast: Forecast) -> Html:
    return words.t(
        "<b>{ticker}</b>: {price} at the close of {day}",
        ticker=forecast.ticker,
        price=_price(words, forecast, forecast.close),
        day=words.day(forecast.as_of),
    )


def _age(words: Words, sessions_old: int) -> Html | None:
    if sessions_old <= 0:
        return None
    return words.n(
        "⚠️ The newest price known here is {count} session old.",
        "⚠️ The newest price known here is {count} sessions old.",
        sessions_old,
    )


def _held_back(words: Words, doubt: HeldBack | None) -> Html | None:
    """Return why the newest day is not used; true for every later one as well."""
    if doubt is None:
        return None
    day = words.day(doubt.day)
    sentences = {
        "unit": words.t(
            "⚠️ The price of {day} is not used yet: it seems to be in another unit.", day=day
        ),
        "split": words.t("⚠️ The price of {day} is not used yet: it looks like a split.", day=day),
        "jump": words.t(
            "⚠️ The price of {day} is not used yet: its jump is not confirmed.", day=day
        ),
    }
    return sentences[doubt.reason]


def _horizon(words: Words, forecast: Forecast, horizon: int) -> Html:
    low, middle, high = (forecast.at(horizon, level) for level in (0.1, 0.5, 0.9))
    return words.n(
        "<b>{count} session</b> ({day}): median {middle} ({middle_change}), "
        "80 % range {low} to {high} ({low_change} to {high_change})",
        "<b>{count} sessions</b> ({day}): median {middle} ({middle_change}), "
        "80 % range {low} to {high} ({low_change} to {high_change})",
        horizon,
        day=words.short_day(forecast.targets[horizon - 1]),
        middle=_price(words, forecast, middle),
        low=_price(words, forecast, low),
        high=_price(words, forecast, high),
        middle_change=words.change(middle / forecast.close - 1),
        low_change=words.change(low / forecast.close - 1),
        high_change=words.change(high / forecast.close - 1),
    )


def _chance(words: Words, forecast: Forecast, horizons: list[int]) -> Html:
    first, last = horizons[0], horizons[-1]
    move = words.percent(_FAR)
    early, late = (words.percent(forecast.probability_beyond(_FAR, h)) for h in (first, last))
    if first == last:
        return words.n(
            "Chance of a move beyond ±{move} in {count} session: {late}",
            "Chance of a move beyond ±{move} in {count} sessions: {late}",
            last,
            move=move,
            late=late,
        )
    return words.t(
        "Chance of a move beyond ±{move}: {early} in {first}, {late} in {last} sessions",
        move=move,
        first=words.number(first),
        last=words.number(last),
        early=early,
        late=late,
    )


def _width(words: Words, forecast: Forecast, horizon: int) -> Html | None:
    usual = forecast.usual_width[horizon - 1]
    if not np.isfinite(usual) or usual <= 0:
        return None
    width = (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / forecast.close
    ratio = words.number(width / usual, 1)
    if width > usual * 1.15:
        return words.t("Wider than usual for it: {ratio} times its usual range", ratio=ratio)
    if width < usual * 0.87:
        return words.t("Narrower than usual for it: {ratio} times its usual range", ratio=ratio)
    return words.t("About as wide as usual for it ({ratio} times its usual range)", ratio=ratio)


def _cautions(words: Words, forecast: Forecast) -> Html | None:
    sentences = {
        "widened": words.t("⚠️ Unlike what the model has seen: the range was widened."),
        "calendar-guessed": words.t("⚠️ Dates guessed: the exchange's holidays are not known yet."),
        "short-history": words.t("⚠️ Short history: the range rests on few sessions."),
        "no-market": words.t("⚠️ Made without the state of the market: its prices are missing."),
        "no-dates": words.t(
            "⚠️ Earnings dates are not known: on such a day it may move beyond the range."
        ),
    }
    known = [sentences[name] for name in forecast.cautions if name in sentences]
    return join(*known) if known else None


def _origin(words: Words, forecast: Forecast, forecast_id: int) -> Html:
    return words.t(
        "Forecast #F{id} · prices: {source} · model {model}",
        id=forecast_id,
        source=forecast.note or forecast.source,
        model=forecast.model_version,
    )
