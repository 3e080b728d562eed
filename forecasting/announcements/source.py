"""What every source of announcements offers, and the one that has none."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from forecasting.announcements.known import Announcements, nothing

NOBODY = "none"
"""Name of the source of an installation that asks nobody."""


class AnnouncementSource(Protocol):
    """Whoever knows days of announcements."""

    @property
    def name(self) -> str:
        """The source's name as in `ANNOUNCEMENTS`."""
        ...

    def announcements(self, ticker: str, now: datetime) -> Announcements:
        """Return what is known of a ticker's announcements; empty where nothing is.

        Raises:
            PriceError: The source cannot say.
        """
        ...


class NoAnnouncements:
    """Knows none: forecasts are made as from prices alone."""

    name = NOBODY

    def announcements(self, ticker: str, now: datetime) -> Announcements:  # noqa: ARG002
        """Return that nothing is known, and that nobody was asked."""
        return replace(nothing(ticker), source=NOBODY)
