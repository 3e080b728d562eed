"""Every sentence is translated into every language: nobody is spoken to in two at once."""

import re

import pytest
from babel.messages.pofile import read_po

from bot.words.language import DOMAIN, LOCALES
from bot.words.languages import languages

ALIKE = {
    "Admins", "GARCH", "GOOG", "No", "RMSE {model} ({naive})", "⏸ Pause", "🌍 Zone", "🔔 Auto",
    "<b>{moment}</b> (replay)", "Hash: <code>{hash}</code>", "{count} ticker", "{count} tickers",
}  # fmt: skip
"""What some language says as English does."""
NOT_WORDS = re.compile(r"\{\w*\}|<code>.*?</code>|<[^>]*>|UTC")


def read(path):
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(message):
    return message.string if message.pluralizable else (message.string,)


def ids(message):
    return tuple(message.id) if message.pluralizable else (message.id,)


@pytest.mark.parametrize("language", languages()[1:])
def test_no_sentence_is_untranslated(language):
    """`make words` leaves new sentences empty; those wait here for a translator."""
    wanted = {ids(message) for message in read(LOCALES / f"{DOMAIN}.pot")}
    own = read(LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po")
    assert {ids(message) for message in own} == wanted
    assert [message.id for message in own if not all(forms(message))] == []


@pytest.mark.parametrize("language", languages()[1:])
def test_no_sentence_is_left_in_english(language):
    """A copied sentence is no translation, save where two languages say the same."""
    copied = [
        form
        for message in read(LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po")
        for form in forms(message)
        if form in ids(message) and re.search("[A-Za-z]{2,}", NOT_WORDS.sub("", form))
    ]
    assert set(copied) <= ALIKE
