"""Who is told of each question to a price source: a counter of the installation, or nobody."""

from datetime import datetime
from typing import Protocol


class SourceWatch(Protocol):
    """Counts questions to sources; called from several threads."""

    def asked(self, source: str, outcome: str, resting_until: datetime | None) -> None:
        """Hear of one question.

        Args:
            source: Name of the source.
            outcome: answered, unknown, limited, unreached, bad, or resting (it was not asked).
            resting_until: Until when it is left alone; None where it may be asked again.
        """
        ...


class NobodyWatches:
    """Counts nothing."""

    def asked(self, source: str, outcome: str, resting_until: datetime | None) -> None:
        """Do nothing."""
