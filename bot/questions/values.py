"""What a question asks, once it was read: values that pass to those who answer."""

from dataclasses import dataclass
from typing import Literal

from bot.questions.dates import When

Relation = Literal["above", "below", "between", "beyond", "where", "calmer", "wilder"]


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """What a question asks.

    Attributes:
        tickers: Whom it is about; several where a name is shared, and somebody must say which.
        relation: Of the close to the amounts; `calmer` and `wilder` compare with `other`.
        low, high: Amounts; `high` of `between` only. Of per cent they are changes from today's
            price, such as -10; of `beyond` the size of the move.
        percent: Whether amounts are per cent.
        currency: Named with an amount, as an ISO 4217 code; empty where none was.
        when: A calendar day, a number of sessions, or None where none was named.
        other: The ticker compared with.
        tell: Whether to be told when it comes true, in place of the chance.
    """

    tickers: tuple[str, ...]
    relation: Relation
    low: float = 0.0
    high: float = 0.0
    percent: bool = False
    currency: str = ""
    when: When | None = None
    other: str = ""
    tell: bool = False
