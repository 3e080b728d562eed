"""Why a price file is not read: a name for each reason, and what in the file shows it."""

REASONS = (
    "ambiguous-dates", "no-columns", "weekly", "monthly", "two-tickers", "rows", "damaged",
)  # fmt: skip
"""Names of the reasons; `bot/words` has a sentence for each."""


class TableError(ValueError):
    """A table that is none, or of another kind than daily prices of one ticker.

    Attributes:
        reason: One of `REASONS`.
        shown: What shows it: a date, a count of rows, column names.
    """

    def __init__(self, reason: str, shown: str = "") -> None:
        super().__init__(f"{reason} {shown}".strip())
        self.reason = reason
        self.shown = shown
