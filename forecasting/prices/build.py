"""The price source of an installation, put together from its settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from forecasting.prices.alphavantage import AlphaVantageSource
from forecasting.prices.cached import CachedSource, PriceCache
from forecasting.prices.chain import ChainSource
from forecasting.prices.files_process import files_source
from forecasting.prices.sample import SampleSource
from forecasting.prices.source import PriceSource
from forecasting.prices.tiingo import TiingoSource
from forecasting.prices.watch import SourceWatch
from forecasting.prices.yahoo_process import yahoo_in_subprocess

SOURCES = ("yahoo", "tiingo", "alphavantage", "files", "sample")
"""Names for `PRICE_SOURCE`."""
_REMOTE = {"yahoo", "tiingo", "alphavantage"}


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Settings of the sources.

    Attributes:
        files: Files and folders for `files`.
        yahoo_url: Another address than Yahoo's own; None for that.
        alphavantage_url: Another address than Alpha Vantage's own; None for that.
        alphavantage_key: Key for `alphavantage`.
        cache_dir: Folder of this installation for cookies and the like; None for the user's own.
        tiingo_url: Another address than Tiingo's own; None for that.
        tiingo_key: Key for `tiingo`.
    """

    files: tuple[Path, ...] = ()
    yahoo_url: str | None = None
    alphavantage_url: str | None = None
    alphavantage_key: str | None = field(default=None, repr=False)
    cache_dir: Path | None = None
    tiingo_url: str | None = None
    tiingo_key: str | None = field(default=None, repr=False)


def build_source(
    names: Sequence[str],
    options: SourceOptions,
    cache: PriceCache | None = None,
    watch: SourceWatch | None = None,
) -> PriceSource:
    """Return the source that `PRICE_SOURCE` asks for.

    Neighbouring services on the network share one entry of the persistent cache, so that the second
    can extend what the first gave. Files and the sample are at hand and kept in memory only.

    Args:
        names: Sources in the order in which they are tried.
        options: Their settings.
        cache: Persistent store of histories; None keeps them in memory only.
        watch: Is told of each question that no cache answered.

    Raises:
        ValueError: A name is unknown or stands twice, or a setting that a source needs is missing.
    """
    if not names or len(set(names)) < len(names):
        raise ValueError(f"price sources must be named once each, got {','.join(names)!r}")
    groups: list[PriceSource] = []
    for remote, members in groupby(names, key=_REMOTE.__contains__):
        sources = [_make(name, options) for name in members]
        if remote:
            chain = ChainSource(sources, one_at_a_time=True, watch=watch)
            groups.append(CachedSource(chain, cache))
        else:
            chains = (ChainSource([source], watch=watch) for source in sources)
            groups.extend(map(CachedSource, chains))
    return groups[0] if len(groups) == 1 else ChainSource(groups)


def _make(name: str, options: SourceOptions) -> PriceSource:
    makers: dict[str, Callable[[SourceOptions], PriceSource]] = {
        "yahoo": lambda o: yahoo_in_subprocess(o.yahoo_url, o.cache_dir),
        "tiingo": _tiingo,
        "alphavantage": _alphavantage,
        "files": _files,
        "sample": lambda _: SampleSource(),
    }
    if name not in makers:
        raise ValueError(f"unknown price source {name!r}: one of {', '.join(SOURCES)}")
    return makers[name](options)


def _tiingo(options: SourceOptions) -> PriceSource:
    if not options.tiingo_key:
        raise ValueError("price source tiingo needs TIINGO_API_KEY")
    return TiingoSource(options.tiingo_key, options.tiingo_url)


def _alphavantage(options: SourceOptions) -> PriceSource:
    if not options.alphavantage_key:
        raise ValueError("price source alphavantage needs ALPHAVANTAGE_API_KEY")
    return AlphaVantageSource(options.alphavantage_key, options.alphavantage_url)


def _files(options: SourceOptions) -> PriceSource:
    if not options.files:
        raise ValueError("price source files needs PRICE_FILES")
    return files_source(options.files)
