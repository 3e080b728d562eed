"""Which languages the bot speaks: English, and each that has a catalogue in `locale`.

What Telegram or a person calls a language becomes the name of a catalogue here, and back.
"""

from functools import cache

from babel import Locale

from bot.words.language import DOMAIN, LOCALES, SOURCE


@cache
def languages() -> tuple[str, ...]:
    """Return the names of all languages, English first; a seventh is there by its catalogue."""
    found = sorted(file.parent.parent.name for file in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE, *found)


def language_of(code: str | None) -> str | None:
    """Return the language that is spoken to people whose Telegram has this one.

    Args:
        code: An IETF tag such as `de` or `pt-br`; some clients say none.

    Returns:
        English for a language without a catalogue; None where nothing is known.
    """
    if not code:
        return None
    tag = code.lower().replace("_", "-")
    exact = [name for name in languages() if _tag(name) == tag]
    close = [name for name in languages() if language_code(name) == tag.partition("-")[0]]
    return next(iter((*exact, *close)), SOURCE)


def language_code(language: str) -> str:
    """Return a language's two letters, by which Telegram keeps menus and descriptions."""
    return language.partition("_")[0]


def language_named(text: str) -> str | None:
    """Return the language that a person named: by its letters, or as any of the languages has it.

    Args:
        text: Such as `de`, `Deutsch`, `german` or `pt-BR`.
    """
    wanted = text.strip().lower().replace("_", "-")
    for language in languages():
        if wanted in _names(language):
            return language
    return None


def own_name(language: str) -> str:
    """Return what speakers call their language, such as `Deutsch`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


@cache
def _names(language: str) -> frozenset[str]:
    locale = Locale.parse(language)
    bare = Locale.parse(language_code(language))
    said = [lo.get_display_name(other) for lo in (locale, bare) for other in languages()]
    return frozenset(
        {_tag(language), language_code(language), *(name.lower() for name in said if name)}
    )


def _tag(language: str) -> str:
    return language.lower().replace("_", "-")
