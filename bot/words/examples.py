"""Which tickers sentences name as examples: those that can be asked of the prices at hand."""

import re
from gettext import NullTranslations

WRITTEN = ("TSLA", "AAPL", "BTC-USD")
"""The examples as the sentences are written; catalogues keep them as they are."""
LIKED = (*WRITTEN, "MSFT", "GOOG", "AMZN", "NVDA", "KO", "SPY", "^GSPC")
"""What people know, the best first: to be named where it can be asked."""
_PLACES = {"TSLA": 0, "Tesla": 0, "AAPL": 1, "KO": 1, "BTC-USD": 2, "bitcoin": 2, "биткоин": 2}
"""Of which example each word is, in any language."""
_WORDS = re.compile(rf"(?<![\w^.-])({'|'.join(_PLACES)})(?![\w-])", re.IGNORECASE)
_TYPED = {word.upper(): place for word, place in _PLACES.items()}


class OtherExamples(NullTranslations):
    """A catalogue whose sentences name other tickers in place of the written ones."""

    def __init__(
        self, catalogue: NullTranslations, examples: tuple[str, ...], *, demo: bool
    ) -> None:
        """Take a catalogue and the tickers; the last one stands in for all that are missing."""
        super().__init__()
        self._catalogue = catalogue
        self.examples = examples
        self._exchanged: dict[str, str] = {}
        self.demo = demo

    def gettext(self, message: str) -> str:
        """Return the translation, its examples exchanged."""
        return self.exchanged(self._catalogue.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n`, its examples exchanged."""
        return self.exchanged(self._catalogue.ngettext(msgid1, msgid2, n))

    def exchanged(self, text: str) -> str:
        """Return a text with the tickers that can be asked here."""
        known = self._exchanged.get(text)
        if known is None:  # there are as many sentences as in the catalogue
            known = self._exchanged[text] = _WORDS.sub(self._here, text)
        return known

    def _here(self, found: re.Match[str]) -> str:
        return self.examples[min(_TYPED[found[1].upper()], len(self.examples) - 1)]


def in_examples_of(catalogue: NullTranslations, text: str) -> str:
    """Return a text of no catalogue, such as how a command is used, with a catalogue's examples."""
    return catalogue.exchanged(text) if isinstance(catalogue, OtherExamples) else text


def is_demo(catalogue: NullTranslations) -> bool:
    """Return whether only the sample's few tickers can be asked here."""
    return isinstance(catalogue, OtherExamples) and catalogue.demo


def only_these(catalogue: NullTranslations) -> tuple[str, ...]:
    """Return some tickers of those that alone can be asked here, none where all can."""
    return catalogue.examples if isinstance(catalogue, OtherExamples) else ()
