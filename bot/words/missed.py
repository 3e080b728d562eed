"""What a chat is told that let the bot write nothing for a while."""

from collections.abc import Sequence
from html import escape

from bot.words.language import Html, Words, join

MOST_MISSED = 10
"""Older ones are left out: they are of no use any more."""
_LONGEST = 90


def missed(words: Words, heads: Sequence[str]) -> Html:
    """Return what could not be sent, one line each, as it would have begun."""
    return join(
        words.t("I could not write here for a while. Not sent were:"),
        *(Html(escape(_short(head), quote=False)) for head in heads[-MOST_MISSED:]),
    )


def _short(head: str) -> str:
    return head if len(head) <= _LONGEST else head[: _LONGEST - 1] + "…"
