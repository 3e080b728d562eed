"""How well a model's ranges held, in words that need no statistics."""

from bot.words.in_sample import learned_line
from bot.words.language import Html, Words
from forecasting.model.artifact import Verdict
from forecasting.model.training_years import learned_from
from forecasting.values import Forecast

RELIABLE_WITHIN = 3
"""By how many of 100 a range may miss its 80 and still be called reliable."""


def held_where_unseen(
    words: Words, forecast: Forecast, verdict: Verdict | None
) -> tuple[Html, ...]:
    """Return `held_lines`, or a warning where the model was trained on the forecast's day."""
    if learned_from(forecast.model_version, forecast.as_of):
        return learned_line(words), learned_line(words)
    return held_lines(words, verdict)


def held_lines(words: Words, verdict: Verdict | None) -> tuple[Html, ...]:
    """Return the verdict as one line: in full, then shorter; nothing where nothing was measured."""
    if verdict is None:
        return ()
    if abs(verdict.held - 80) > RELIABLE_WITHIN:
        return _take_care(words, verdict)
    held = words.number(verdict.held)
    short = words.t("Such ranges held {held} of 100 times.", held=held)
    if verdict.coin:
        full = words.t(
            "Such ranges held {held} of 100 times; which way it goes nobody knows.", held=held
        )
        return full, short
    right = words.number(verdict.direction)
    full = words.t(
        "Such ranges held {held} of 100 times; the direction was right {right} times.",
        held=held,
        right=right,
    )
    return full, short


def _take_care(words: Words, verdict: Verdict) -> tuple[Html, ...]:
    held = words.number(verdict.held)
    short = words.t("Take care: such ranges held {held} of 100 times, not 80.", held=held)
    if verdict.coin:
        full = words.t(
            "Take care: such ranges held {held} of 100 times, not 80; which way nobody knows.",
            held=held,
        )
        return full, short
    right = words.number(verdict.direction)
    full = words.t(
        "Take care: such ranges held {held} of 100 times, not 80; the direction {right}.",
        held=held,
        right=right,
    )
    return full, short
