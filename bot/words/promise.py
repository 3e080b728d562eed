"""Whether ranges held what they promised: the headline of a record, a backtest and a model."""

from bot.values import KeptPromise
from bot.words.language import Html, Words

PROMISED = 0.8
_LIKE = 0.025
"""A difference that nobody asks about."""


def promise_headline(words: Words, name: str, promise: KeptPromise) -> Html:
    """Return the verdict, as the picture's heading has it."""
    sentences = {
        "kept": words.t("<b>{name}: ranges held as promised.</b>", name=name),
        "narrow": words.t("<b>{name}: ranges too narrow.</b>", name=name),
        "wide": words.t("<b>{name}: ranges too wide.</b>", name=name),
        "early": words.t("<b>{name}: too early to judge.</b>", name=name),
    }
    return sentences[promise.verdict]


def hundred(words: Words, promise: KeptPromise) -> Html:
    """Return in one sentence what the hundred squares show."""
    promised, held = words.number(100 * PROMISED), words.number(100 * promise.held)
    if promise.verdict == "kept" and abs(promise.held - PROMISED) > _LIKE:
        # A verdict that seems to contradict its number is explained.
        return words.t(
            "Of 100 ranges that promised {promised}, {held} held: luck explains the difference.",
            promised=promised,
            held=held,
        )
    return words.t(
        "Of 100 ranges that promised {promised}, {held} held.", promised=promised, held=held
    )
