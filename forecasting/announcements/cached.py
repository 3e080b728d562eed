"""Announcements kept for weeks: asked ahead, never waited for."""

import json
import logging
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from forecasting.announcements.files import announcements_of
from forecasting.announcements.known import Announcements, Certainty, nothing, with_certainty
from forecasting.announcements.source import AnnouncementSource
from forecasting.errors import PriceError

log = logging.getLogger(__name__)

FRESH_DAYS, FRESH_NEAR_DAYS = 14, 2
"""Days after which a list is asked for again; sooner where its next day is near or has passed."""
_NEAR_DAYS = 14
_FORGOTTEN_DAYS = 120
_ASK_AGAIN_HOURS = 6


class CachedAnnouncements:
    """Answers at once with what was asked ahead; a list too old to be true counts as nothing."""

    def __init__(self, inner: AnnouncementSource, folder: Path) -> None:
        """Keep one small JSON file a ticker in `folder`."""
        self._inner, self._folder = inner, folder
        self._memory: dict[str, tuple[datetime, Announcements]] = {}
        self._failed: dict[str, datetime] = {}

    @property
    def name(self) -> str:
        """The inner source's name."""
        return self._inner.name

    def announcements(self, ticker: str, now: datetime) -> Announcements:
        """Return what is at hand; nobody is asked."""
        found = self._kept(ticker)
        if found is None or now - found[0] > timedelta(days=_FORGOTTEN_DAYS):
            return nothing(ticker)
        return found[1]

    def ask_ahead(self, ticker: str, now: datetime) -> bool:
        """Ask anew for a ticker whose list is due; return whether somebody was asked."""
        failed = self._failed.get(ticker)
        waits = failed is not None and now - failed < timedelta(hours=_ASK_AGAIN_HOURS)
        if waits or not self._due(ticker, now):
            return False
        try:
            found = self._inner.announcements(ticker, now)
        except PriceError as err:
            log.info("announcements-failed source=%s reason=%r", err.source, err.detail)
            self._failed[ticker] = now
            return True
        self._keep(ticker, now, found)
        return True

    def _due(self, ticker: str, now: datetime) -> bool:
        found = self._kept(ticker)
        if found is None:
            return True
        asked, known = found
        coming = known.expected(now.date())
        near = coming is not None and coming.day - now.date() <= timedelta(days=_NEAR_DAYS)
        days = FRESH_NEAR_DAYS if near else FRESH_DAYS
        return now - asked > timedelta(days=days)

    def _kept(self, ticker: str) -> tuple[datetime, Announcements] | None:
        if ticker not in self._memory:
            try:
                data = json.loads(self._file(ticker).read_bytes())
                self._memory[ticker] = _read(ticker, data)
            except (OSError, ValueError, KeyError, TypeError):
                return None
        return self._memory[ticker]

    def _keep(self, ticker: str, now: datetime, found: Announcements) -> None:
        self._memory[ticker] = (now, found)
        self._folder.mkdir(parents=True, exist_ok=True)
        waiting = self._file(ticker).with_suffix(".part")
        waiting.write_text(json.dumps(_written(now, found)))
        waiting.replace(self._file(ticker))

    def _file(self, ticker: str) -> Path:
        return self._folder / f"{ticker}.json"


def _written(now: datetime, found: Announcements) -> dict[str, Any]:
    return {
        "asked": now.isoformat(),
        "source": found.source,
        "certainty": found.certainty.value,
        "days": [str(day) for day in found.days],
        "times": found.times.tolist(),
    }


def _read(ticker: str, data: dict[str, Any]) -> tuple[datetime, Announcements]:
    pairs = zip(data["days"], data["times"], strict=True)
    days = {date.fromisoformat(day): int(time) for day, time in pairs}
    found = announcements_of(ticker, days, data["source"])
    return datetime.fromisoformat(data["asked"]), with_certainty(
        found, Certainty(data["certainty"])
    )
