"""Builds the source of announcements that an installation names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forecasting.announcements.cached import CachedAnnouncements
from forecasting.announcements.files import FileAnnouncements
from forecasting.announcements.source import AnnouncementSource, NoAnnouncements
from forecasting.announcements.yahoo_process import SubprocessAnnouncements

NAMES = ("yahoo", "files", "none")
"""What `ANNOUNCEMENTS` may say."""


@dataclass(frozen=True, slots=True)
class AnnouncementOptions:
    """What the sources need.

    Attributes:
        files: For `files`.
        yahoo_url: Another address for Yahoo.
        yahoo_cache: Private folder for yfinance's cookies.
    """

    files: Sequence[Path] = ()
    yahoo_url: str | None = None
    yahoo_cache: Path | None = None


def build_announcements(name: str, options: AnnouncementOptions) -> AnnouncementSource:
    """Return the source of that name.

    Raises:
        ValueError: There is none.
    """
    if name == "files":
        return FileAnnouncements(options.files)
    if name == "yahoo":
        return SubprocessAnnouncements(options.yahoo_url, options.yahoo_cache)
    if name == "none":
        return NoAnnouncements()
    raise ValueError(f"{name}: choose from {', '.join(NAMES)}")


def asked_ahead(name: str, options: AnnouncementOptions, folder: Path) -> AnnouncementSource:
    """Return the source of that name; what the network says is asked ahead and kept in `folder`."""
    source = build_announcements(name, options)
    return CachedAnnouncements(source, folder) if name == "yahoo" else source
