"""The one-line verdict on a model, in words that need no statistics."""

from dataclasses import dataclass

from bot.messages.words import Html, Words


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a model did on data that it never saw.

    Attributes:
        held_80: Share of closes that fell inside the 80 % range, 0..1.
        direction_right: Share of closes whose direction the median had right, 0..1.
        direction_proven: Whether that is better than a coin beyond chance.
    """

    held_80: float
    direction_right: float
    direction_proven: bool


RELIABLE_WITHIN = 0.03
"""How far from 80 in 100 a range may be and still be called reliable."""


def verdict_line(words: Words, verdict: Verdict | None) -> Html | None:
    """Return the verdict as one line, None where nothing was measured."""
    if verdict is None:
        return None
    held = words.number(100 * verdict.held_80)
    right = words.number(100 * verdict.direction_right)
    reliable = abs(verdict.held_80 - 0.8) <= RELIABLE_WITHIN
    if reliable and not verdict.direction_proven:
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
    if not verdict.direction_proven:
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
