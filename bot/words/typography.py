"""Spaces that must not break, where a language writes them: French before its marks.

Translators type plain spaces; a colon at the beginning of a line would look like a mistake.
"""

import re
from functools import lru_cache
from gettext import NullTranslations

_BEFORE = re.compile(r" (?=[:;!?»%](?:\s|<|$|»))")
_BEHIND = re.compile(r"(?<=«) ")


@lru_cache(4096)
def unbroken(text: str) -> str:
    """Return a French text whose marks stay beside their words."""
    return _BEHIND.sub("\xa0", _BEFORE.sub("\xa0", text))


class FrenchSpaces(NullTranslations):
    """A catalogue whose texts have their spaces set right."""

    def __init__(self, catalogue: NullTranslations) -> None:
        """Take the catalogue as it was translated."""
        super().__init__()
        self._catalogue = catalogue

    def gettext(self, message: str) -> str:
        """Return the translation."""
        return unbroken(self._catalogue.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n`."""
        return unbroken(self._catalogue.ngettext(msgid1, msgid2, n))
