"""Whether ranges held what they promised: the headline of a record, a backtest and a model."""

from bot.values import KeptPromise
from bot.words.language import Html, Words

PROMISED = 0.8


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
    return words.t(
        "Of 100 ranges that promised {promised}, {held} held.",
        promised=words.number(100 * PROMISED),
        held=words.number(100 * promise.held),
    )
