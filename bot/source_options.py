"""What the sources of prices and announcements are told of the settings."""

from collections.abc import Sequence

from bot.settings import Settings
from forecasting.announcements.build import AnnouncementOptions, asked_ahead
from forecasting.announcements.source import AnnouncementSource
from forecasting.prices.build import SourceOptions
from forecasting.prices.files_process import example_tickers
from forecasting.prices.sample import SampleSource

_MOST_EXAMPLES = 3


def source_options(settings: Settings) -> SourceOptions:
    """Return what the price sources need to know."""
    key, tiingo = settings.alphavantage_api_key, settings.tiingo_api_key
    return SourceOptions(
        files=settings.price_files,
        yahoo_url=settings.yahoo_url,
        alphavantage_url=settings.alphavantage_url,
        alphavantage_key=key.get_secret_value() if key else "",
        tiingo_url=settings.tiingo_url,
        tiingo_key=tiingo.get_secret_value() if tiingo else "",
        cache_dir=settings.data_dir / "cache",
    )


def announcement_source(settings: Settings) -> AnnouncementSource:
    """Return who knows the companies' earnings dates."""
    files, folder = settings.announcement_files, settings.data_dir
    options = AnnouncementOptions(files, settings.yahoo_url or None, folder / "cache")
    return asked_ahead(settings.announcer, options, folder / "announcements")


def examples_of(settings: Settings, liked: Sequence[str]) -> tuple[str, ...]:
    """Return examples of the tickers of an installation that has only some, none where it has all.

    Files are opened for it.

    Args:
        settings: Of this installation.
        liked: Tickers to prefer where files hold them, the best first.
    """
    if settings.sources == ("sample",):
        return SampleSource().tickers()
    if settings.sources != ("files",):
        return ()
    return example_tickers(settings.price_files, liked, _MOST_EXAMPLES)
