"""How well a model's ranges held, in words that need no statistics."""

from collections.abc import Sequence

from bot.words.in_sample import learned_line
from bot.words.language import Html, Words
from forecasting.model.artifact import HeldInSlice, Verdict
from forecasting.model.training_years import learned_from
from forecasting.values import Forecast

RELIABLE_WITHIN = 3
"""By how many of 100 a range may miss its 80 and still be called reliable."""


def held_where_unseen(
    words: Words, forecast: Forecast, verdict: Verdict | None, alike: HeldInSlice | None = None
) -> tuple[Html, ...]:
    """Return `held_lines`, or a warning where the model was trained on the forecast's day."""
    if learned_from(forecast.model_version, forecast.as_of):
        return learned_line(words), learned_line(words)
    return held_lines(words, verdict, alike)


def held_of_all(
    words: Words, forecasts: Sequence[Forecast], verdict: Verdict | None
) -> tuple[Html, ...]:
    """Return `held_lines`, or a warning where the model was trained on any forecast's day."""
    if any(learned_from(forecast.model_version, forecast.as_of) for forecast in forecasts):
        return learned_line(words), learned_line(words)
    return held_lines(words, verdict)


def held_lines(
    words: Words, verdict: Verdict | None, alike: HeldInSlice | None = None
) -> tuple[Html, ...]:
    """Return how such ranges held as one line: in full, then shorter; nothing if nobody measured.

    Args:
        words: The chat's language.
        verdict: How all ranges held.
        alike: How those of days like the forecast's held, where that is known.
    """
    if alike is not None and (lines := _on_such_days(words, alike)):
        return lines
    if verdict is None:
        return ()
    if not _reliable(verdict.held):
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


def _on_such_days(words: Words, alike: HeldInSlice) -> tuple[Html, ...]:
    held = words.number(alike.held)
    full = {
        "eve": words.t(
            "On earnings days such ranges held {held} of 100 times; which way nobody knows.",
            held=held,
        ),
        "near": words.t(
            "Near earnings such ranges held {held} of 100 times; which way nobody knows.", held=held
        ),
        "wild": words.t(
            "On wild days such ranges held {held} of 100 times; which way nobody knows.", held=held
        ),
        "calm": words.t(
            "On calm days such ranges held {held} of 100 times; which way nobody knows.", held=held
        ),
    }
    name = "near" if alike.slice == "expected" else alike.slice
    if name not in full:
        return ()
    if not _reliable(alike.held):
        care = _care_on_such_days(words, held)[name]
        return care, care
    return full[name], _short_on_such_days(words, held)[name]


def _short_on_such_days(words: Words, held: str) -> dict[str, Html]:
    return {
        "eve": words.t("On earnings days such ranges held {held} of 100 times.", held=held),
        "near": words.t("Near earnings such ranges held {held} of 100 times.", held=held),
        "wild": words.t("On wild days such ranges held {held} of 100 times.", held=held),
        "calm": words.t("On calm days such ranges held {held} of 100 times.", held=held),
    }


def _care_on_such_days(words: Words, held: str) -> dict[str, Html]:
    return {
        "eve": words.t(
            "Take care: on earnings days such ranges held {held} of 100 times, not 80.", held=held
        ),
        "near": words.t(
            "Take care: near earnings such ranges held {held} of 100 times, not 80.", held=held
        ),
        "wild": words.t(
            "Take care: on wild days such ranges held {held} of 100 times, not 80.", held=held
        ),
        "calm": words.t(
            "Take care: on calm days such ranges held {held} of 100 times, not 80.", held=held
        ),
    }


def _reliable(held: int) -> bool:
    return abs(held - 80) <= RELIABLE_WITHIN
