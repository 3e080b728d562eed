"""Which session a digest tells of, read from its words as a person does."""

import re
from datetime import UTC, date, datetime

_DAY = re.compile(
    r"(?:No surprise on|Inside on|from the close of|So it was at the close of) "
    r"(\w{3}, \w{3} \d{1,2}, \d{4})"
)


def session_told(text: str) -> date | None:
    """Return the session that an English digest tells of; None for other texts."""
    found = _DAY.search(text)
    if found is None:
        return None
    return datetime.strptime(found[1], "%a, %b %d, %Y").replace(tzinfo=UTC).date()
