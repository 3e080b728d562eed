"""Whether a model learned from the day a forecast was made on: the one rule of every surface.

A record of such forecasts flatters the model, so whoever shows one says so. The rule needs nothing
but what the ledger keeps of each forecast: its day, and its model's name, which tells the last
month that the model may have learned from.
"""

import calendar
import re
from datetime import date

_CUT = re.compile(r"-(\d{4})(\d{2})(\d{2})?-[0-9a-f]{6}$")
_UNDATED = re.compile(r"-\d{4}-\d{2}-\d{2}-[0-9a-f]{6}$")
_UNDATED_CUT = date(2023, 12, 31)
"""Of models that nights made before their names told it: all came from the one then shipped."""


def learned_until(version: str) -> date | None:
    """Return the last day that a model of this name may have learned from, None if it tells none.

    Args:
        version: Such as `lstm-202312-f1213c`, whose month's last day is meant, or
            `TSLA-2024-05-03-202312-0a1b2c` for the model of
            one ticker, whose base learned until December 2023 from all of them.
    """
    found = _CUT.search(version)
    if found is None:
        return _UNDATED_CUT if _UNDATED.search(version) else None
    try:
        year, month = int(found[1]), int(found[2])
        return date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except ValueError:
        return None


def told_cut(cut: date) -> str:
    """Return how a name tells until when its model learned, such as `202312` or `20240105`."""
    is_months_last = cut.day == calendar.monthrange(cut.year, cut.month)[1]
    return f"{cut:%Y%m}" if is_months_last else f"{cut:%Y%m%d}"


def learned_from(version: str, as_of: date) -> bool:
    """Return whether a model may have learned from the day on which it made a forecast."""
    cut = learned_until(version)
    return cut is not None and as_of <= cut
