"""Notes each sentence that is looked up and that no translator could have seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations

import pytest
from babel.messages.pofile import read_po

from bot.words.language import DOMAIN, LOCALES


@cache
def listed() -> frozenset[str]:
    """Every sentence of the catalogue, of a counted one its English forms."""
    with (LOCALES / f"{DOMAIN}.pot").open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    return frozenset(one for found in ids for one in ([found] if isinstance(found, str) else found))


@contextmanager
def uncatalogued() -> Iterator[list[str]]:
    """Give a list that fills with the sentences that were asked for and are not in the catalogue."""
    missing: list[str] = []

    def note(*sentences: str) -> None:
        missing.extend(one for one in sentences if one not in listed())

    with pytest.MonkeyPatch.context() as patch:
        for kind in (NullTranslations, GNUTranslations):
            _watch(patch, kind, note)
        yield missing


def _watch(patch, kind, note) -> None:
    gettext, ngettext = kind.gettext, kind.ngettext

    def watched(self, message):
        note(message)
        return gettext(self, message)

    def counted(self, one, many, count):
        note(one, many)
        return ngettext(self, one, many, count)

    patch.setattr(kind, "gettext", watched)
    patch.setattr(kind, "ngettext", counted)
