"""Finds whom a person means by a name: exactly, or past a typing mistake, or not at all.

A wrong company is worse than a question back. So a mistake is forgiven only where one company is
near and no other, and never where what was typed is a word of its own.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from forecasting.names.table import FOLDER, OWN, by_ticker, read

REAL_WORDS = FOLDER / "real_words.txt"
"""Words of six languages that are near a name and mean something else, such as `boring`."""
MOST_WORDS = 6
"""Words of the longest name that is looked for."""
_SHORTEST = 5
"""Letters below which a mistake turns one name into another too easily."""
_LONG = 9
"""Letters from which on two mistakes are forgiven."""
_SUFFIXES = (
    *("technologies", "technology", "international", "pharmaceuticals", "industries"),
    *("entertainment", "therapeutics", "communications", "software", "semiconductor"),
)

_CASES: Mapping[str, tuple[str, ...]] = {
    "а": ("ы", "и", "у", "е", "ой"),
    "о": ("а", "у", "ом", "е"),
    "ь": ("и", "я", "ю", "ью", "ем"),
    "я": ("и", "ю", "е", "ей"),
}
"""What the last letter of a Russian name turns into."""
_SAO_PAULO = re.compile(r"([A-Z]{4}\d{1,2})\.SA")
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")


@lru_cache(8192)
def fold(text: str) -> str:
    """Return a name as it is compared: lower case, without accents, blanks and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^\w]|_", "", letters.replace("&", "and").replace("+", "plus"))


@cache
def _keys() -> Mapping[str, tuple[str, ...]]:
    """Return tickers by folded name; several where a name is shared."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    ours = {named.ticker for named in read(OWN)}
    # Our own lines first: their names are not shared with what a package says.
    for named in sorted(by_ticker().values(), key=lambda named: named.ticker not in ours):
        names = [fold(text) for text in (named.name, *named.aliases)]
        for key in dict.fromkeys(case for name in names for case in (name, *_cases(name))):
            if named.ticker in ours or not ours.intersection(found[key]):
                found[key].append(named.ticker)
    for ticker in by_ticker():
        # Brazilians know companies by their codes, such as `petr4`, which are no other's.
        if match := _SAO_PAULO.fullmatch(ticker):
            found.setdefault(fold(match[1]), [ticker])
    for key, tickers in _shortened(found).items():
        if key not in found and len(tickers) == 1:
            found[key] = tickers
    return {key: tuple(dict.fromkeys(tickers)) for key, tickers in found.items() if key}


def _shortened(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return names without a word such as "Technologies", where five letters are left."""
    short: defaultdict[str, list[str]] = defaultdict(list)
    for named in by_ticker().values():
        head, _, last = named.name.rpartition(" ")
        if last.lower() in _SUFFIXES and len(fold(head)) >= _SHORTEST and fold(head) not in found:
            short[fold(head)].append(named.ticker)
    return short


def _cases(name: str) -> Iterator[str]:
    """Yield what a Russian name becomes in a sentence: `тесла` -> `теслы`, `теслу`."""
    if re.fullmatch(r"[а-я]{4,}", name):
        stem, ends = name[:-1], _CASES.get(name[-1])
        for end in ends or ():
            yield stem + end
        if name[-1] in _CONSONANTS:
            yield from (name + end for end in ("а", "у", "ом", "е"))


@cache
def _alone() -> frozenset[str]:
    return frozenset(fold(word) for named in by_ticker().values() for word in named.alone)


def exact(text: str, *, alone: bool = True) -> tuple[str, ...]:
    """Return the tickers that bear a name; several where it is shared, none for no name.

    Args:
        text: A name or what people call it, in any of the six languages.
        alone: Whether nothing else was said, so that `or` may be French for gold.
    """
    key = fold(text)
    return () if not alone and key in _alone() else _keys().get(key, ())


def near(text: str) -> tuple[str, ...]:
    """Return the tickers whose names are a typing mistake away, nearest first; none for none."""
    return tuple(dict.fromkeys(ticker for _, ticker in _neighbours(text)))[:6]


def meant(text: str) -> str | None:
    """Return the one ticker that a misspelt name can only mean, None where that is not sure."""
    key = fold(text)
    if len(key) < _SHORTEST or text.strip().casefold() in _real_words():
        return None
    found = _neighbours(text)
    # Letters swapped or doubled are the commonest slips, and the surest to undo.
    swapped = [entry for entry in found if _surely(key, entry[0][1])]
    (distance, name), ticker = (swapped or found or [((_LONG, ""), "")])[0]
    others = {other for _, other in swapped or found} - {ticker}
    sure = not others and distance <= _forgiven(key) and _is_slip(key, name)
    return ticker if sure else None


def _neighbours(text: str) -> list[tuple[tuple[int, str], str]]:
    """Return ((mistakes, name), ticker) of what is near enough to be asked about, in order."""
    from rapidfuzz import process  # noqa: PLC0415 (loaded when somebody mistypes)
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    key = fold(text)
    most = _forgiven(key) + 1
    found = process.extract(
        key, _keys().keys(), scorer=OSA.distance, score_cutoff=most, limit=12, processor=None
    )
    near_enough = [(int(d), name) for name, d, _ in found if len(name) >= _SHORTEST - 1]
    return [
        ((distance, name), ticker)
        for distance, name in sorted(near_enough)
        for ticker in _keys()[name]
    ]


def _forgiven(key: str) -> int:
    return 2 if len(key) >= _LONG else 1


def _surely(key: str, name: str) -> bool:
    return sorted(key) == sorted(name) or _once(key) == _once(name)


def _once(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", key)


def _is_slip(key: str, name: str) -> bool:
    """Return whether a short word differs as slips do: letters swapped, or one left out."""
    if len(key) > _SHORTEST:
        return key[0] == name[0] or sorted(key) == sorted(name)
    return _surely(key, name) or (len(name) == len(key) + 1 and name[:2] == key[:2])


@cache
def _real_words() -> frozenset[str]:
    return frozenset(REAL_WORDS.read_text(encoding="utf-8").split())
