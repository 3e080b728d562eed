"""The shipped table of names: what a ticker is called, and what people call it.

Two text files, one line a ticker: `companies.txt` is made by `python -m forecasting names`, and
`own.txt` is written by hand and wins. Both are read when a name is first asked for, in a few
milliseconds and without any library.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
MADE, OWN = FOLDER / "companies.txt", FOLDER / "own.txt"
_ALONE = "!"


@dataclass(frozen=True, slots=True)
class Named:
    """One line of the table.

    Attributes:
        ticker: Yahoo's notation.
        name: Short, for charts and sentences, such as `Coca-Cola`.
        aliases: What else people call it, lower case.
        alone: Those of them that count only where nothing else is said, such as French `or`.
    """

    ticker: str
    name: str
    aliases: tuple[str, ...] = ()
    alone: frozenset[str] = frozenset()


def name_of(ticker: str) -> str | None:
    """Return the short name of a ticker in Yahoo's notation, None where the table lacks it."""
    return _names().get(ticker)


@cache
def _names() -> dict[str, str]:
    """Return ticker to name: charts need no more, and this is read in a fifth of the time."""
    return {
        ticker.strip(): name.partition("|")[0].strip()
        for path in (MADE, OWN)
        for ticker, _, name in (line.partition("|") for line in _lines(path))
    }


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@cache
def by_ticker() -> dict[str, Named]:
    """Return the table, by ticker; our own lines replace those that were made."""
    return {named.ticker: named for path in (MADE, OWN) for named in read(path)}


def read(path: Path) -> Iterator[Named]:
    """Yield the lines of one file of names."""
    for line in _lines(path):
        ticker, name, aliases = (part.strip() for part in f"{line}||".split("|")[:3])
        words = [alias.strip() for alias in aliases.split(",") if alias.strip()]
        alone = frozenset(word.removesuffix(_ALONE) for word in words if word.endswith(_ALONE))
        yield Named(ticker, name, tuple(word.removesuffix(_ALONE) for word in words), alone)
