"""Makes `companies.txt` from the package `pytickersymbols`, and `real_words.txt` from `wordfreq`.

Only what a person would recognise: the company's usual name without its legal form, and its main
listing. Why not all symbols of all exchanges: see docs/decisions/names.md.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forecasting.errors import InvalidTickerError
from forecasting.names import resolve
from forecasting.values import parse_ticker

_HEAD = "# Made by `python -m forecasting names`; names of our own stand in own.txt."
_AMERICAN = ("DOW JONES", "NASDAQ 100", "S&P 100", "S&P 500", "S&P 600")
_LANGUAGES, _MOST_USED = ("en", "de", "es", "fr", "pt", "ru"), 40_000
_LEGAL = re.compile(
    r",?\s+(?:inc|incorporated|corp|corporation|co|company|plc|ltd|limited|llc|lp|l\.p|ag|se|sa|nv"
    r"|n\.v|s\.a|s\.p\.a|spa|ab|oyj|asa|kgaa|ag & co\. kgaa|group|holdings?|(?:the))\.?$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*[(\[].*?[)\]]\s*$")


def short_name(name: str) -> str:
    """Return a company's name as people say it: `The Boeing Company` -> `Boeing`."""
    short = _TAIL.sub("", name.replace("|", " ").replace("\u00a0", " ")).strip()
    short = re.sub(r"^the\s+", "", short, flags=re.IGNORECASE)
    while (shorter := _LEGAL.sub("", short).strip(" ,&")) != short and len(shorter) > 2:
        short = shorter
    return short


def companies(
    stocks: Iterable[Mapping[str, Any]], american: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the main listing and the short name of each company that has both, sorted.

    Args:
        stocks: As the package tells them.
        american: Names of those listed in New York; a symbol without an exchange is believed of
            these only (the package has German and French ones that lack theirs).
    """
    found: dict[str, str] = {}
    for stock in stocks:
        try:
            ticker = parse_ticker(str(stock.get("symbol") or ""))
        except InvalidTickerError:
            continue
        if "." in ticker or stock["name"] in american:
            found.setdefault(ticker, short_name(str(stock["name"])))
    yield from sorted(found.items())


def write(path: Path) -> int:
    """Write the table from the installed package; return how many companies it holds."""
    from pytickersymbols import PyTickerSymbols  # noqa: PLC0415 (only to make the table)

    package = PyTickerSymbols()
    american = frozenset(
        stock["name"] for index in _AMERICAN for stock in package.get_stocks_by_index(index)
    )
    named = companies(package.get_all_stocks(), american)
    lines = [f"{ticker} | {name}" for ticker, name in named]
    path.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")
    return len(lines)


def write_real_words(path: Path) -> int:
    """Write the words that look like a slip of a name and are none; return how many. Takes minutes.

    They are found by asking the resolver itself about the most used words of six languages.
    """
    from wordfreq import top_n_list  # noqa: PLC0415 (only to make the list)

    used = {word for language in _LANGUAGES for word in top_n_list(language, _MOST_USED)}
    path.write_text("\n", encoding="utf-8")  # else those of the last time would hide
    found = sorted(word for word in used if word.isalpha() and _looks_like_a_slip(word))
    path.write_text("\n".join([*found, ""]), encoding="utf-8")
    return len(found)


def _looks_like_a_slip(word: str) -> bool:
    return not resolve.exact(word) and resolve.meant(word) is not None
