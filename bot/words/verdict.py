"""The one-line verdict on a model, in words that need no statistics."""

from bot.words.in_sample import learned_line
from bot.words.language import Html, Words
from forecasting.model.artifact import Verdict
from forecasting.model.training_years import learned_from
from forecasting.values import Forecast

RELIABLE_WITHIN = 3
"""By how many of 100 a range may miss its 80 and still be called reliable."""


def verdict_on(words: Words, forecast: Forecast, verdict: Verdict | None) -> Html | None:
    """Return the verdict that goes with a forecast: none but a warning where its day was learned.

    Args:
        words: The chat's language.
        forecast: What it goes with.
        verdict: Of the recipe that made it, on what it never saw.
    """
    if learned_from(forecast.model_version, forecast.as_of):
        return learned_line(words)
    return verdict_line(words, verdict)


def verdict_line(words: Words, verdict: Verdict | None) -> Html | None:
    """Return the verdict as one line, None where nothing was measured."""
    if verdict is None:
        return None
    held, right = words.number(verdict.held), words.number(verdict.direction)
    reliable = abs(verdict.held - 80) <= RELIABLE_WITHIN
    if reliable and verdict.coin:
        return words.t(
            "Range: reliable, the 80 % band held {held} of 100 times. "
            "Direction: no better than a coin.",
            held=held,
        )
    if reliable:
        return words.t(
            "Range: reliable, the 80 % band held {held} of 100 times. "
            "Direction: right {right} of 100 times.",
            held=held,
            right=right,
        )
    if verdict.coin:
        return words.t(
            "Range: take care, the 80 % band held {held} of 100 times. "
            "Direction: no better than a coin.",
            held=held,
        )
    return words.t(
        "Range: take care, the 80 % band held {held} of 100 times. "
        "Direction: right {right} of 100 times.",
        held=held,
        right=right,
    )
