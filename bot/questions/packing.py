"""A read question in the 64 bytes that Telegram gives a button, and back.

Who presses "which company?" is answered what was asked, not only about whom. Anyone can send any
data, so reading is as strict as the reading of a text.
"""

import re
from dataclasses import replace
from datetime import date
from typing import get_args

from bot.questions.dates import When
from bot.questions.values import ReadQuestion, Relation
from forecasting.errors import InvalidTickerError
from forecasting.values import parse_ticker

MARK = "v1:u:"
"""How the data of such buttons begins."""
_MOST_BYTES = 64
_RELATIONS: dict[str, Relation] = {name[:3]: name for name in get_args(Relation)}
_NUMBER = r"-?\d{1,15}(?:\.\d{1,10})?"
_PACKED = re.compile(
    rf"{MARK}([^:]{{1,20}}):([a-z]{{3}}):({_NUMBER}):({_NUMBER}):(%?)(!?)([A-Z]{{0,3}})"
    r":(\d{8}|s\d{1,3}|):([^:]{0,20})"
)


def packed(asked: ReadQuestion, ticker: str) -> str:
    """Return a question about one of its tickers as a button's data, empty where it has no room."""
    day = asked.when
    when = f"{day:%Y%m%d}" if isinstance(day, date) else "" if day is None else f"s{day}"
    marks = "%" * asked.percent + "!" * asked.tell + asked.currency
    amounts = f"{_told(asked.low)}:{_told(asked.high)}"
    data = f"{MARK}{ticker}:{asked.relation[:3]}:{amounts}:{marks}:{when}:{asked.other}"
    return data if len(data.encode()) <= _MOST_BYTES and unpacked(data) else ""


def unpacked(data: str) -> ReadQuestion | None:
    """Return the question that a button's data stands for, None where it is none."""
    match = _PACKED.fullmatch(data)
    relation = _RELATIONS.get(match[2]) if match else None
    if match is None or relation is None:
        return None
    try:
        whom = parse_ticker(match[1])
        other = parse_ticker(match[9]) if match[9] else ""
        when = _when(match[8])
    except (InvalidTickerError, ValueError):
        return None
    found = ReadQuestion((whom,), relation, float(match[3]), float(match[4]), bool(match[5]))
    return replace(found, currency=match[7], when=when, other=other, tell=bool(match[6]))


def _told(amount: float) -> str:
    return f"{amount:.10f}".rstrip("0").rstrip(".")


def _when(text: str) -> When | None:
    if text.startswith("s"):
        return int(text[1:])
    return date.fromisoformat(text) if text else None
