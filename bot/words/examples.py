"""Which tickers sentences name as examples: those that can be asked of the prices at hand."""

from gettext import NullTranslations

WRITTEN = ("TSLA", "AAPL", "BTC-USD")
"""The examples as the sentences are written; catalogues keep them as they are."""


class OtherExamples(NullTranslations):
    """A catalogue whose sentences name other tickers in place of the written ones."""

    def __init__(self, catalogue: NullTranslations, examples: tuple[str, ...]) -> None:
        """Take a catalogue and the tickers; the last one stands in for all that are missing."""
        super().__init__()
        self._catalogue = catalogue
        last = len(examples) - 1
        self._names = {name: examples[min(i, last)] for i, name in enumerate(WRITTEN)}

    def gettext(self, message: str) -> str:
        """Return the translation, its examples exchanged."""
        return self.exchanged(self._catalogue.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n`, its examples exchanged."""
        return self.exchanged(self._catalogue.ngettext(msgid1, msgid2, n))

    def exchanged(self, text: str) -> str:
        """Return a text with the tickers that can be asked here."""
        for written, here in self._names.items():
            text = text.replace(written, here)
        return text


def in_examples_of(catalogue: NullTranslations, text: str) -> str:
    """Return a text of no catalogue, such as how a command is used, with a catalogue's examples."""
    return catalogue.exchanged(text) if isinstance(catalogue, OtherExamples) else text


def is_demo(catalogue: NullTranslations) -> bool:
    """Return whether only a few tickers can be asked here."""
    return isinstance(catalogue, OtherExamples)
